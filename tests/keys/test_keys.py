"""Signing keys: made on first use, closed to others, encrypted, rotated, retired."""

import json
import multiprocessing
import stat
from io import StringIO

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command

from certcentre import base58, keys
from certcentre.keys import KeyTrouble, Purpose


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.KEYS_PASSPHRASE = ""
    return tmp_path


def command(*args):
    out = StringIO()
    call_command("keys", *args, stdout=out)
    return out.getvalue()


def test_a_key_is_made_on_first_use_and_stays():
    key = keys.active(Purpose.CREDENTIALS)
    assert keys.active(Purpose.CREDENTIALS) == key
    assert key.verifies(key.sign(b"words"), b"words")
    assert not key.verifies(key.sign(b"words"), b"other words")


def test_each_purpose_has_a_key_of_its_own():
    assert keys.active(Purpose.LOG).public != keys.active(Purpose.CREDENTIALS).public


def test_only_the_process_can_read_its_files():
    key = keys.active(Purpose.LOG)
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.folder().stat().st_mode) == 0o700


def test_a_file_that_was_opened_to_others_is_closed_again():
    path = keys.active(Purpose.LOG).path
    path.chmod(0o644)
    keys.read.cache_clear()
    keys.listed()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_passphrase_encrypts_what_is_on_disk(settings):
    settings.KEYS_PASSPHRASE = "open sesame"
    key = keys.active(Purpose.LOG)
    assert set(json.loads(key.path.read_text())["private"]) == {"salt", "nonce", "sealed"}
    assert key.verifies(key.sign(b"words"), b"words")


@pytest.mark.parametrize("other", ["", "wrong"])
def test_another_passphrase_opens_nothing(settings, other):
    settings.KEYS_PASSPHRASE = "open sesame"
    key = keys.active(Purpose.LOG)
    settings.KEYS_PASSPHRASE = other
    with pytest.raises(KeyTrouble, match="Nothing was signed"):
        key.sign(b"words")


def test_a_passphrase_that_comes_later_encrypts_the_key_that_is_there(settings):
    key = keys.active(Purpose.LOG)
    settings.KEYS_PASSPHRASE = "open sesame"
    signature = key.sign(b"words")
    assert key.verifies(signature, b"words")
    assert set(json.loads(key.path.read_text())["private"]) == {"salt", "nonce", "sealed"}
    assert key.sign(b"words") == signature


def test_the_newest_key_signs_and_the_older_still_verifies(at):
    old = keys.active(Purpose.CREDENTIALS)
    signature = old.sign(b"words")
    command("new")
    assert keys.active(Purpose.CREDENTIALS) != old
    command("retire", old.id)
    kept = next(key for key in keys.listed() if key.id == old.id)
    assert kept.retired
    assert kept.verifies(signature, b"words")
    with pytest.raises(KeyTrouble, match="signs nothing more"):
        kept.sign(b"words")


def test_retiring_erases_the_private_half(at):
    key = keys.active(Purpose.LOG)
    keys.retire(key.id, at=at)
    assert json.loads(key.path.read_text())["private"] is None


def test_a_retired_key_can_still_be_called_compromised_and_never_twice(at):
    key = keys.active(Purpose.LOG)
    keys.retire(key.id, at=at)
    assert keys.retire(key.id, at=at, compromised=True).compromised
    with pytest.raises(CommandError, match="retired already"):
        command("retire", key.id)


def test_list_says_what_each_key_does():
    first = keys.active(Purpose.CREDENTIALS)
    command("new")
    command("new", "--purpose", "log")
    lines = command("list").splitlines()
    assert [line.split()[1:3] for line in lines] == [
        ["credentials", "active"],
        ["credentials", "signs"],
        ["log", "signs"],
    ]
    assert first.multikey in lines[0]


def test_an_unknown_key_is_refused():
    with pytest.raises(CommandError, match="There is no key"):
        command("retire", "0123")


def first_use(folder):
    live.DATA_DIR = folder
    return keys.active(Purpose.CREDENTIALS).id


def test_sixteen_first_uses_at_once_make_one_key(data_dir):
    with multiprocessing.get_context("fork").Pool(16) as pool:
        made = set(pool.map(first_use, [data_dir] * 16))
    assert len(made) == len(keys.listed()) == 1


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", "z"), (b"\0\0", "z11"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U"), (b"\0\x01", "z12")],
)
def test_base58(data, text):
    assert base58.encode(data) == text
    assert base58.decode(text) == data


@pytest.mark.parametrize("text", ["", "2NEpo", "z0", "zO", "zl", "z" + "1" * 200, "zé"])
def test_what_is_not_base58(text):
    with pytest.raises(ValueError, match="base58"):
        base58.decode(text)


def test_only_ed25519_is_a_multikey():
    with pytest.raises(ValueError, match="Ed25519"):
        keys.from_multikey(base58.encode(b"\xec\x01" + b"k" * 32))
