"""The cache that web machines share in Redis; while Redis is away each uses files of its own.

So limits go on counting and nobody is kept from signing in. An entry may be missing then, never
wrong: whoever keeps something asks for it by a name that says of what.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE = 10  # seconds in which Redis is not asked again
LATE = 0.5  # seconds after which no answer counts as none


def either(name: str) -> Callable[..., Any]:
    """The operation in Redis, or in files."""

    def operation(self: "Shared", *given: Any, **named: Any) -> Any:
        if time.monotonic() >= Shared.back_at:
            try:
                return getattr(RedisCache, name)(self, *given, **named)
            except RedisError as error:
                Shared.back_at = time.monotonic() + PAUSE
                logger.warning("Redis is away (%s); files stand in.", type(error).__name__)
        return getattr(self.files, name)(*given, **named)

    return operation


class Shared(RedisCache):
    """LOCATION is Redis; FILES is the folder that stands in."""

    back_at = 0.0  # of time.monotonic, for the whole process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        late = {"socket_timeout": LATE, "socket_connect_timeout": LATE}
        options = {**late, **params.get("OPTIONS", {})}
        self.files = FileBasedCache(options.pop("files"), {})
        super().__init__(server, {**params, "OPTIONS": options})

    add = either("add")
    get = either("get")
    set = either("set")
    touch = either("touch")
    delete = either("delete")
    get_many = either("get_many")
    has_key = either("has_key")
    incr = either("incr")
    set_many = either("set_many")
    delete_many = either("delete_many")
    clear = either("clear")
