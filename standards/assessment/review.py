"""What a declaration would say if it were signed now, and what it still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from standards.assessment import sheet_rows
from standards.assessment.answers import Answer, Assessment
from standards.assessment.claims import Claim, Outcome
from standards.assessment.declaring import gaps, lowered, open_facts, to_answer, unfit
from standards.assessment.periods import Phase, year_after
from standards.assessment.sheet_rows import Progress
from standards.catalogue.applicability import BLOCK, Applied
from standards.catalogue.applying import applied

SIGNED = {"name": "x", "role": "x"}  # the form asks for these itself


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
    holds: list[str] = field(default_factory=list)  # why a rule will hold the release
    contradicted: list[Contradicted] = field(default_factory=list)
    until: datetime | None = None


def review(assessment: Assessment, *, at: datetime) -> Review:
    """Look at the draft as `declare()` will. At most fourteen statements."""
    release = assessment.release
    rules = applied(release.facts, at=at)
    answers = list(assessment.answers.with_evidence().order_by("criterion__key"))
    said = [answer for answer in answers if answer.counts]
    proven = {answer.pk for answer in said if shows(answer, at)}
    return Review(
        missing=missing(assessment, answers, rules),
        domains=sheet_rows.progress(assessment),
        al1=sum(answer.value == Outcome.MET for answer in said) - len(proven),
        al2=len(proven),
        inapplicable=sum(answer.value == Outcome.NOT_APPLICABLE for answer in said),
        less=[one for one in said if one.value in (Outcome.PARTLY_MET, Outcome.NOT_MET)],
        silent=len(answers) - len(said),
        lapsed=[
            one for one in said if one.value == Outcome.MET and one.on_file and all_ran_out(one, at)
        ],
        holds=holds(assessment, rules),
        contradicted=contradicted(assessment, said, at=at),
        until=year_after(at),
    )


def shows(answer: Answer, at: datetime) -> bool:
    """Whether it will stand at AL2: met, with evidence in date."""
    return answer.value == Outcome.MET and any(
        not use.evidence.phase(at).silent for use in answer.on_file
    )


def all_ran_out(answer: Answer, at: datetime) -> bool:
    return all(use.evidence.phase(at) == Phase.RAN_OUT for use in answer.on_file)


def missing(assessment: Assessment, answers: Iterable[Answer], rules: Applied) -> list[Missing]:
    """The list that `declare()` would refuse with, each with its place."""
    release = assessment.release
    base = reverse("assessment", args=[assessment.pk])
    return [
        *[Missing(words) for words in unfit(release, SIGNED)],
        *[
            Missing(
                to_answer(fact), url=reverse("release-facts-group", args=[release.pk, fact.group])
            )
            for fact in open_facts(rules)
        ],
        *[
            Missing(
                str(gap),
                gap.answer.criterion.edition.text("name"),
                f"{base}answers/{gap.answer.pk}/",
            )
            for gap in gaps(answers)
        ],
    ]


def holds(assessment: Assessment, rules: Applied) -> list[str]:
    """Why the release would be held: rules not yet cleared for it."""
    new = assessment.release._held_by(rules.blocks)
    waiting = assessment.release.open_holds().values_list("rule_key", flat=True)
    keys = {*new, *waiting}
    found = [rule.reason for rule in rules.rules if rule.effect == BLOCK and rule.rule in keys]
    return list(dict.fromkeys(found)) or sorted(keys)


def contradicted(assessment: Assessment, said: list[Answer], *, at: datetime) -> list[Contradicted]:
    """Certificates whose claims end, because less is declared now."""
    standing = Claim.objects.filter(
        release=assessment.release_id,
        basis=Claim.Basis.CERTIFICATE,
        criterion__in=lowered(said),
    ).in_force(at=at)
    found: dict[str, set[str]] = {}
    for number, ref, title in standing.values_list(
        "source", "criterion__ref", "criterion__title"
    ).distinct():
        found.setdefault(number, set()).add(f"{ref} {title}")
    return [Contradicted(number, sorted(names)) for number, names in sorted(found.items())]
