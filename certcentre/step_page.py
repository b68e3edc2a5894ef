"""A step that asks for something before it is taken: one page, one form, one verb."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from allauth.account.authentication import get_authentication_records
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.abilities import require_able
from certcentre.errors import status_of
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    StepRefused,
    require_way,
)
from certcentre.steps import Words

UNPROCESSABLE = 422
DAY = 24 * 3600  # seconds that a preview may be taken
SECRET = re.compile("password|code|credential|token|secret")  # fields that are kept nowhere
KEPT = "kept_form"  # in the session, while somebody shows that it is them


@dataclass(frozen=True)
class Question:
    """The words of such a page.

    `verb` is the step that the record is asked about (`may_<verb>`); `to` the state that it leads
    to, where a record has no such check yet. `destructive` paints the button as one to think about.
    A `weighty` step is taken by whoever has shown lately that it is them (rule R56).
    """

    title: Words
    lede: Words
    button: Words
    done: Words
    destructive: bool = False
    to: str = ""
    verb: str = ""
    weighty: bool = False

    def about(self, **names: str) -> "Question":
        """The same words, with these names in its title."""
        return replace(self, title=str(self.title) % names)

    def saying(self, more: str) -> "Question":
        """The same words, with these sentences at the end of what leads in."""
        return replace(self, lede=f"{self.lede} {more}".strip())


def step_page(
    request: HttpRequest,
    question: Question,
    form: forms.BaseForm,
    take: Callable[..., Any],
    *,
    back: str,
    trail: Sequence[tuple[str, str]],
    template: str = "step.html",
    onward: bool = False,
    of: Model | None = None,
    again: Callable[..., HttpResponse] | None = None,
    vouched: Callable[[], bool] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is sent, take the step and say so, or say why not and keep the words.

    Then the reader goes back to where they came from; `onward` to what the step made. Before
    anything is shown the record that it is asked `of` is asked whether this person may take the
    step: 403 or 409 otherwise. What is only missing stands above the form. `again` shows once more
    what is about to be done, with the form hidden in it: the step is taken when its button
    `confirm` is pressed, and `change` leads back to the form. It raises what the step would.
    `vouched`: whether what the page shows of the record is what the log holds; it says so if not.
    """
    status = UNPROCESSABLE if form.is_bound and request.method == "POST" else None
    problems: list[str] = []
    if of is not None:
        problems = before(of, question, request)
    if question.weighty:
        prove(request)
    if again and "change" in request.POST and form.is_valid():
        status = None
    elif request.method == "POST" and form.is_valid():
        try:
            if again and "confirm" not in request.POST:
                return again(**form.cleaned_data)
            made = take(by=taker(request), at=timezone.now(), **form.cleaned_data)
        except Conflict:
            raise
        except StepRefused as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
            if not isinstance(refused, NotReady):
                status = status_of(refused)
        else:
            messages.success(request, str(question.done))
            return redirect(made if onward else back)
    context["disagrees"] = vouched is not None and not vouched()
    context |= {"question": question, "form": form, "back": back, "trail": trail, "onward": onward}
    return render(request, template, {"problems": problems, **context}, status=status)


def before(record: Model, question: Question, request: HttpRequest) -> list[str]:
    """What is missing before the step can be taken; the wrong person or state is refused.

    Whoever posts the form is refused for their person alone: the rest stands beside their words.
    """
    posts = request.method == "POST"
    try:
        if question.to:
            require_way(record, question.to)
        if question.verb:
            require_able(record, question.verb, taker(request), at=timezone.now())
    except NotReady as missing:
        return [] if posts else [str(problem) for problem in missing.problems]
    except IllegalMove:
        if not posts:
            raise
    return []


def taker(request: HttpRequest) -> Model:
    """Whoever takes the step: somebody who is signed in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def require(holds: bool) -> None:
    """403 unless the person's role includes the step."""
    if not holds:
        raise PermissionDenied


class NotProved(NotAllowed):
    """A weighty step by somebody who has not shown for a while that it is them."""


def proved_lately(request: HttpRequest) -> bool:
    """Whether the person has shown lately, by password, code or passkey, that it is them.

    Where REAUTHENTICATION_TIMEOUT is 0 nobody is ever asked again.
    """
    if not settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return True
    proofs = get_authentication_records(request, request.user)
    now, lasts = time.time(), settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    # either way: one of later than now was given before the clock was set back
    return any(abs(now - float(proof["at"])) < lasts for proof in proofs)


def prove(request: HttpRequest) -> None:
    """NotProved unless the person has shown lately that it is them.

    Pages then ask for it and come back; what was posted is kept for `posted`.
    """
    if proved_lately(request):
        return
    request.session.update(keep(request))
    raise NotProved(
        gettext("Sign in again, then take the step: it is a while since you showed that it is you.")
    )


def keep(request: HttpRequest) -> dict[str, Any]:
    """What was posted, as a session keeps it for `posted`; never a password or a code."""
    if request.method != "POST":
        return {}
    form = request.POST.copy()
    for name in [name for name in form if SECRET.search(name)]:
        del form[name]
    here = {"by": str(request.user.pk), "at": request.get_full_path()}
    return {KEPT: {"here": here, "form": form.urlencode()}}


def preview_kept(about: Sequence[object], shown: object, *, salt: str) -> str:
    """What a preview shows of this, signed: it travels in the page, so that nothing is stored
    before it is taken."""
    return signing.dumps([list(about), shown], salt=salt, compress=True)


def preview_taken(request: HttpRequest, about: Sequence[object], *, salt: str) -> Any:
    """What the page had kept; 404 where it is old, of something else, or was written by others."""
    try:
        of, shown = signing.loads(request.POST["kept"], salt=salt, max_age=DAY)
    except signing.BadSignature as error:
        raise Http404 from error
    if of != list(about):
        raise Http404
    return shown


def or_nothing(words: str, number: int) -> str:
    """What was done to so many; that nothing changed where it was done to none."""
    return words if number else gettext("Nothing changed.")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, even nothing; or what `prove` had kept of it."""
    if request.method == "POST":
        return request.POST
    kept = request.session.get(KEPT)
    here = {"by": str(request.user.pk), "at": request.get_full_path()}
    if not kept or kept["here"] != here or not proved_lately(request):
        return None
    del request.session[KEPT]
    messages.info(request, gettext("What you wrote is still here. Look at it, then take the step."))
    return QueryDict(kept["form"])
