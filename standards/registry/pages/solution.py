"""Everything that the public page of a solution shows, read in few statements."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre.log.models import stored
from standards.assessment.claims import EXAMINED, LESS, ClaimRow, had_declared, history
from standards.assessment.declarations import EXTERNAL, Declaration
from standards.assessment.filed import Cited, Filed, cited, on_file
from standards.assessment.solutions import Release, Solution
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Criterion, Domain, Edition
from standards.catalogue.profiles import Need
from standards.registry.needs import State, derive
from standards.registry.public_facts import Flags, Line, Sheet, doubts, sheet
from standards.registry.search.by_words import Catalogue
from standards.registry.search.entries import Tally
from standards.registry.trail import (
    NeedShown,
    Statement,
    StatementShown,
    criteria_of,
    need_shown,
    piece_shown,
)
from standards.registry.verify.records import mark_of, status_shown
from standards.registry.verify.verdicts import State as Verdict

BOARD = (
    *(State.BARRIER, State.TESTED, State.SUPPORTED, State.PARTIAL),
    *(State.NOT_AFFECTED, State.UNKNOWN),
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
        return mark_of(self.status)

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
    def covers(self) -> int:
        """How many criteria it speaks of."""
        return len(self.certificate.facts["criteria"])

    @property
    def left_out(self) -> list[str]:
        """Criteria of its scope that it does not cover."""
        return [f"{fact['ref']} {fact['title']}" for fact in self.certificate.facts["excluded"]]

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

    @cached_property
    def tally(self) -> Tally:
        return tally(self.statements)

    @cached_property
    def editions(self) -> list["Group"]:
        ordered = sorted(self.statements, key=lambda one: one.criterion.edition.name)
        return [
            Group(edition.key, edition.text("name"), tuple(statements), self.sizes, edition)
            for edition, statements in groupby(ordered, key=lambda one: one.criterion.edition)
        ]

    @property
    def shown(self) -> Iterator[StatementShown]:
        """The statements as their lines show them."""
        return (statement.shown for statement in self.statements)

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
    evidence: tuple[Filed, ...]  # on file, as the declaration in force names it
    needs: tuple[NeedShown, ...]
    facts: tuple[Sheet, ...]
    warnings: list[str]
    sizes: Mapping[int, int]  # criteria of the editions that something is said of

    @cached_property
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
    def to_ask_for(self) -> bool:
        """Whether there is evidence that a buyer may ask to see."""
        return any(piece.to_ask_for for piece in self.evidence)

    @property
    def earlier(self) -> list[tuple[Release, Declaration]]:
        """Other public releases, each with its last declaration."""
        releases: dict[Any, tuple[Release, Declaration]] = {}
        for declaration in self.declarations:
            if declaration.release_id != self.release.pk:
                releases.setdefault(declaration.release_id, (declaration.release, declaration))
        return list(releases.values())

    @cached_property
    def contradicted(self) -> list[Statement]:
        """What somebody independent found otherwise than the provider says or said."""
        return [line for line in self.statements if line.otherwise or line.had_declared]

    @cached_property
    def differing(self) -> list[Line]:
        """Facts of the release that are not what the centre verified."""
        return [line for part in self.facts for line in part.lines if line.verified]

    @property
    def withdrawn(self) -> list[Edition]:
        """Editions that claims are made on and that were withdrawn, by name as these are."""
        editions = dict.fromkeys(statement.criterion.edition for statement in self.statements)
        return [edition for edition in editions if edition.withdrawal]

    def _needs(self, *states: State) -> list[NeedShown]:
        return [need for state in states for need in self.needs if need.derived.state == state]

    @cached_property
    def clear_needs(self) -> list[NeedShown]:
        """A barrier first, then what is supported; what stands out either way."""
        return self._needs(State.BARRIER, State.TESTED, State.SUPPORTED, State.NOT_AFFECTED)

    @property
    def board(self) -> list[tuple[State, list[NeedShown]]]:
        """Every need under its state; what nothing is said of comes last."""
        return [(state, needs) for state in BOARD if (needs := self._needs(state))]


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
    """The public page of one of the `subjects()`. Seven statements; one more with external ones,
    with evidence that no claim rests on, and where an edition is met for the first time."""
    catalogue = Catalogue.now()
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
    in_force_now = Declaration.objects.in_force(at=at).filter(pk=OuterRef("pk"))
    declarations = tuple(
        Declaration.objects.public()
        .filter(release__solution=solution)
        .select_related("release")
        .defer("body")
        .annotate(stands=Exists(in_force_now))
        .order_by("-declared_at", "-pk")
    )
    signed, rows = signed_content(solution), history(release, at=at)
    statements = statements_of(rows, bodies, explanations(signed))
    externals = externals_of(statements)
    issuers = {external.number: external.issuer for external in externals}
    in_force = {declaration.number for declaration in declarations if declaration.stands}
    evidence = Cited()
    if signed.get("number") in in_force:
        criteria = [statement.criterion.key for statement in statements]
        evidence = cited(signed, criteria, on_file(signed, rows), at=at)
    beside = {piece.id: piece_shown(piece, signed["number"]) for piece in evidence.pieces}
    statements = tuple(
        replace(
            statement,
            examiner=issuers.get(statement.claim.source, statement.examiner),
            evidence=tuple(beside[piece.id] for piece in evidence.on(statement.criterion.key)),
        )
        for statement in statements
    )
    needs = needs_of(statements, catalogue.needs)
    valid = (each.certificate for each in certificates if each.status == "valid")
    flagged = Flags.published().raised(release.declared_facts)
    return Portrait(
        solution=solution,
        release=release,
        statements=statements,
        declarations=declarations,
        certificates=certificates,
        externals=externals,
        evidence=evidence.pieces,
        needs=needs,
        facts=sheet(release.declared_facts, catalogue.facts, solution.organisation),
        warnings=[*flagged, *doubts(release, needs, valid)],
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


def signed_content(solution: Solution) -> dict[str, Any]:
    """What the declaration says that stands; nothing where none does."""
    signed = getattr(solution, "signed", None)
    content: dict[str, Any] = json.loads(stored(signed)) if signed else {}
    return content


def explanations(signed: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Each answer that was declared, and what the provider wrote of it."""
    answers = signed.get("answers", [])
    return {answer["criterion"]: (answer["value"], answer["reason"]) for answer in answers}


def needs_of(statements: Iterable[Statement], needs: Iterable[Need]) -> tuple[NeedShown, ...]:
    """Each need, derived from these statements. One statement at the most."""
    claims = {statement.criterion.key: statement.said for statement in statements}
    titles = {statement.criterion.key: statement.criterion for statement in statements}
    derived = [(need, derive(need.evidence, claims)) for need in needs]
    known = [outcome for _, outcome in derived if outcome.state != State.UNKNOWN]
    named = {key for outcome in known for check in outcome.checks for key in check.keys}
    others = Criterion.objects.order_by().only("key", "ref", "title", "translations")
    missing = others.in_bulk(sorted(named - titles.keys()), field_name="key")
    return tuple(need_shown(need, outcome, {**titles, **missing}) for need, outcome in derived)


def statements_of(
    claims: Iterable[ClaimRow],
    bodies: Mapping[str, str],
    explains: Mapping[str, tuple[str, str]],
) -> tuple[Statement, ...]:
    """The effective claims among rows of `history()`, with what a reader must know of before. One
    statement."""
    rows: dict[int, list[ClaimRow]] = {}
    for row in claims:
        rows.setdefault(row.criterion_id, []).append(row)
    criteria = criteria_of(key for key, each in rows.items() if any(row.stands for row in each))
    made = (
        statement(rows[key], criterion, bodies, explains) for key, criterion in criteria.items()
    )
    return tuple(
        sorted(made, key=lambda line: (line.criterion.edition.name, line.criterion.position))
    )


def statement(
    rows: Sequence[ClaimRow],
    criterion: Criterion,
    bodies: Mapping[str, str],
    explains: Mapping[str, tuple[str, str]],
) -> Statement:
    """What stands of one criterion, from all its rows of `history()`, one of which stands."""
    effective = next(row for row in rows if row.stands)
    examined = [row for row in rows if row.basis in EXAMINED]
    last = max(examined, key=lambda row: (row.valid_from, row.id), default=None)
    declared, reason = explains.get(criterion.key, ("", ""))
    otherwise = had_declared(declared, effective.outcome)
    contradicted = last and last.outcome in LESS and last.id != effective.id
    return Statement(
        claim=effective.claim(criterion),
        criterion=criterion,
        examiner=bodies.get(effective.source, ""),
        evidence=(),
        otherwise=last.valid_from if last and contradicted else None,
        by_centre=bool(last and last.claim(criterion).found_by_centre),
        explains="" if otherwise else reason,
        had_declared=otherwise,
    )


@login_not_required
@require_safe
def solution(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The public page of a listed solution; of any other there is none."""
    at = timezone.now()
    product = get_object_or_404(subjects(at=at), pk=pk)
    everything = request.GET.get("open") == "all"
    shown = {"portrait": portrait(product, at=at), "solution": product, "everything": everything}
    return render(request, "registry/solution.html", shown)
