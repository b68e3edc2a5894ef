"""Raising a concern, the public page of each case, and what the centre and parties do with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.forms import NothingForm
from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader, signed_in_user
from certcentre.desk import addresses
from certcentre.desk.cases.appeal import follows
from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from certcentre.desk.cases.case_file import ACKNOWLEDGED_WITHIN, DECIDED_WITHIN, About, Subject
from certcentre.desk.cases.panel import engagement_behind, sitting
from certcentre.lifecycle import StepRefused
from certcentre.limits import limited
from certcentre.log.history import history, history_lines
from certcentre.numbers import LONGEST as LONGEST_ADDRESS
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, step_page
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Solution
from standards.attestation.engagement import Engagement
from standards.attestation.external import ExternalCertificate
from tenders.requirements import LONGEST
from tenders.tender import Tender

A_PAGE = 50
WORDS: Any = {"max_length": LONGEST, "widget": forms.Textarea(attrs={"rows": 6})}


class ConcernForm(forms.Form):
    """What it is about, and what is wrong."""

    about = forms.CharField(
        label=_("What is it about?"),
        max_length=LONGEST_ADDRESS,
        help_text=_(
            "A number such as CC-2026-000008, or the address of the page of a product, a "
            "certificate, an auditing body or a tender."
        ),
    )
    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_(
            "What you saw, where and when. Do not write names of pupils or other people. Only the "
            "centre reads it."
        ),
        **WORDS,
    )
    organisation = forms.ModelChoiceField(
        label=_("Do you write for an organisation?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("No, for myself"),
    )

    def __init__(self, *args: Any, user: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        mine = (
            Organisation.objects.acted_for_by(user).order_by("name", "pk")
            if user.is_authenticated
            else Organisation.objects.none()
        )
        organisation: Any = self.fields["organisation"]
        organisation.queryset = mine
        if not mine.exists():
            del self.fields["organisation"]

    def clean_about(self) -> About:
        """The public record that was named."""
        record = addresses.numbered(self.cleaned_data["about"], self.user)
        if isinstance(record, Declaration | ExternalCertificate):
            record = record.release.solution
        if isinstance(record, About):
            return record
        raise forms.ValidationError(
            gettext("Nothing public has this number or address. Copy it from the page in question.")
        )


class PartyForm(forms.Form):
    """A question to one of the organisations concerned."""

    party = forms.ModelChoiceField(
        label=_("Whom do you ask?"), queryset=Organisation.objects.none(), empty_label=None
    )
    question = forms.CharField(
        label=_("Question"),
        help_text=_("They read this and nothing else of the case; do not name who raised it."),
        **WORDS,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party: Any = self.fields["party"]
        party.queryset = Organisation.objects.filter(pk__in=case.parties).order_by("name", "pk")


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Answer"), help_text=_("Only the centre reads it."), **WORDS)


class FoundForm(forms.Form):
    found = forms.CharField(
        label=_("What did you find?"), help_text=_("It stays with the centre."), **WORDS
    )


class OutcomeForm(forms.Form):
    """What becomes of it, and why in short."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        widget=forms.RadioSelect,
        choices=[(status.value, status.label) for status in Case.OUTCOMES],
    )
    reason = forms.CharField(
        label=_("Reasons in short"),
        help_text=_("Everybody reads them. Name no person."),
        **WORDS,
    )
    against = forms.CharField(
        label=_("Criteria that are not met"),
        required=False,
        help_text=_(
            "One on a line, as its page gives it: the key of the edition, a colon, the reference. "
            "From now on the register says that the product does not meet them."
        ),
        **WORDS,
    )
    agreed = forms.BooleanField(
        label=_("The other two agree with this outcome and these reasons"), required=False
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.judged_release is None:
            del self.fields["against"]
        if case.is_appeal:
            outcome: Any = self.fields["outcome"]
            outcome.choices = [(status.value, words) for status, words in Case.APPEALED.items()]
        else:
            del self.fields["agreed"]

    def clean_against(self) -> list[str]:
        return self.cleaned_data["against"].split()


ACKNOWLEDGE = Question(
    _("Say that it was received"),
    _("The public page says so from now on; whoever raised it with an account is told."),
    _("Acknowledge"),
    _("Acknowledged."),
    verb="acknowledge",
)
ASK = Question(
    _("Ask an organisation"),
    _("It reads your question and answers here. The case stays open meanwhile."),
    _("Ask"),
    _("Asked. You are told of the answer."),
    verb="ask",
)
EXAMINE = Question(
    _("Write down what you found"),
    _("Then its outcome can be decided."),
    _("Keep it"),
    _("Kept. Now decide the outcome."),
    verb="examine",
)
DECIDE = Question(
    _("Decide the outcome"),
    _("It cannot be changed. Everybody reads the outcome and its reasons."),
    _("Decide"),
    _("Decided. Those concerned are told."),
    verb="decide",
    weighty=True,
)
TAKE_BACK = Question(
    _("Take it back"),
    _("Its number stays, and says that it was taken back."),
    _("Take it back"),
    _("Taken back."),
    verb="take_back",
    destructive=True,
)
REPLY = Question(
    _("Answer the centre"),
    _("Write what your organisation says of it. It can be sent once."),
    _("Send"),
    _("Sent to the centre."),
    verb="reply",
)


def trail_of(case: Case | None = None) -> list[tuple[str, str]]:
    every = (gettext("Cases"), reverse("cases"))
    return [every, (case.number, case.get_absolute_url())] if case else [every]


@limited("concern")
@login_not_required
def concern_new(request: HttpRequest) -> HttpResponse:
    """Anybody says what is wrong; nothing but that is asked of them."""
    user = request.user
    form = ConcernForm(
        posted(request), user=user, initial={"about": request.GET.get("about", "")[:200]}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        by = user if isinstance(user, User) else None
        try:
            case = Case.receive(
                given["about"],
                words=given["words"],
                by=by,
                at=timezone.now(),
                organisation=given.get("organisation"),
            )
        except StepRefused as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
        else:
            words = gettext("Received as %(number)s. Keep this number: the page says what follows.")
            messages.success(request, words % {"number": case.number})
            return redirect(case)
    status = 422 if form.is_bound else 200
    days = {"acknowledged": ACKNOWLEDGED_WITHIN.days, "decided": DECIDED_WITHIN.days}
    return render(request, "desk/concern_new.html", {"form": form, **days}, status=status)


@login_not_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All of them, newest first: number, state, dates and outcome."""
    rows = Case.objects.read_whole()
    state = request.GET.get("state", "")
    if state == "open":
        rows = rows.open()
    page = Numbered(rows, A_PAGE).get_page(request.GET.get("page"))
    at = timezone.now()
    public = shown_subjects(list(page.object_list))
    lines = [(case, public.get(case.pk)) for case in page]
    context = {"page": page, "lines": lines, "state": state, "today": at.date()}
    return render(request, "desk/cases.html", context)


def shown_subjects(cases: list[Case]) -> dict[int, Any]:
    """What each case is about, where everybody may know: of what was upheld, but for a product that
    is off the register, and a tender that is not published. Two statements."""
    named = [case for case in cases if case.names_its_subject]
    solutions = Solution.objects.listed().filter(pk__in=[case.solution_id for case in named])
    tenders = Tender.objects.published().filter(pk__in=[case.tender_id for case in named])
    listed = set(solutions.values_list("pk", flat=True))
    published = set(tenders.values_list("pk", flat=True))
    return {
        case.pk: case.about
        for case in named
        if not case.engagement_id and not case.refused_id
        if not case.solution_id or case.solution_id in listed
        if not case.tender_id or case.tender_id in published
    }


def case_of(number: str) -> Case:
    return get_object_or_404(Case.objects.read_whole(), number=number)


@login_not_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, for everybody; its words for those whom they are for."""
    case, user, at = case_of(number), request.user, timezone.now()
    reads = Case.objects.filter(pk=case.pk).readable_by(user, at=at).exists()
    questions = questions_for(case, user, at)
    about = case.about if reads or questions else shown_subjects([case]).get(case.pk)
    rows = Case.objects.filter(pk=case.pk)
    seated = isinstance(user, User) and rows.decided_on_by(user, at=at).exists()
    handles = seated or (isinstance(user, User) and rows.handled_by(user, at=at).exists())
    context = {
        "case": case,
        "about": about,
        "reads": reads,
        "handles": handles,
        "questions": questions,
        "panel": sitting(case) if reads and case.is_appeal else [],
        "appealed": history_lines([case.appealed]) if reads and case.appealed else [],
        "leads": leads_to(about, user),
        "report": seated and case.is_open and engagement_behind(case),
        "follows": follows(case),
        "history": history(case, public=not handles),
        "today": at.date(),
        "trail": trail_of(),
        **abilities(case, user, at=at).context,
    }
    return render(request, "desk/case.html", context)


def leads_to(about: Subject | None, user: Reader) -> bool:
    """Whether the reader may open the page of what a case is about."""
    if isinstance(about, Engagement):
        return Engagement.objects.visible_to(user).filter(pk=about.pk).exists()
    if isinstance(about, Organisation):
        return Organisation.objects.visible_to(user).filter(pk=about.pk).exists()
    return about is not None


def questions_for(case: Case, user: Reader, at: datetime) -> list[tuple[PartyQuestion, bool]]:
    """What was asked in it that the reader may see, each with whether they may answer."""
    if not isinstance(user, User):
        return []
    rows = PartyQuestion.objects.filter(case=case).readable_by(user, at=at)
    return [
        (question, abilities(question, user, at=at).may["reply"])
        for question in rows.select_related("party", "case")
    ]


def case_step(
    request: HttpRequest, case: Case, question: Question, form: Form, take: Callable[..., Any]
) -> HttpResponse:
    """A step on a case that the reader reads; 404 for others."""
    readable = Case.objects.readable_by(signed_in_user(request), at=timezone.now())
    get_object_or_404(readable, pk=case.pk)
    back, kicker = case.get_absolute_url(), case.number
    return step_page(
        request, question, form, take, back=back, trail=trail_of(case), of=case, kicker=kicker
    )


def case_acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)
    return case_step(request, case, ACKNOWLEDGE, NothingForm(posted(request)), case.acknowledge)


def case_ask(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)

    def ask(*, party: Organisation, question: str, by: User, at: datetime) -> None:
        PartyQuestion.ask(case, party=party, question=question, by=by, at=at)

    return case_step(request, case, ASK, PartyForm(posted(request), case=case), ask)


def case_examine(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)
    return case_step(request, case, EXAMINE, FoundForm(posted(request)), case.examine)


def case_decide(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)
    question = DECIDE
    if case.is_appeal:
        names = ", ".join(person.name for person in sitting(case))
        question = DECIDE.saying(gettext("On the panel: %(names)s.") % {"names": names})
    return case_step(request, case, question, OutcomeForm(posted(request), case=case), case.decide)


def case_take_back(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)
    return case_step(request, case, TAKE_BACK, NothingForm(posted(request)), case.take_back)


def case_answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The answer of an organisation that was asked."""
    rows = PartyQuestion.objects.readable_by(signed_in_user(request), at=timezone.now())
    rows = rows.select_related("case", "party")
    question = get_object_or_404(rows, pk=pk, case__number=number)
    return step_page(
        request,
        REPLY.saying(question.question),
        AnswerForm(posted(request)),
        question.reply,
        back=question.get_absolute_url(),
        trail=trail_of(question.case),
        of=question,
        kicker=number,
    )
