"""The one way in which a page saves what is being typed: answers, findings, requirements.

A page posts one form, or one part of it, with the header `X-Autosave` and the revision that it was
read at. The reply is one of three, each with the revision that stands now in `X-Saved`:

* 200: saved. The body holds the parts of the page that this changes, each in an element with
  `data-part`, which take the place of theirs on the page (asked for by the header `X-Parts`).
  `X-Parts-At` says when they were read, for replies that pass each other on the way.
* 409: somebody else changed it. The body shows what stands; nothing of theirs or ours is lost.
* 422: something is missing or not right. The body says what.

Anything else (a sign-in page, a proxy's error) is not saved, and static/saving.js keeps the text.

A form that only its button sends comes with a mark, `typed_as`, by which static/kept.js knows it:
`Taken` names it in a cookie once it was taken, and then the browser forgets what it kept of it.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from certcentre.errors import status_of
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.steps import Words

SAVED = "X-Saved"
PARTS_AT = "X-Parts-At"  # microseconds
UNPROCESSABLE = 422
DIGITS = 9  # of a revision
MARK, TAKEN = "typed_as", "typed_taken"
MARKS, SHORT = 20, re.compile(r"[0-9]{1,20}")  # that a cookie names; what one looks like
SIGN_IN = "/accounts/"  # where all pages of signing in are
DAY = 24 * 3600  # seconds that a browser may take to come to the next page


@dataclass(frozen=True)
class Standing:
    """What stands where somebody else was quicker: as it is shown, and as the fields hold it.

    `mark` is a kind of components/answer.html; `texts` are (words, text) pairs; `fields` is
    {name of a control: its value, or values}.
    """

    revision: int
    by: str = ""
    mark: str = ""
    texts: list[tuple[Words, str]] = field(default_factory=list)
    fields: dict[str, str | list[str]] = field(default_factory=dict)

    @property
    def as_json(self) -> str:
        return json.dumps(self.fields)


def is_autosave(request: HttpRequest) -> bool:
    """Whether the script sends it, and not a button."""
    return request.method == "POST" and "X-Autosave" in request.headers


def revision_sent(posted: Mapping[str, str], name: str = "revision") -> int:
    """The revision that the page was read at; NotReady where it says none."""
    text = posted.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise NotReady(gettext("Load this page again before you save: it is too old."))
    return int(text)


def saved(revision: int, parts: str = "") -> HttpResponse:
    """It is kept; `parts` are what changes around it."""
    return HttpResponse(parts, headers={SAVED: str(revision)})


def not_saved(
    request: HttpRequest,
    refused: StepRefused,
    *,
    revision: int,
    ref: str,
    standing: Standing | None = None,
) -> HttpResponse:
    """Why it is not kept, and what stands: the part of a page for the element `data-reply`."""
    context = {"problems": refused.problems, "standing": standing, "ref": ref}
    status = code_of(refused)
    response = render(request, "components/not_saved.html", context, status=status)
    response[SAVED] = str(standing.revision if standing else revision)
    return response


def code_of(refused: StepRefused) -> int:
    """409 or 422, or the code of a refusal that no writing mends."""
    return UNPROCESSABLE if isinstance(refused, NotReady) else status_of(refused)


def autosave(
    request: HttpRequest,
    write: Callable[[], int],
    *,
    ref: str,
    revision: int,
    stands: Callable[..., Standing],
    parts: Callable[[], str] | None = None,
) -> HttpResponse:
    """Take what the script sent: `write` keeps it and gives the new revision.

    `revision` stands if nothing is written; `stands` shows the record that another wrote.
    """
    try:
        written = write()
    except StepRefused as refused:
        other = refused.stored if isinstance(refused, Conflict) else None
        standing = stands(other) if other is not None else None
        return not_saved(request, refused, revision=revision, ref=ref, standing=standing)
    if not parts or "X-Parts" not in request.headers:
        return saved(written)
    read_at = time.time_ns() // 1000
    response = saved(written, parts())
    response[PARTS_AT] = str(read_at)
    return response


class Taken:
    """Tells the browser which form was taken: one whose answer leads on, and says nothing is wrong.

    Whoever is sent to sign in again has sent nothing yet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not isinstance(response, HttpResponseRedirect):
            return response
        mark = request.POST.get(MARK, "")
        if SHORT.fullmatch(mark) and leads_on(request, response):
            earlier = [each for each in request.COOKIES.get(TAKEN, "").split(".") if each]
            named = ".".join([*filter(SHORT.fullmatch, earlier[-MARKS:]), mark])
            response.set_cookie(
                TAKEN, named, max_age=DAY, secure=request.is_secure(), samesite="Lax"
            )
        return response


def leads_on(request: HttpRequest, response: HttpResponseRedirect) -> bool:
    path = response.url.split("?")[0]
    if not request.user.is_authenticated or path.startswith(SIGN_IN):
        return False
    # asked so, they stay for the next page
    queued = getattr(messages.get_messages(request), "_queued_messages", ())
    return all(message.level < messages.WARNING for message in queued)
