"""Typed text made plain, once, before any page reads it: what people see is what is kept.

One form of accents (NFC), one kind of line end, and nothing that no database, file or reader can
bear: control characters, lone surrogates, and overrides that make text read backwards.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict

View = TypeVar("View", bound=Callable[..., HttpResponse])
UNFIT = re.compile(  # nothing stands for these
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]"
)
LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
BREAK = re.compile("[\x0b\x0c]")  # a line break within a cell or paragraph, of some programs
ODD = re.compile(f"{UNFIT.pattern[:-1]}\r\x0b\x0c\x85\u2028\u2029]")
UNLIKE = "\ufffd"  # stands in a path for what was unfit, so that it names nothing


RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")  # letters that are read from right to left
LETTER = re.compile(r"[^\W\d_]")


def reads_left(text: str) -> bool:
    """Whether all of a text is read from left to right: it has letters, and none of Arabic, Hebrew
    and their like."""
    return bool(LETTER.search(text)) and not RTL.search(text)


def plain(text: str) -> str:
    """The text as it is kept. Two words that only an odd break parted stay two words."""
    if ODD.search(text):
        text = LINE_END.sub("\n", text)
        text = BREAK.sub("\n" if "\n" in text else " ", text)
        text = UNFIT.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def plain_query(sent: QueryDict) -> QueryDict:
    """Names and values of a query or form made plain; passwords stay as they are typed."""
    if not any(needs(name, value) for name, values in sent.lists() for value in [name, *values]):
        return sent
    made = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        kept = [plain(value) if needs(name, value) else value for value in values]
        made.setlistdefault(plain(name), []).extend(kept)
    made._mutable = False
    return made


def needs(name: str, value: object) -> bool:
    return isinstance(value, str) and plain(value) != value and "password" not in name


def verbatim(view: View) -> View:
    """A page that judges what it is given byte for byte: its forms are not made plain."""
    view.verbatim = True  # type: ignore[attr-defined]
    return view


class PlainText:
    """Makes the address, the query and the form of each request plain before its view sees them.

    The API's queries and bodies are left to it: it refuses what is unfit, and mends nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        for name, value in kwargs.items():
            if isinstance(value, str) and UNFIT.search(value):
                kwargs[name] = UNFIT.sub(UNLIKE, value)
        if hasattr(view, "cls"):  # a view of the API
            return
        request.GET = plain_query(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not getattr(view, "verbatim", False):
            request.POST = plain_query(request.POST)  # type: ignore[assignment]
