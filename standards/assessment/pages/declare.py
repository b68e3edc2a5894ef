"""Declaring: what is missing, else what will stand, then a name, a role and a tick.

The rules of what is missing stand in declaration_check.py, the signing in declarations.py.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.abilities import abilities, require_person
from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.step_page import posted, prove
from standards.assessment import sheet_rows
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import LESS, Claim, Outcome
from standards.assessment.declaration_check import Lack
from standards.assessment.declarations import Declaration, begins, lowered
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.periods import Phase, last_day_before, speaking_within, year_after
from standards.assessment.sheet_rows import Progress
from standards.catalogue.applicability import BLOCK, Applied


@dataclass(frozen=True)
class Missing:
    """One thing to do first, and where."""

    words: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class Contradicted:
    """A certificate that loses its claims on these criteria."""

    number: str
    criteria: list[str]


@dataclass
class Review:
    """Everything that `assessment/declare.html` shows before somebody signs."""

    missing: list[Missing] = field(default_factory=list)
    domains: list[Progress] = field(default_factory=list)
    al1: int = 0  # met, as the provider says
    al2: int = 0  # met, with evidence in date
    inapplicable: int = 0
    less: list[Answer] = field(default_factory=list)  # partly met or not met
    silent: int = 0  # no statement
    lapsed: list[Answer] = field(default_factory=list)  # met, and all evidence has run out
    ends: list[tuple[date, int]] = field(default_factory=list)  # AL2's last days, how many answers
    begins: list[tuple[date, int]] = field(default_factory=list)  # and first days still to come
    holds: list[str] = field(default_factory=list)  # why a rule will hold the release
    contradicted: list[Contradicted] = field(default_factory=list)
    until: datetime | None = None


def review(assessment: Assessment, *, by: User, at: datetime) -> Review:
    """Look at the draft as signing it will. At most fifteen statements."""
    checked = assessment.checked(by=by, at=at)
    answers = checked.answers
    given = [answer for answer in answers if answer.counts]
    until = year_after(at)
    spans = [span for answer in given if (span := shown(answer, at, until))]
    now = [last for first, last in spans if first <= at]
    return Review(
        missing=[missing(assessment, lack) for lack in checked.lacks],
        domains=sheet_rows.progress(assessment, at=at),
        al1=sum(answer.value == Outcome.MET for answer in given) - len(now),
        al2=len(now),
        inapplicable=sum(answer.value == Outcome.NOT_APPLICABLE for answer in given),
        less=[answer for answer in given if answer.value in LESS],
        silent=len(answers) - len(given),
        lapsed=[answer for answer in given if ran_out(answer, at)],
        holds=holds(assessment, checked.rules),
        contradicted=contradicted(assessment, given, at=at),
        ends=counted(last_day_before(last) for last in now if last < until),
        begins=counted(first.date() for first, _last in spans if first > at),
        until=until,
    )


def shown(answer: Answer, at: datetime, until: datetime) -> tuple[datetime, datetime] | None:
    """From when to when evidence will lift it to AL2, as signing claims it; None: not at all."""
    since = begins(answer.criterion.edition, at)
    spans = sorted(
        span
        for use in answer.on_file
        if (span := speaking_within(since, until, *use.evidence.period))
    )
    if answer.value != Outcome.MET or not spans:
        return None
    first, last = spans[0]
    for start, end in spans:
        last = max(last, end) if start <= last else last
    return first, last


def counted(days: Iterable[date]) -> list[tuple[date, int]]:
    """Each day and how many there are of it, the earliest first."""
    return sorted(Counter(days).items())


def ran_out(answer: Answer, at: datetime) -> bool:
    """Whether it is met, and all its evidence speaks no longer."""
    phases = {use.evidence.phase(at) for use in answer.on_file}
    return answer.value == Outcome.MET and phases == {Phase.RAN_OUT}


def missing(assessment: Assessment, lack: Lack) -> Missing:
    """What signing would be refused for, with its place."""
    if lack.answer:
        title = lack.answer.criterion.edition.text("name")
        return Missing(str(lack), title, reverse("answer", args=[assessment.pk, lack.answer.pk]))
    if lack.fact:
        group = [assessment.release_id, lack.fact.group]
        return Missing(str(lack), url=reverse("release-facts-group", args=group))
    return Missing(str(lack))


def holds(assessment: Assessment, rules: Applied) -> list[str]:
    """Why the release would be held: rules not yet cleared for it."""
    new = assessment.release._held_by(rules.blocks)
    waiting = assessment.release.holds.open().values_list("rule_key", flat=True)
    keys = {*new, *waiting}
    reasons = [rule.reason for rule in rules.rules if rule.effect == BLOCK and rule.rule in keys]
    return list(dict.fromkeys(reasons)) or sorted(keys)


def contradicted(assessment: Assessment, said: list[Answer], *, at: datetime) -> list[Contradicted]:
    """Certificates whose claims end, because less is declared now."""
    standing = Claim.objects.filter(
        release=assessment.release_id,
        basis=Claim.Basis.CERTIFICATE,
        criterion__in=lowered(said),
    ).in_force(at=at)
    criteria: dict[str, set[str]] = {}
    for number, ref, title in standing.values_list(
        "source", "criterion__ref", "criterion__title"
    ).distinct():
        criteria.setdefault(number, set()).add(f"{ref} {title}")
    return [Contradicted(number, sorted(names)) for number, names in sorted(criteria.items())]


class DeclareForm(forms.Form):
    """Who signs, and that they mean it."""

    signatory_name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("It stands on the public declaration."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    signatory_role = forms.CharField(
        label=_("Your role in the organisation"),
        max_length=120,
        help_text=_("Such as managing director."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    tick = forms.BooleanField(
        label=_("I declare, for the organisation, that these answers are true as of today."),
        error_messages={"required": _("Tick this to sign.")},
    )


def assessment_declare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Members see what is missing; a signatory signs."""
    assessment, user, at = own_assessment(request, pk), signed_in_user(request), timezone.now()
    if request.method == "POST":
        require_person(assessment, "declare", user, at=at)
        prove(request)
    elif not assessment.is_draft:
        return redirect(assessment)
    form = DeclareForm(posted(request), initial={"signatory_name": user.name})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("signatory_name", "signatory_role")}
        try:
            declaration = Declaration.sign(assessment, by=user, at=at, **given)
        except NotReady as refused:
            problems = refused.problems
        else:
            declaration.refresh_from_db(fields=["public_since"])  # publishing stamps the stored one
            messages.success(request, said_of(declaration.public_since))
            return redirect(declaration)
    with user.memberships_read_once():  # the draft is looked at once for both
        able = abilities(assessment, user, at=at, of=("declare",))
        looked = review(assessment, by=user, at=at) if assessment.is_draft else None
    context = {
        "assessment": assessment,
        "review": looked,
        "form": form,
        "problems": [] if looked and looked.missing else problems,
        **able.context,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessment/declare.html", context, status=status)


def said_of(public_since: datetime | None) -> str:
    if public_since:
        return gettext("Declared. The statements stand from now on, for twelve months.")
    return gettext("Declared. A rule holds the release until the centre decides; you hear by mail.")
