"""What a provider's people say to each other beside an answer."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.abilities import require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady, StepRefused
from standards.assessment import teamwork
from standards.assessment.answers import Answer
from standards.assessment.forms import RemarkForm
from standards.assessment.pages.answer import alone
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.teamwork import Remark


@require_POST
def answer_remark(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Say something beside one answer, from its own page."""
    assessment, user = own_assessment(request, pk), signed_in_user(request)
    rows = assessment.answers.select_related("criterion__edition", "criterion__level")
    answer = get_object_or_404(rows, pk=number)
    answer.assessment = assessment
    require_person(answer, "remark", user, at=timezone.now())
    try:
        made = write_remark(request, answer)
    except StepRefused as refused:
        return alone(request, answer, unsent=refused)
    messages.success(request, remarked(made))
    return redirect(made)


@require_POST
def remark_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is open any more."""
    user = signed_in_user(request)
    question = get_object_or_404(Remark.objects.of_members(user).with_draft(), pk=pk)
    question.settle(by=user, at=timezone.now())
    messages.success(request, gettext("Settled."))
    return redirect(question)


def write_remark(request: HttpRequest, answer: Answer) -> Remark:
    """What was written beside this answer on the page that was sent."""
    provider = answer.assessment.release.solution.organisation
    fields = {"words": f"q{answer.pk}", "asks": f"to{answer.pk}"}
    sent = {name: request.POST.get(key, "") for name, key in fields.items()}
    form = RemarkForm(sent, colleagues=teamwork.colleagues(provider))
    if not form.is_valid():
        raise NotReady(*(str(error) for errors in form.errors.values() for error in errors))
    given, by = form.cleaned_data, signed_in_user(request)
    words, asks = given["words"], given["asks"]
    return teamwork.remark(answer, words=words, asks=asks, by=by, at=timezone.now())


def remarked(made: Remark) -> str:
    if made.asks is None:
        return gettext("It stands beside the answer now, for your own people.")
    return gettext("%(name)s is asked, and finds it in the inbox.") % {"name": made.asks}
