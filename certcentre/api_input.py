"""What the API takes: JSON that can be kept, and values that can be read. The rest is refused."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    ParseError,
    ValidationError,
)
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from certcentre.plain_text import UNFIT

if TYPE_CHECKING:  # views read this module before they are there
    from rest_framework.views import APIView

DEEPEST = 40
LANGUAGE = "language"  # the parameter that says which to answer in


class TooLarge(APIException):
    """The body is longer than anything that is meant to be sent there."""

    status_code = 413
    default_code = "too_large"

    def __init__(self, most: int) -> None:
        words = gettext("Send at most %(size)s KB.")
        super().__init__(words % {"size": most // 1024})


class KeptJson(BaseParser):
    """JSON of bounded size and depth. A letter that nothing can keep is refused, not mended.

    A view that takes less says so in `most_bytes`.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        view = (parser_context or {}).get("view")
        most = getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        data = stream.read(most + 1)
        if len(data) > most:
            raise TooLarge(most)
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=no_constant)
        except RecursionError as error:
            raise too_deep() from error
        except ValueError as error:
            raise ParseError(gettext("The body is not JSON that can be read.")) from error
        inspect(value)
        return value


def no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def too_deep() -> ParseError:
    return ParseError(gettext("The JSON is nested too deeply."))


def inspect(value: object) -> None:
    """Depth and letters, without recursion."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise too_deep()
        if isinstance(node, str) and UNFIT.search(node):
            words = gettext("The JSON holds a control character, or half a letter.")
            raise ParseError(words)
        if isinstance(node, dict):
            waiting += [(each, depth) for each in node]
            node = list(node.values())
        if isinstance(node, list):
            waiting += [(each, depth + 1) for each in node]


class ReadFilters(DjangoFilterBackend):
    """Filters that refuse a value they cannot read, by its name and whatever letters it has."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: "APIView"
    ) -> QuerySet[Any]:
        filters = self.get_filterset(request, queryset, view)
        if filters is None:
            return queryset
        if not filters.is_valid():
            raise ValidationError({name: list(words) for name, words in filters.errors.items()})
        return filters.qs


class NoTokens(BaseAuthentication):
    """Tokens are not given out, so whoever sends one is told, and not taken for a visitor."""

    def authenticate(self, request: Request) -> None:
        if request.headers.get("Authorization", "").lower().startswith("bearer"):
            words = gettext("This token is not ours. Reading needs none: leave it out.")
            raise AuthenticationFailed(words)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class OneForm(BaseContentNegotiation):
    """For what has one form whatever is accepted, such as a file."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
