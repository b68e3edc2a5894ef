"""One criterion of a draft: shown alone, answered, and its evidence attached.

With script each answer is sent as it is given, and the server says 200, 409 or 422 with the
revision that stands in `X-Saved` (rule R48). Without, one button saves the page.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from certcentre import stored_files
from certcentre.abilities import Abilities, abilities, refusal, require_person
from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady, StepRefused
from certcentre.saving import UNPROCESSABLE, autosave, code_of, is_autosave
from standards.assessment import sheet_rows
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.evidence import Evidence
from standards.assessment.forms import EvidenceForm
from standards.assessment.pages.answer_input import (
    Said,
    keeps_what_was_typed,
    said_of,
    said_or_none,
    typed_before,
)
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.pages.sheet_parts import address, around
from standards.assessment.sheet_rows import Row, standing_of
from standards.assessment.teamwork import LONGEST, colleagues
from standards.catalogue.mappings import relations_of


@keeps_what_was_typed
def answer(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """The page of one criterion, and saving its answer."""
    if is_autosave(request):
        mine = Assessment.objects.of_members(request.user).filter(pk=pk)
        rows = Answer.objects.filter(assessment__in=mine).with_provider()
        return save(request, get_object_or_404(rows, pk=number))
    assessment, user = own_assessment(request, pk), signed_in_user(request)
    answer = get_object_or_404(
        assessment.answers.select_related("criterion__edition", "criterion__level"), pk=number
    )
    if request.method == "POST":
        require_person(answer, "give", user, at=timezone.now())
        return press(request, answer)
    typed = typed_before(request)
    given = said_or_none(typed, number) if typed else None
    if given and given.changed(answer) and able_in(assessment, user)["answer"] is None:
        words = NotReady(gettext("You were signed out before this was saved."))
        return alone(request, answer, said=given, refused=words, status=200)
    return alone(request, answer)


def able_in(assessment: Assessment, user: User) -> Abilities:
    """What the pages that show answers offer."""
    return abilities(assessment, user, at=timezone.now(), of=("answer", "migrate"))


def save(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Save what the script sends. At most four statements."""

    def write() -> int:
        given = said_of(request.POST, answer.pk)
        return given.give_to(answer, by=signed_in_user(request), at=timezone.now())

    return autosave(
        request,
        write,
        ref=answer.criterion.ref,
        revision=answer.revision,
        stands=standing_of,
        parts=lambda: around(answer, signed_in_user(request), timezone.now()),
    )


def press(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Without script: keep the answer, then do what the button says."""
    refused: StepRefused | None = None
    by, at = signed_in_user(request), timezone.now()
    button, _, which = request.POST.get("do", "").partition(":")
    given, form = Said(), EvidenceForm()
    if button == "add":
        form = EvidenceForm(request.POST, request.FILES)
    with transaction.atomic():  # where the portal fails at the second, the first is not kept either
        try:
            given = said_of(request.POST, answer.pk)
            if given.changed(answer) or button == "confirm":
                given.give_to(answer, by=by, at=at)
        except StepRefused as problem:
            refused = problem
        step = STEPS.get(button)
        if step and not (refused and button in ANSWERING):
            try:
                step(request, answer, which, form, by, at)
            except StepRefused as problem:
                refused = problem
    if refused or form.errors:
        return alone(request, answer, said=given, refused=refused, form=form)
    messages.success(request, gettext("Saved."))
    return redirect(onward(request, answer.assessment, answer))


def add(
    request: HttpRequest, found: Answer, which: str, form: EvidenceForm, by: User, at: datetime
) -> None:
    """File a new piece of evidence and let the answer rest on it: both, or neither."""
    provider = found.assessment.release.solution.organisation
    with transaction.atomic():
        if form.is_valid() and (piece := form.file_it(provider, by=by, at=at)):
            with stored_files.kept_with_row(piece.file.name):
                found.attach(piece, by=by, at=at)


def pick(
    request: HttpRequest, found: Answer, which: str, form: EvidenceForm, by: User, at: datetime
) -> None:
    """Let the answer rest on evidence that is on file already."""
    provider = found.assessment.release.solution.organisation
    keys = [key for key in map(uuid_of, request.POST.getlist("pick")) if key]
    for piece in Evidence.objects.on_file().filter(organisation=provider, pk__in=keys):
        found.attach(piece, by=by, at=at)


def detach(
    request: HttpRequest, found: Answer, which: str, form: EvidenceForm, by: User, at: datetime
) -> None:
    use = found.evidence_uses.filter(evidence=uuid_of(which)).select_related("evidence").first()
    if use:
        found.detach(use.evidence, by=by, at=at)


def clear(
    request: HttpRequest, found: Answer, which: str, form: EvidenceForm, by: User, at: datetime
) -> None:
    """Take the answer back: the criterion is open again."""
    stands = Answer.objects.with_provider().get(pk=found.pk)
    stands.give(value="", note=stands.note, by=by, at=at, revision=stands.revision)


def use(
    request: HttpRequest, found: Answer, which: str, form: EvidenceForm, by: User, at: datetime
) -> None:
    take_offer(found, by=by, at=at)


def take_offer(found: Answer, *, by: User, at: datetime) -> None:
    """Give what a mapping offers now; NotReady where it offers nothing any more."""
    stands = Answer.objects.with_provider().get(pk=found.pk)
    offered = stands.assessment.offers([stands.criterion_id]).get(stands.criterion_id)
    if offered is None:
        raise NotReady(gettext("There is no such answer any more. Answer this one here."))
    stands.take(offered, by=by, at=at, revision=stands.revision)


Step = Callable[[HttpRequest, Answer, str, EvidenceForm, User, datetime], None]
STEPS: dict[str, Step] = {
    "add": add,
    "pick": pick,
    "detach": detach,
    "clear": clear,
    "use": use,
}
ANSWERING = {"clear", "use"}  # these would write over what could not be saved


def uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def onward(request: HttpRequest, assessment: Assessment, found: Answer) -> str:
    """Back to the same page; to the next criterion or the sheet where the button says so."""
    here = reverse("answer", args=[assessment.pk, found.pk])
    if request.POST.get("do") == "next":
        _before, after = beside(assessment, found)
        return reverse("answer", args=[assessment.pk, after]) if after else sheet_of(found)
    return here + ("#evidence" if request.POST.get("do") else "")


def remarks_beside(
    request: HttpRequest, assessment: Assessment, row: Row, *, may: bool
) -> dict[str, Any]:
    """What templates/assessment/_remarks.html shows beside one answer."""
    user = signed_in_user(request)
    provider = assessment.release.solution.organisation

    def others() -> list[User]:
        return list(colleagues(provider).exclude(pk=user.pk))

    return {
        "may": may,
        "colleagues": user.once(("colleagues", provider.pk), others) if may else [],
        "words": request.POST.get(f"q{row.pk}", ""),
        "to": request.POST.get(f"to{row.pk}", ""),
        "reader": user.pk,
        "longest": LONGEST,
    }


def sheet_of(found: Answer) -> str:
    """Where the criterion stands on the sheet."""
    return address(found.assessment, row=str(found.pk)) + f"#k{found.pk}"


def beside(assessment: Assessment, found: Answer) -> tuple[int | None, int | None]:
    """The criteria before and after this one in its domain."""
    answers = assessment.answers.filter(criterion__domain=found.criterion.domain)
    order = list(answers.in_order().values_list("pk", flat=True))
    place = order.index(found.pk)
    before = order[place - 1] if place else None
    return before, (order[place + 1] if place + 1 < len(order) else None)


def alone(
    request: HttpRequest,
    found: Answer,
    *,
    said: Said | None = None,
    refused: StepRefused | None = None,
    form: EvidenceForm | None = None,
    unsent: StepRefused | None = None,
    status: int = 0,
) -> HttpResponse:
    """The page of one criterion, with what was typed where it was not saved; `unsent` says why
    something said beside it was not taken."""
    at, assessment = timezone.now(), found.assessment
    able = able_in(assessment, signed_in_user(request))
    row = sheet_rows.complete(assessment, assessment.answers.filter(pk=found.pk), at=at)[0]
    if said and refused:
        row.keep(said.value, said.reason, said.note, refused)
    before, after = beside(assessment, found)
    attached = [piece.pk for piece, _phase in row.files]
    found.assessment = assessment
    may_remark = refusal(found, "remark", signed_in_user(request), at) is None
    context: dict[str, Any] = {
        "assessment": assessment,
        "row": row,
        "criterion": found.criterion,
        "relations": relations_of(found.criterion),
        "before": before,
        "after": after,
        "sheet_url": sheet_of(found),
        "form": form or EvidenceForm(),
        "withdrawn": assessment.withdrawn_editions(at=at) if row.withdrawn else [],
        "writable": able.may["answer"] and not row.withdrawn,
        "remarks": remarks_beside(request, assessment, row, may=may_remark),
        "unsent": unsent,
        **sheet_rows.choices(),
        **able.context,
    }
    if able.may["answer"]:
        provider = assessment.release.solution.organisation
        on_file = Evidence.objects.on_file().filter(organisation=provider)
        context["shelf"] = on_file.exclude(pk__in=attached)[:50]
    if problem := refused or unsent:
        status = status or code_of(problem)
    elif form and form.errors:
        status = status or UNPROCESSABLE
    return render(request, "assessment/answer.html", context, status=status or 200)
