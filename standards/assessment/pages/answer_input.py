"""What a reader said of one criterion, read from what their page sent.

A page without script sends everything at once. Sent without a session it would be lost on the way
to the sign-in page; so it waits in the new session, which signing in carries on, and stands on the
page again, not saved yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.saving import revision_sent
from standards.assessment.answers import Answer, too_long
from standards.assessment.sheet_rows import print_of

KEY = "typed"
MOST = 200_000  # characters; a page of a hundred long answers

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Said:
    """An answer as typed. `reason` or `note` None: the page did not show it, so it stays.

    `shown` and `words_shown`: prints of the answer and of the words that the page came with.
    """

    value: str = ""
    reason: str | None = None
    note: str | None = None
    revision: int = 0
    shown: str = ""
    words_shown: str = ""

    def changed(self, stored: Answer) -> bool:
        """Whether the reader changed what the page showed, to something else than what stands."""
        words = self.words(stored)
        stands = (stored.value, (stored.reason, stored.note)) == (self.value, words)
        written = self.reason is not None and print_of(*words) != self.words_shown
        return (print_of(self.value) != self.shown or written) and not (
            stands and not stored.to_confirm
        )

    def words(self, stored: Answer) -> tuple[str, str]:
        """Reason and note as they are to stand."""
        reason = stored.reason if self.reason is None else self.reason
        return reason, stored.note if self.note is None else self.note

    def give_to(self, answer: Answer, *, by: User, at: datetime) -> int:
        """Write it; the new revision. A page that says no revision is refused."""
        reason, note = self.words(answer)
        return answer.give(
            value=self.value, reason=reason, note=note, by=by, at=at, revision=self.revision
        )


def said_of(sent: Mapping[str, str], pk: int) -> Said:
    """From the fields of a sheet (`v12`, `r12`, `n12`, ...) or plain ones; NotReady if odd.

    `s12` is the revision and the print of the answer that the page showed, `w12` of its words.
    """
    whole, _, shown = sent.get(f"s{pk}", "").partition(".")
    revision = revision_sent({"revision": sent.get("revision", whole)})
    reason = sent.get(f"r{pk}", sent.get("reason"))
    note = sent.get(f"n{pk}", sent.get("note"))
    given = Said(
        value=sent.get(f"v{pk}", sent.get("value", "")),
        reason=None if reason is None else reason.strip(),
        note=None if note is None else note.strip(),
        revision=revision,
        shown=shown,
        words_shown=sent.get(f"w{pk}", "").partition(".")[2],
    )
    if problem := too_long(given.reason or "", given.note or ""):
        raise NotReady(problem)
    return given


def said_or_none(sent: Mapping[str, str], pk: int) -> Said | None:
    try:
        return said_of(sent, pk)
    except NotReady:
        return None


def keeps_what_was_typed(view: View) -> View:
    """Instead of the plain redirect to sign in, which drops what was sent."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and not request.headers.get("X-Autosave"):
            sent = answers_in(request.POST).urlencode()
            if 0 < len(sent) <= MOST:
                request.session[KEY] = [request.path, sent]
        return redirect_to_login(request.get_full_path())

    return login_not_required(kept)


def answers_in(sent: QueryDict) -> QueryDict:
    """The fields of rows (`v12`, `m12`, `r12`, `n12`, `s12`, `w12`), no files, tokens, buttons."""
    query_dict = QueryDict(mutable=True)
    for name, texts in sent.lists():
        if name[:1] in set("vmrnsw") and name[1:].isdecimal():
            query_dict.setlist(name, [str(text) for text in texts])
    return query_dict


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this very page before signing in; asked once, then forgotten."""
    path, sent = request.session.get(KEY, ["", ""])
    if path != request.path:
        return None
    del request.session[KEY]
    return QueryDict(sent)
