"""Checkpoints are signed, kept in the database and outside, posted and mailed."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from certcentre import keys
from certcentre.desk.timers import tick
from certcentre.log import checkpoints, note
from certcentre.log.models import Checkpoint, LogEntry, Tile, Tree
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    """A web server on this machine that keeps what is posted to it."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CHECKPOINT_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    yield got
    server.shutdown()
    server.server_close()


def test_the_timer_signs_what_is_new_once_a_minute(at):
    make.entries(3)
    tick(at=at)
    make.entries(1)
    tick(at=at + timedelta(seconds=30))
    assert [one.size for one in Checkpoint.objects.all()] == [3]
    tick(at=at + timedelta(minutes=2))
    tick(at=at + timedelta(minutes=4))
    assert [one.size for one in Checkpoint.objects.order_by("size")] == [3, 4]


def test_an_empty_log_is_not_signed_by_the_timer(at):
    tick(at=at)
    assert not Checkpoint.objects.exists()


def test_who_asks_gets_the_newest_at_once_and_always_the_same(client, at):
    make.entries(3)
    tick(at=at)
    make.entries(1)
    first = client.get("/log/checkpoint")
    assert first.content.decode().split("\n")[1] == "4"
    assert first["Content-Type"] == "text/plain; charset=utf-8"
    assert client.get("/log/checkpoint").content == first.content


def test_every_checkpoint_is_kept_in_a_file_that_others_cannot_read(at):
    make.log(3)
    checkpoints.current(at=at)
    make.log(1)
    checkpoints.current(at=at)
    found = note.parse_all(checkpoints.kept().read_text())
    assert [one.size for one in found] == [3, 4]
    assert checkpoints.kept().stat().st_mode & 0o077 == 0


def test_a_new_key_signs_anew(at):
    make.log(3)
    old = checkpoints.current(at=at)
    keys.new(keys.Purpose.LOG, at=timezone.now())
    new = checkpoints.current(at=at)
    assert old.note != new.note
    assert checkpoints.signer(old.read) != checkpoints.signer(new.read)


def test_without_the_passphrase_the_last_one_is_served(client, settings, at):
    settings.KEYS_PASSPHRASE = "open"
    make.log(3)
    kept = checkpoints.current(at=at)
    settings.KEYS_PASSPHRASE = "other"
    make.entries(1)
    assert client.get("/log/checkpoint").content.decode() == kept.note
    tick(at=at + timedelta(hours=1))
    assert LogEntry.objects.filter(leaf_index=None).count() == 0


def test_unsigned_yet_is_said(client, settings, at):
    settings.KEYS_PASSPHRASE = "open"
    keys.new(keys.Purpose.LOG, at=at)
    settings.KEYS_PASSPHRASE = "other"
    make.log(1)
    assert client.get("/log/checkpoint").status_code == 503
    assert "cannot be signed now" in client.get("/log/0/").content.decode()


def test_each_new_one_is_posted_once(receiver, at):
    make.log(3)
    tick(at=at)
    tick(at=at)
    assert receiver == [Checkpoint.objects.get().note]


def test_what_could_not_be_posted_is_tried_again(receiver, settings, at):
    there, settings.CHECKPOINT_WEBHOOK = settings.CHECKPOINT_WEBHOOK, "http://127.0.0.1:9/"
    make.log(3)
    tick(at=at)
    assert Checkpoint.objects.get().posted_at is None
    settings.CHECKPOINT_WEBHOOK = there
    tick(at=at)
    assert len(receiver) == 1


def test_one_a_day_is_mailed(settings, mailoutbox, at):
    settings.CHECKPOINT_MAIL = ["witness@example.org"]
    for hours in (0, 1, 25):
        make.log(1)
        tick(at=at + timedelta(hours=hours))
    sizes = [note.parse_all(mail.body)[0].size for mail in mailoutbox]
    assert sizes == [1, 3]
    assert mailoutbox[0].to == ["witness@example.org"]


def ready(client):
    return client.get("/readyz").content.decode()


def test_ready_while_the_log_holds(client, at):
    make.log(300)
    checkpoints.current(at=at)
    make.log(5)
    assert "log ok" in ready(client)


HARM = {
    "the last entry is gone": lambda: LogEntry.objects.filter(leaf_index=299).delete(),
    "hashes are gone": lambda: Tile.objects.filter(level=0).delete(),
    "hashes are others": lambda: Tile.objects.update(hashes=bytes(8192)),
    "the tree is shorter": lambda: Tree.objects.update(size=200),
    "the checkpoint is another": lambda: Checkpoint.objects.update(
        note=Checkpoint.objects.get().note.replace("300", "200"), size=200
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_not_ready_when_the_log_does_not_hold(client, at, harm):
    make.log(300)
    checkpoints.current(at=at)
    HARM[harm]()
    assert "log not ok" in ready(client)
