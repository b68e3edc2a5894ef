"""Checkpoints are stamped by an authority of time, and what it answered is kept as it came."""

import subprocess
from datetime import timedelta

import pytest

from certcentre.desk.timers import tick
from certcentre.log.models import Checkpoint
from certcentre.log.stamping import moment, wrong
from tests import make
from tests.effort import needs
from tests.log import authority

needs_openssl = needs(authority.HERE, "no openssl here")
pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "authority"
    made.mkdir()
    return made


@pytest.fixture
def asking(settings):
    """`asking(answer)` has checkpoints stamped by a server that answers so."""
    stops = []

    def ask(answer):
        settings.TSA_URL, stop = authority.served(answer)
        stops.append(stop)

    yield ask
    for stop in stops:
        stop()


@pytest.fixture
def stamped(asking, folder, settings, at):
    settings.TSA_ROOTS = str(authority.prepared(folder))
    asking(lambda query: authority.reply(folder, query))
    make.log(3)
    tick(at=at)
    return Checkpoint.objects.get()


@needs_openssl
def test_a_checkpoint_gets_a_stamp_that_holds(stamped, at):
    assert stamped.stamp_trouble == ""
    assert stamped.stamped_at == at
    assert moment(stamped.stamp) is not None


def openssl_accepts(folder, found):
    (folder / "note").write_text(found.note)
    (folder / "stamp").write_bytes(found.stamp)
    words = ["ts", "-verify", "-data", "note", "-in", "stamp", "-CAfile", "root.pem"]
    ran = subprocess.run([authority.HERE, *words], cwd=folder, capture_output=True)
    return b"Verification: OK" in ran.stdout + ran.stderr


@needs_openssl
def test_another_program_accepts_it(stamped, folder):
    assert openssl_accepts(folder, stamped)


@needs_openssl
def test_what_our_reader_may_refuse_is_kept_for_programs_that_do_not(asking, folder, at):
    """openssl sends two certificates unsorted about half of the time, which is no DER."""
    authority.prepared(folder)
    asking(lambda query: authority.reply(folder, query, "-chain", "root.pem"))
    make.log(1)
    tick(at=at)
    assert openssl_accepts(folder, Checkpoint.objects.get())


@needs_openssl
def test_it_holds_for_this_checkpoint_alone(stamped, settings, folder):
    assert wrong(stamped.stamp, stamped.note.encode()) == ""
    assert wrong(stamped.stamp, b"another") == "it is about something else"
    assert wrong(stamped.stamp, stamped.note.encode(), nonce=1) == "it answers another request"
    folder.joinpath("other").mkdir()
    settings.TSA_ROOTS = str(authority.prepared(folder / "other"))
    assert "signature does not hold" in wrong(stamped.stamp, stamped.note.encode())


@needs_openssl
def test_it_is_asked_for_once_and_anybody_may_take_it(stamped, client, settings, at):
    settings.TSA_URL = "http://127.0.0.1:9/"
    tick(at=at + timedelta(hours=1))
    got = client.get("/log/checkpoints/3.tsr")
    assert got.content == bytes(stamped.stamp)
    assert got["Content-Type"] == "application/timestamp-reply"
    assert client.get("/log/checkpoints/3").content.decode() == stamped.note
    assert "/log/checkpoints/3.tsr" in client.get("/log/0/").content.decode()


@pytest.mark.parametrize("answer", [b"\x30\x03\x02\x01", b"<html>sorry</html>", b"0" * 5000])
def test_an_answer_that_cannot_be_read_is_kept_as_it_came(asking, at, answer):
    asking(lambda query: answer)
    make.log(1)
    tick(at=at)
    found = Checkpoint.objects.get()
    assert bytes(found.stamp) == answer
    assert found.stamp_trouble.startswith("it could not be read")
    assert moment(answer) is None


@needs_openssl
def test_a_refusal_is_kept_with_its_reason(asking, folder, at):
    authority.prepared(folder)
    asking(lambda query: authority.reply(folder, b"nonsense"))
    make.log(1)
    tick(at=at)
    found = Checkpoint.objects.get()
    assert found.stamp
    assert "refused" in found.stamp_trouble


def test_an_authority_that_is_away_is_asked_again(asking, settings, at):
    settings.TSA_URL = "http://127.0.0.1:9/"
    make.log(1)
    tick(at=at)
    assert Checkpoint.objects.get().stamp is None
    asking(lambda query: b"late")
    tick(at=at + timedelta(seconds=5))
    assert bytes(Checkpoint.objects.get().stamp) == b"late"


def test_without_an_authority_nothing_is_asked(at):
    make.log(1)
    tick(at=at)
    assert Checkpoint.objects.get().stamp is None


@pytest.mark.parametrize("address", ["/log/checkpoints/7", "/log/checkpoints/7.tsr"])
def test_a_checkpoint_that_is_not_there(client, address):
    assert client.get(address).status_code == 404
