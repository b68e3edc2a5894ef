"""While Redis is away, or does not answer, files stand in."""

import socket
import time

import pytest
from django.core.cache.backends.redis import RedisCache
from django.urls import reverse
from redis.exceptions import RedisError

from certcentre.caching import Shared
from tests import make

PASSWORD = "a long enough secret"
OPERATIONS = [
    ("add", ("a", 1)),
    ("set", ("a", 1)),
    ("get", ("a",)),
    ("touch", ("a",)),
    ("delete", ("a",)),
    ("has_key", ("a",)),
    ("get_many", (["a"],)),
    ("set_many", ({"a": 1},)),
    ("delete_many", (["a"],)),
    ("clear", ()),
]


@pytest.fixture(autouse=True)
def asked_anew():
    Shared.back_at = 0
    yield
    Shared.back_at = 0


@pytest.fixture
def refused():
    return "redis://127.0.0.1:1/0"


@pytest.fixture
def silent():
    """Somebody takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        yield f"redis://127.0.0.1:{hole.getsockname()[1]}/0"


@pytest.fixture(params=["refused", "silent"])
def away(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def shared(away, tmp_path):
    return Shared(away, {"OPTIONS": {"files": tmp_path / "cache"}})


@pytest.mark.long
@pytest.mark.parametrize(("name", "given"), OPERATIONS)
def test_each_operation_has_files_to_stand_in(name, given, shared):
    getattr(shared, name)(*given)
    assert shared.files.get("b", "nothing") == "nothing"
    assert Shared.back_at > time.monotonic()


def test_what_is_kept_is_found_and_redis_is_not_asked_again_for_a_while(shared):
    began = time.monotonic()
    for number in range(20):
        shared.set("limit", number)
    assert shared.get("limit") == 19
    assert shared.incr("limit") == 20
    assert time.monotonic() - began < 3


def test_djangos_own_fails(refused):
    """The control."""
    with pytest.raises(RedisError):
        RedisCache(refused, {}).get("a")


def test_people_sign_in_and_limits_count_while_redis_is_away(client, db, away, settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "certcentre.caching.Shared",
            "LOCATION": away,
            "OPTIONS": {"files": tmp_path / "cache"},
        }
    }
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    person = make.user(password=PASSWORD)
    sent = {"login": person.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), sent).url == reverse("work")
    client.logout()
    wrong = [client.post(reverse("account_login"), sent | {"password": "no"}) for _ in range(6)]
    assert "Too many attempts were wrong." in wrong[-1].text
