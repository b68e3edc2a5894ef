"""What a provider may ask a body to examine: the scope of a request, and what stands against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import next_number, record
from standards.assessment.claims import LESS
from standards.assessment.declarations import Declaration
from standards.assessment.periods import last_day_of
from standards.assessment.solutions import Release, Solution
from standards.attestation import independence, scope, steps
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.findings import Finding
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.levels import includes

Asked = Sequence[tuple[Edition, Level | None]]


@dataclass(frozen=True)
class Running:
    """A certificate in force, beside which a new one of the same edition would be issued."""

    certificate: Certificate
    at: datetime

    @property
    def left(self) -> int:
        """Days after today on which it would still hold."""
        return max(0, (last_day_of(self.certificate.valid_until) - localdate(self.at)).days)

    def __str__(self) -> str:
        """That it goes on beside the new one, which is not lengthened by what is left of it."""
        words = ngettext(
            "%(number)s stays in force until %(end)s. A new certificate begins on the day of the "
            "decision; the %(n)s day that is left is not added to it.",
            "%(number)s stays in force until %(end)s. A new certificate begins on the day of the "
            "decision; the %(n)s days that are left are not added to it.",
            self.left,
        )
        if not self.left:
            words = gettext("%(number)s stays in force until %(end)s, which is its last day.")
        end = date_format(last_day_of(self.certificate.valid_until))
        return words % {"n": self.left, "number": self.certificate.number, "end": end}


def running(release: Release, editions: Iterable[Edition], *, at: datetime) -> list[Running]:
    """Certificates of a release in these editions that are in force. One statement."""
    rows = Certificate.objects.in_force(at=at).filter(release=release, edition__in=list(editions))
    return [Running(row, at) for row in rows.defer("facts").order_by("valid_until", "pk")]


@dataclass(frozen=True)
class Request:
    """A declaration, the body asked, and for each edition its level; `criteria` None means all."""

    declaration: Declaration
    body: Organisation
    editions: Asked
    criteria: Iterable[int] | None = None

    @property
    def provider(self) -> Organisation:
        return self.declaration.release.solution.organisation

    def in_scope(self) -> list[Criterion]:
        """The criteria to examine: declared, of the editions asked, within the level."""
        declared = declared_criteria(self.declaration)
        offered = [criterion for criterion in declared if self._asked_for(criterion)]
        if self.criteria is None:
            return offered
        wanted = set(self.criteria)
        return [criterion for criterion in offered if criterion.pk in wanted]

    def _asked_for(self, criterion: Criterion) -> bool:
        for edition, level in self.editions:
            if criterion.edition_id == edition.pk:
                return level is None or includes(level, criterion.level)
        return False

    def problems(self, *, at: datetime) -> list[str]:
        """What stands against the request, in the reader's words; empty when nothing does."""
        return [*self._parties(at), *self._announced(at), *self._scope()]

    def _parties(self, at: datetime) -> list[str]:
        problems = []
        if not Declaration.objects.in_force(at=at).filter(pk=self.declaration.pk).exists():
            problems.append(gettext("This declaration is no longer in force. Declare again first."))
        if self.declaration.release.solution.status != Solution.Status.ACTIVE:
            problems.append(gettext("This solution is withdrawn."))
        if self.body.kind != Organisation.Kind.AUDITOR:
            problems.append(gettext("%(body)s is not an auditing body.") % {"body": self.body})
        if independence.tied(self.body, self.provider):
            problems.append(independence.interest(self.body, self.provider))
        editions = [edition for edition, _ in self.editions]
        return problems + independence.unaccredited(
            self.body, editions, country=self.provider.country, at=at
        )

    def _announced(self, at: datetime) -> list[str]:
        """What does not count yet cannot be attested yet."""
        words = gettext("%(edition)s is only announced. It can be examined from %(day)s on.")
        return [
            words % {"edition": edition, "day": date_format(edition.effective_from)}
            for edition, _ in self.editions
            if edition.effective_from and not edition.binds(at.date())
        ]

    def _scope(self) -> list[str]:
        if not self.editions:
            return [gettext("Name at least one edition.")]
        problems = []
        chosen = {criterion.pk for criterion in self.in_scope()}
        touched = {criterion.edition_id for criterion in self.in_scope()}
        for edition, level in self.editions:
            graded = dict(edition.criteria.answerable().values_list("pk", "level"))
            if problem := scope.level_problem(edition.levels.all(), level, graded):
                problems.append(f"{edition}: {problem}")
            elif edition.pk not in touched:
                problems.append(
                    gettext("%(edition)s: choose at least one declared criterion.")
                    % {"edition": edition}
                )
        if self.criteria is not None and set(self.criteria) - chosen:
            problems.append(
                gettext(
                    "Only criteria that this declaration answers can be examined, within the level."
                )
            )
        return problems


def declared_criteria(declaration: Declaration) -> list[Criterion]:
    """The criteria that a declaration makes a statement on, in the order of their editions."""
    answered = declaration.assessment.answers.filter(to_confirm=False).exclude(value="")
    criteria = Criterion.objects.filter(pk__in=answered.values("criterion"))
    return list(criteria.select_related("edition", "level").order_by("edition__name", "position"))


@dataclass(frozen=True)
class Reach:
    """What an examination of a declaration can come to at best, for an edition at a level: every
    criterion that is declared met or not applicable is found so."""

    edition: Edition
    level: Level | None
    coverage: scope.Coverage
    lacking: int  # of the criteria named: declared partly met or not met

    @property
    def undeclared(self) -> int:
        """Of the criteria named: those on which nothing is declared."""
        return len(self.coverage.left) - self.lacking


def reaches(declaration: Declaration) -> list[Reach]:
    """For each edition that it speaks of, at each level that can be asked for. Three statements."""
    given = declaration.assessment.answers.filter(to_confirm=False).exclude(value="")
    values = dict(given.values_list("criterion", "value"))
    good = {pk for pk, value in values.items() if value not in LESS}
    editions = Edition.objects.filter(criteria__in=values).distinct()
    graded: dict[int, dict[int, int]] = {}
    rows = Criterion.objects.answerable().filter(edition__in=editions)
    for edition_pk, pk, grade in rows.values_list("edition", "pk", "level"):
        graded.setdefault(edition_pk, {})[pk] = grade
    made = []
    for edition in editions.prefetch_related("levels").order_by("name", "pk"):
        levels, criteria = list(edition.levels.all()), graded.get(edition.pk, {})
        declared = {grade for pk, grade in criteria.items() if pk in values}
        for level in [*scope.to_ask_for(levels, declared), None]:
            if not scope.level_problem(levels, level, criteria):
                wanted = scope.named(levels, level, criteria)
                coverage = scope.cover(wanted, in_order=good, examined=values, accepted=())
                made.append(Reach(edition, level, coverage, len(wanted & values.keys() - good)))
    return made


def request_examination(
    declaration: Declaration,
    *,
    body: Organisation,
    editions: Asked,
    criteria: Iterable[int] | None = None,
    by: User,
    at: datetime,
    message: str = "",
) -> Engagement:
    """Ask a body to examine all (None) or some criteria (by key) of a declaration."""
    asked = Request(declaration, body, list(editions), criteria and list(criteria))
    independence.require_role(by, asked.provider, Role.SIGNATORY)
    if problems := asked.problems(at=at):
        raise NotReady(*problems)
    try:
        with transaction.atomic():
            return _write(asked, by=by, at=at, message=message)
    except IntegrityError as twin:
        raise IllegalMove(
            gettext("You have already asked %(body)s; it has not answered yet.") % {"body": body}
        ) from twin


def _write(asked: Request, *, by: User, at: datetime, message: str) -> Engagement:
    engagement = Engagement.objects.create(
        number=next_number("EN", at=at),
        declaration=asked.declaration,
        provider=asked.provider,
        body=asked.body,
        message=message.strip(),
        requested_at=at,
        requested_by=by,
    )
    EngagementEdition.objects.bulk_create(
        EngagementEdition(engagement=engagement, edition=edition, level=level)
        for edition, level in asked.editions
    )
    Finding.objects.bulk_create(
        Finding(engagement=engagement, criterion=criterion) for criterion in asked.in_scope()
    )
    record(
        engagement,
        steps.ENGAGEMENT_REQUESTED,
        by=by,
        at=at,
        to_state=Engagement.Status.REQUESTED,
        organisation=asked.provider,
    )
    return engagement
