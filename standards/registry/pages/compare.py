"""Up to five solutions side by side, criterion by criterion. No total, no winner."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from standards.assessment.claims import Claim
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.needs import Derived, Said, State, derive

MOST = 5


@dataclass(frozen=True)
class Line:
    """One criterion, and what each solution says of it; None where it says nothing."""

    criterion: Criterion
    cells: tuple[Claim | None, ...]

    @property
    def title(self) -> str:
        return self.criterion.text("title")

    @property
    def differs(self) -> bool:
        return len({(cell.outcome, cell.assurance) if cell else None for cell in self.cells}) > 1


@dataclass(frozen=True)
class Block:
    edition: Edition
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        return self.edition.text("name")


@dataclass(frozen=True)
class NeedLine:
    need: Need
    cells: tuple[Derived, ...]

    @property
    def title(self) -> str:
        return self.need.text("label")

    @property
    def said(self) -> bool:
        return any(cell.state != State.UNKNOWN for cell in self.cells)

    @property
    def differs(self) -> bool:
        return len({(cell.state, cell.assurance, cell.met, cell.of) for cell in self.cells}) > 1


@dataclass(frozen=True)
class Part:
    """Lines in which the solutions differ, or in which they do not."""

    needs: tuple[NeedLine, ...]
    blocks: tuple[Block, ...]

    @property
    def criteria(self) -> int:
        return sum(len(block.lines) for block in self.blocks)

    def __bool__(self) -> bool:
        return bool(self.needs or self.blocks)


@dataclass(frozen=True)
class Comparison:
    """What differs comes first; what does not is one answer for all."""

    solutions: tuple[Solution, ...]
    apart: Part
    alike: Part


def chosen(given: Iterable[str]) -> list[UUID]:
    """The keys that can be read, each once, five at the most."""
    keys: dict[UUID, None] = {}
    for text in given:
        try:
            keys[UUID(text)] = None
        except ValueError:
            continue
    return list(keys)[:MOST]


def comparison(keys: Sequence[UUID], *, at: datetime) -> Comparison:
    """The listed ones among these, in the order chosen. Three statements. One alone has nothing to
    differ from: all of it comes first."""
    listed = Solution.objects.listed().select_related("organisation", "current_release")
    by_key = listed.in_bulk(keys)
    solutions = tuple(by_key[key] for key in keys if key in by_key)
    claims = standing([solution.current_release_id for solution in solutions], at=at)
    blocks, needs = tuple(_blocks(claims)), tuple(_needs(claims))
    alone = len(solutions) == 1
    return Comparison(
        solutions,
        part(needs, blocks, lambda line: alone or line.differs),
        part(needs, blocks, lambda line: not alone and not line.differs),
    )


def part(
    needs: Iterable[NeedLine], blocks: Iterable[Block], wanted: Callable[[Line | NeedLine], bool]
) -> Part:
    kept = (Block(block.edition, tuple(filter(wanted, block.lines))) for block in blocks)
    return Part(tuple(filter(wanted, needs)), tuple(block for block in kept if block.lines))


Held = list[dict[str, Claim]]


def standing(releases: Sequence[UUID | None], *, at: datetime) -> Held:
    """The effective claims of each release, by criterion key. One statement."""
    claims: dict[Any, dict[str, Claim]] = {release: {} for release in releases}
    rows = Claim.objects.in_force(at=at).filter(
        release__in=[release for release in releases if release]
    )
    for claim in rows.select_related("criterion__edition").strongest_first():
        claims[claim.release_id].setdefault(claim.criterion.key, claim)
    return [claims[release] for release in releases]


def _blocks(held: Held) -> Iterable[Block]:
    criteria = {key: claim.criterion for claims in held for key, claim in claims.items()}
    ordered = sorted(
        criteria.values(),
        key=lambda criterion: (criterion.edition.name, criterion.edition_id, criterion.position),
    )
    for _, group in groupby(ordered, key=lambda criterion: criterion.edition_id):
        same = list(group)
        lines = (
            Line(criterion, tuple(claims.get(criterion.key) for claims in held))
            for criterion in same
        )
        yield Block(same[0].edition, tuple(lines))


def _needs(held: Held) -> Iterable[NeedLine]:
    statements = [
        {
            key: Said(claim.outcome, claim.assurance, bool(claim.accepted_by), claim.valid_until)
            for key, claim in claims.items()
        }
        for claims in held
    ]
    for need in published(Need):
        line = NeedLine(need, tuple(derive(need.evidence, claims) for claims in statements))
        if line.said:
            yield line


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to five listed solutions side by side."""
    keys = chosen(request.GET.getlist("s"))
    compared = comparison(keys, at=timezone.now())
    return render(
        request,
        "registry/compare.html",
        {
            "compared": compared,
            "differing": request.GET.get("show") == "differences",
            "missing": len(keys) - len(compared.solutions),
        },
    )
