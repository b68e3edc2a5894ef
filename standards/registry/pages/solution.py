"""Everything that the public page of a solution shows, read in few statements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.log.models import stored
from standards.assessment.claims import LESS, Claim, had_declared
from standards.assessment.declarations import EXTERNAL, Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Criterion, Domain, Edition
from standards.catalogue.facts import Fact
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.needs import Said, State, derive
from standards.registry.public_facts import Flags, Sheet, sheet
from standards.registry.search.entries import Tally
from standards.registry.trail import NeedShown, day, need_shown
from standards.registry.verify.records import status_shown
from standards.registry.verify.verdicts import State as Verdict

Basis = Claim.Basis


@dataclass(frozen=True)
class Statement:
    """What stands of one criterion today, and what it rests on."""

    claim: Claim
    criterion: Criterion
    examiner: str  # the body whose certificate or finding it is
    evidence: tuple[Evidence, ...]  # in date; only title, kind and period are public
    otherwise: datetime | None  # when an auditor found otherwise, and nobody has looked since
    explains: str  # what the provider writes of this answer, where that is what stands
    had_declared: str  # where something else stands: what the provider declared, in a sentence

    @property
    def title(self) -> str:
        return self.criterion.text("title")

    @property
    def basis(self) -> str:
        """What the claim rests on, with its dates, in words."""
        return basis_words(self.claim, self.examiner)

    @property
    def said(self) -> Said:
        return Said(
            outcome=self.claim.outcome,
            assurance=self.claim.assurance,
            accepted=bool(self.claim.accepted_by),
            until=self.claim.valid_until,
            by=self.examiner,
        )


@dataclass(frozen=True)
class Attested:
    """A certificate or verification with its state at the moment asked."""

    certificate: Certificate
    status: str
    assurance: int

    @property
    def state(self) -> str:
        """As the assurance mark draws it: empty while valid."""
        words = {"valid": "", "suspended": "suspended", "withdrawn": "withdrawn"}
        return words.get(self.status, "lapsed")

    @property
    def ended(self) -> datetime | None:
        certificate = self.certificate
        return {"suspended": certificate.suspended_at, "expired": certificate.valid_until}.get(
            self.status
        )

    @property
    def words(self) -> str:
        return str(Certificate.WORDS.get(self.status, Verdict.DISAGREES.label))

    @property
    def scope(self) -> str:
        level, name = self.certificate.level, self.certificate.edition.text("name")
        return f"{name}, {level.text('label')}" if level else name


@dataclass(frozen=True)
class Group:
    """The statements of one domain or edition, and their count."""

    key: str
    words: str
    statements: tuple[Statement, ...]
    sizes: Mapping[int, int]  # how many criteria each edition has, by its key
    edition: Edition | None = None

    @property
    def tally(self) -> Tally:
        return tally(self.statements)

    @property
    def editions(self) -> list["Group"]:
        ordered = sorted(self.statements, key=lambda one: one.criterion.edition.name)
        return [
            Group(edition.key, edition.text("name"), tuple(statements), self.sizes, edition)
            for edition, statements in groupby(ordered, key=lambda one: one.criterion.edition)
        ]

    @property
    def size(self) -> int:
        """How many criteria the edition has."""
        return self.sizes[self.edition.pk] if self.edition else 0


def tally(statements: Iterable[Statement]) -> Tally:
    claims = [statement.claim for statement in statements]
    return Tally.of_claims((claim.outcome, claim.assurance, claim.accepted_by) for claim in claims)


@dataclass(frozen=True)
class Portrait:
    solution: Solution
    release: Release
    statements: tuple[Statement, ...]
    declarations: tuple[Declaration, ...]  # public ones of every release, newest first
    certificates: tuple[Attested, ...]
    externals: tuple[ExternalCertificate, ...]
    needs: tuple[NeedShown, ...]
    facts: tuple[Sheet, ...]
    warnings: list[str]
    sizes: Mapping[int, int]  # criteria of the editions that something is said of

    @property
    def tally(self) -> Tally:
        return tally(self.statements)

    @cached_property
    def domains(self) -> list[Group]:
        return [
            Group(domain.value, str(domain.label), ses, self.sizes)
            for domain in Domain
            if (ses := tuple(s for s in self.statements if s.criterion.domain == domain.value))
        ]

    @property
    def declaration(self) -> Declaration | None:
        """The declaration that the current release stands on."""
        mine = (
            declaration
            for declaration in self.declarations
            if declaration.release_id == self.release.pk
        )
        return next(mine, None)

    @property
    def earlier(self) -> list[tuple[Release, Declaration]]:
        """Other public releases, each with its last declaration."""
        releases: dict[Any, tuple[Release, Declaration]] = {}
        for declaration in self.declarations:
            if declaration.release_id != self.release.pk:
                releases.setdefault(declaration.release_id, (declaration.release, declaration))
        return list(releases.values())

    def _needs(self, *states: State) -> list[NeedShown]:
        return [need for state in states for need in self.needs if need.derived.state == state]

    @cached_property
    def clear_needs(self) -> list[NeedShown]:
        """A barrier first, then what is supported; what stands out either way."""
        return self._needs(State.BARRIER, State.TESTED, State.SUPPORTED, State.NOT_AFFECTED)

    @cached_property
    def partial_needs(self) -> list[NeedShown]:
        return self._needs(State.PARTIAL)

    @cached_property
    def unknown_needs(self) -> list[NeedShown]:
        return self._needs(State.UNKNOWN)


def subjects(*, at: datetime) -> QuerySet[Solution]:
    """Listed solutions, with what their page needs of them in one row."""
    signed = (
        Declaration.objects.public()
        .filter(release=OuterRef("current_release"), withdrawn_at=None)
        .order_by("-declared_at", "-pk")
    )
    return (
        Solution.objects.listed()
        .select_related("organisation", "current_release")
        .annotate(signed=Subquery(signed.values("body")[:1]))
    )


def portrait(solution: Solution, *, at: datetime) -> Portrait:
    """The public page of one of the `subjects()`. Seven statements; eight with external ones, and
    one more where an edition is met for the first time."""
    release = cast(Release, solution.current_release)
    certificates = tuple(
        Attested(certificate, status_shown(certificate, at=at), certificate.assurance_at(at))
        for certificate in Certificate.objects.beside_log()
        .filter(release__solution=solution)
        .select_related("edition", "level", "body", "release")
        .order_by("-issued_at", "-pk")
    )
    bodies = {
        certificate.certificate.number: certificate.certificate.body.name
        for certificate in certificates
    }
    declarations = tuple(
        Declaration.objects.public()
        .filter(release__solution=solution)
        .select_related("release")
        .defer("body")
        .order_by("-declared_at", "-pk")
    )
    statements = statements_of(release, bodies, at=at, explains=explanations(solution))
    externals = externals_of(statements)
    issuers = {external.number: external.issuer for external in externals}
    statements = tuple(
        replace(statement, examiner=issuers.get(statement.claim.source, statement.examiner))
        for statement in statements
    )
    return Portrait(
        solution=solution,
        release=release,
        statements=statements,
        declarations=declarations,
        certificates=certificates,
        externals=externals,
        needs=needs_of(statements),
        facts=sheet(release.declared_facts, Fact.objects.all(), solution.organisation),
        warnings=Flags.published().raised(release.declared_facts),
        sizes=sizes_of({statement.criterion.edition for statement in statements}),
    )


SIZES: dict[str, int] = {}  # by the digest of an edition's words, which never change


def sizes_of(editions: Iterable[Edition]) -> dict[int, int]:
    """How many criteria each of these editions has that count. One statement, and none for what
    this process has counted before."""
    digests = {edition.pk: edition.words_digest for edition in editions}
    known = {pk: SIZES[digest] for pk, digest in digests.items() if digest in SIZES}
    if asked := digests.keys() - known.keys():
        rows = Criterion.objects.answerable().filter(edition__in=asked).order_by()
        counted = dict(rows.values_list("edition").annotate(number=Count("pk")))
        SIZES.update({digests[pk]: size for pk, size in counted.items() if digests[pk]})
        known |= counted
    return known


def externals_of(statements: Iterable[Statement]) -> tuple[ExternalCertificate, ...]:
    """What was issued elsewhere and counts here. One statement, and none where nothing was."""
    numbers = {
        statement.claim.source
        for statement in statements
        if statement.claim.source.startswith(EXTERNAL)
    }
    if not numbers:
        return ()
    externals = ExternalCertificate.objects.filter(number__in=numbers).select_related("scheme")
    return tuple(externals.order_by("number"))


def explanations(solution: Solution) -> dict[str, tuple[str, str]]:
    """Each answer of the declaration that stands, and what the provider wrote of it."""
    signed = getattr(solution, "signed", None)
    answers = json.loads(stored(signed)).get("answers", []) if signed else []
    return {answer["criterion"]: (answer["value"], answer["reason"]) for answer in answers}


def needs_of(statements: Iterable[Statement]) -> tuple[NeedShown, ...]:
    """Every published need, derived from these statements. Two statements at the most."""
    claims = {statement.criterion.key: statement.said for statement in statements}
    titles = {statement.criterion.key: statement.criterion for statement in statements}
    derived = [(need, derive(need.evidence, claims)) for need in published(Need)]
    known = [outcome for _, outcome in derived if outcome.state != State.UNKNOWN]
    named = {key for outcome in known for check in outcome.checks for key in check.keys}
    missing = Criterion.objects.in_bulk(sorted(named - titles.keys()), field_name="key")
    return tuple(need_shown(need, outcome, {**titles, **missing}) for need, outcome in derived)


def statements_of(
    release: Release,
    bodies: Mapping[str, str],
    *,
    at: datetime,
    explains: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Statement, ...]:
    """The effective claims of a release, with the history that a reader must know of."""
    rows: dict[int, list[Any]] = {}
    for row in history(release, at=at):
        rows.setdefault(row.criterion_id, []).append(row)
    made = (statement(row, bodies, explains or {}) for row in rows.values())
    return tuple(
        sorted(
            (line for line in made if line),
            key=lambda line: (line.criterion.edition.name, line.criterion.position),
        )
    )


def history(release: Release, *, at: datetime) -> QuerySet[Claim]:
    """Claims in force, strongest first, and whatever an auditor ever said. One statement."""
    standing = Claim.objects.in_force(at=at).filter(pk=OuterRef("pk"))
    examined = Q(basis__in=[Basis.FINDING, Basis.CERTIFICATE], valid_from__lte=at)
    return (
        Claim.objects.filter(release=release)
        .annotate(stands=Exists(standing))
        .filter(Q(stands=True) | examined)
        .select_related("criterion__edition", "evidence")
        .strongest_first()
    )


def statement(
    rows: Sequence[Any], bodies: Mapping[str, str], explains: Mapping[str, tuple[str, str]]
) -> Statement | None:
    """What stands of one criterion, from all its rows of `history()`."""
    standing = [row for row in rows if row.stands]
    if not standing:
        return None
    claim = standing[0]
    examined = [row for row in rows if row.basis in (Basis.FINDING, Basis.CERTIFICATE)]
    last = max(examined, key=lambda row: (row.valid_from, row.pk), default=None)
    declared, reason = explains.get(claim.criterion.key, ("", ""))
    otherwise = had_declared(declared, claim.outcome)
    contradicted = last and last.outcome in LESS and last.pk != claim.pk
    return Statement(
        claim=claim,
        criterion=claim.criterion,
        examiner=bodies.get(claim.source, ""),
        evidence=tuple(row.evidence for row in standing if row.evidence),
        otherwise=last.valid_from if last and contradicted else None,
        explains="" if otherwise else reason,
        had_declared=otherwise,
    )


def basis_words(claim: Claim, examiner: str = "") -> str:
    """What a claim rests on, since when and until when."""
    parts = [basis_sentence(Claim.Basis(claim.basis), examiner)]
    names = {"since": day(claim.valid_from), "number": claim.source, "body": examiner}
    if claim.accepted_by:
        parts.append(gettext("That it does not apply was accepted by %(who)s."))
        names["who"] = claim.get_accepted_by_display()
    if claim.valid_until:
        parts.append(gettext("Valid to %(until)s."))
        names["until"] = day(claim.valid_until)
    return " ".join(parts) % names


def basis_sentence(basis: Claim.Basis, examiner: str) -> str:
    """The sentence of its own that each basis has; one is looked up, for a page asks often."""
    match basis:
        case Claim.Basis.DECLARATION:
            return gettext("Declared on %(since)s.")
        case Claim.Basis.EVIDENCE if examiner:
            return gettext("Shown by %(number)s, a document of %(body)s, since %(since)s.")
        case Claim.Basis.EVIDENCE:
            return gettext("Declared with evidence on %(since)s.")
        case Claim.Basis.CERTIFICATE if examiner:
            return gettext("Examined by %(body)s, %(number)s of %(since)s.")
        case Claim.Basis.CERTIFICATE:
            return gettext("Examined under %(number)s of %(since)s.")
        case Claim.Basis.FINDING:
            return gettext("Found by an auditor on %(since)s.")


@login_not_required
@require_safe
def solution(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The public page of a listed solution; of any other there is none."""
    at = timezone.now()
    product = get_object_or_404(subjects(at=at), pk=pk)
    return render(
        request,
        "registry/solution.html",
        {"portrait": portrait(product, at=at), "solution": product},
    )
