"""A step that asks for something before it is taken: one page, one form, one verb."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise

from certcentre.accounts.views import person
from certcentre.errors import status_of
from certcentre.lifecycle import Conflict, NotReady, StepRefused, require_way

Words = str | Promise
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Question:
    """The words of such a page, and the state that its step leads to, if it moves a record."""

    title: Words
    lede: Words
    button: Words
    done: Words
    hurts: bool = False
    to: str = ""


def ask(
    request: HttpRequest,
    question: Question,
    form: forms.BaseForm,
    take: Callable[..., Any],
    *,
    back: str,
    trail: Sequence[tuple[str, str]],
    template: str = "step.html",
    onward: bool = False,
    of: Any = None,
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is sent, take the step and say so, or say why not and keep the words.

    Then the reader goes back to where they came from; `onward` to what the step made. Where the
    record that it is asked `of` cannot come to the question's state, no form is shown.
    """
    status = UNPROCESSABLE if form.is_bound else None
    if request.method != "POST" and question.to:
        require_way(of, question.to)
    if request.method == "POST" and form.is_valid():
        try:
            made = take(by=person(request), at=timezone.now(), **form.cleaned_data)
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
    context |= {"question": question, "form": form, "back": back, "trail": trail}
    return render(request, template, context, status=status)


def must(holds: bool) -> None:
    """403 unless the person's role includes the step."""
    if not holds:
        raise PermissionDenied
