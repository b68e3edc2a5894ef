"""Solutions, releases, answers, evidence and declarations, made by the real verbs."""

import itertools
from datetime import date

from certcentre.accounts.models import User
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.standards import Standard
from tests.make import accounts
from tests.make.again import again
from tests.make.catalogue import next_slot
from tests.make.moment import AT

count = itertools.count(1)
NEEDS_REASON = {"not_applicable", "partly_met"}


def signer(organisation):
    """Somebody who may sign for the organisation."""
    return User.objects.filter(
        memberships__organisation=organisation, memberships__role="signatory"
    ).first()


def signer_of(assessment):
    """Somebody who may sign for the provider of an assessment."""
    return signer(assessment.release.solution.organisation)


@again
def criteria(number=3, *, obligation="must", key=None, domain="security"):
    """That many criteria of a published edition of their own."""
    key = key or f"as-{next(count)}"
    standard = Standard.objects.create(key=key, name=key, issuing_body="Example Body")
    edition = Edition.objects.create(
        key=key, standard=standard, name=f"Example {key}", domain=domain, status="published"
    )
    level = Level.objects.create(
        edition=edition, key="A", label="Level A", obligation=obligation, position=1
    )
    free = next_slot()
    return Criterion.objects.bulk_create(
        Criterion(
            slot=free + place,
            edition=edition,
            level=level,
            ref=f"1.{place}",
            key=f"{key}:1.{place}",
            title=f"Criterion {place}",
            statement=f"It does {place}.",
            domain=domain,
            position=place,
        )
        for place in range(1, number + 1)
    )


@again
def solution(organisation=None, **fields):
    organisation = organisation or accounts.organisation("provider")
    return Solution.create(
        organisation,
        by=signer(organisation),
        at=AT,
        **{
            "name": f"Example Reader {next(count)}",
            "summary": "Reading practice for young learners.",
            "release_label": "1.x",
            **fields,
        },
    )


@again
def release(organisation=None, *, facts=None, solution=None, label=None):
    """The first release of a new solution, or one more (`label`) of a given one."""
    of = solution or globals()["solution"](organisation)
    by = signer(of.organisation)
    made = Release.add(of, by=by, at=AT, label=label) if label else of.releases.get()
    made.solution = of
    if facts is not None:
        made.state_facts(facts, by=by, at=AT)
    return made


@again
def assessment(
    release=None,
    *,
    organisation=None,
    criteria=None,
    answers=None,
    status="draft",
    at=AT,
    facts=None,
):
    """A draft over `criteria` (objects or a queryset), or declared (all met unless `answers` say).

    `answers` is {criterion key: value}; a draft without them is empty.
    """
    release = release or globals()["release"](organisation, facts=facts)
    by = signer(release.solution.organisation)
    chosen = globals()["criteria"]() if criteria is None else criteria
    made = Assessment.start(release, by=by, at=at, criteria=chosen)
    wanted = {} if answers is None and status == "draft" else answers or {}
    for answer in made.answers.select_related("criterion").exclude(origin="rule"):
        default = "" if status == "draft" else "met"
        value = wanted.get(answer.criterion.key, default)
        if value and (value != answer.value or answer.to_confirm):
            reason = "Because." if value in NEEDS_REASON else ""
            answer.give(value=value, reason=reason, by=by, at=at, revision=answer.revision)
    if status != "draft":
        made.declaration = declare(made, at=at)
    return made


def declare(assessment, *, at=AT):
    """Sign a draft in the name of its provider."""
    return Declaration.sign(
        assessment,
        by=signer(assessment.release.solution.organisation),
        at=at,
        signatory_name="Ada Example",
        signatory_role="Director",
    )


@again
def declaration(release=None, **fields):
    """A declaration of all met, unless `answers` say otherwise."""
    return assessment(release, status="declared", **fields).declaration


@again
def evidence(organisation, *, title="Test report", speaks_from=date(2026, 6, 1), until=None):
    """A link, in date at AT."""
    return Evidence.add_link(
        organisation,
        by=signer(organisation),
        at=AT,
        title=title,
        link="https://example.org/report",
        speaks_from=speaks_from,
        speaks_until=until,
    )


def attach(answer, piece):
    """Let an answer rest on a piece of evidence."""
    answer.attach(piece, by=signer_of(answer.assessment), at=AT)
