"""How bids for a lot are scored: the price, quality, and what each should counts."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady
from certcentre.step_page import posted
from standards.catalogue.editions import Edition, Obligation
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import award_words, building, contents, frozen_body
from tenders.building import Shown
from tenders.fact_words import facts_of
from tenders.forms import AwardCriteriaForm
from tenders.lot import Lot, countries_of_law
from tenders.neutrality import Laws
from tenders.pages.fetching import lot_in, trail, writable
from tenders.pages.versions import Line, label, shown_about
from tenders.requirements import Requirement
from tenders.voice import Voice

PARTS = 4  # shades of the picture
GAP = 0.4


@dataclass(frozen=True)
class Weighed:
    """A should on the page, with its field and how it earns its points."""

    shown: Shown
    field: BoundField
    least: BoundField | None  # of those that people score
    scored: str


@dataclass(frozen=True)
class Weights:
    """The shoulds of one edition, about facts, or in own words, with their points."""

    edition: Edition | None
    factual: bool
    rows: list[Weighed]

    @property
    def points(self) -> int:
        """As stored."""
        return sum(row.shown.requirement.weight or 0 for row in self.rows)

    @property
    def typed(self) -> int:
        return sum(typed(row.field) for row in self.rows)


@dataclass(frozen=True)
class Part:
    """A bar of the picture, in hundredths of its width."""

    x: int
    width: str
    shade: int


def award_criteria(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Read and said; 409 with both where somebody changed them meanwhile, 422 with the reason."""
    lot = lot_in(writable(request, reference), pk)
    shoulds = list(lot.requirements.with_texts().filter(obligation=Obligation.SHOULD))
    for each in shoulds:
        each.lot = lot
    read = any(each.scored_by_people for each in shoulds)
    form = AwardCriteriaForm(posted(request), lot=lot, shoulds=shoulds, read=read)
    status, more = 422 if form.is_bound else 200, {}
    if form.is_bound and form.is_valid():
        try:
            state(request, lot, form)
        except Conflict as conflict:
            status, more = (
                409,
                {
                    "problems": conflict.problems,
                    "stored": beside(conflict.stored, form),
                },
            )
        except NotReady as missing:
            for problem in missing.problems:
                form.add_error(None, problem)
        else:
            messages.success(request, gettext("The award criteria are saved."))
            return redirect(request.path)
        lot = lot_in(lot.tender, pk)  # as it stands
    context = about(lot, shoulds, form) | {"form": form, **more}
    if len(shoulds) > lot.room_for_shoulds:
        context["too_many"] = lot.too_many(len(shoulds))
    return render(request, "tenders/award_criteria.html", context, status=status)


def state(request: HttpRequest, lot: Lot, form: AwardCriteriaForm) -> None:
    """Write what the form holds."""
    lot.state_award(
        by=signed_in_user(request),
        at=timezone.now(),
        seen=request.POST.get("seen", ""),
        weights=form.weights,
        least_scores=form.least_scores,
        evenly=request.POST.get("do") == form.EVENLY,
        **form.terms,
    )


def about(lot: Lot, shoulds: list[Requirement], form: AwardCriteriaForm) -> dict[str, Any]:
    """What the page shows beside the form: all as it is stored."""
    facts, voice = facts_of(each.fact for each in shoulds), Voice(lot.tender.language)
    laws = Laws(countries_of_law(lot), {})  # what is cited is not shown
    asked = [
        frozen_body.requirement_written(each, each.ref, voice, {}, facts.get(each.fact), laws)
        for each in shoulds
    ]
    award = frozen_body.award_written(lot, asked, voice)["award"]
    scored = {row["id"]: row.get("scored", "") for row in asked}
    groups = [
        Weights(
            edition,
            factual,
            [
                Weighed(
                    building.shown(each, facts.get(each.fact)),
                    form.weight_of(each),
                    form.least_of(each),
                    scored[str(each.pk)],
                )
                for each in members
                if f"{form.WEIGHT}{each.pk}" in form.fields
            ],
        )
        for (edition, factual), members in groupby(shoulds, key=contents.origin)
    ]
    price = typed(form["price_weight"]) if "price_weight" in form.fields else FULL_WEIGHT
    together = price + sum(group.typed for group in groups)
    return {
        "tender": lot.tender,
        "lot": lot,
        "groups": groups,
        "award": award,
        "scores": list(enumerate(award["scores"])),
        "short": award_words.short(award, voice.language),
        "parts": picture([lot.price_weight or 0, *(group.points for group in groups)]),
        "sum": together,
        "left": FULL_WEIGHT - together,
        "over": together - FULL_WEIGHT,
        "full": FULL_WEIGHT,
        "seen": lot.award_print,
        "trail": trail(lot.tender),
    }


def typed(field: BoundField) -> int:
    """The points that a field shows; none where it shows no number."""
    value = str(field.value() or "")
    return int(value) if value.isdecimal() and len(value) < 4 else 0


def picture(points: list[int]) -> list[Part]:
    """The price, then each group, beside each other."""
    parts, start = [], 0
    for place, width in enumerate(points):
        if width and start < FULL_WEIGHT:
            wide = min(width, FULL_WEIGHT - start) - GAP
            parts.append(Part(start, f"{wide:.1f}", place % PARTS + 1))
        start += width
    return parts


def beside(stored: Lot, form: AwardCriteriaForm) -> list[Line]:
    """What stands now otherwise than somebody typed it, both in full."""
    zone, terms, least = stored.tender.zone, form.terms, gettext("%(ref)s, least score")
    pairs = [
        (name, label(Lot, name), worded(getattr(stored, name)), worded(terms[name]))
        for name in Lot.AWARD
        if name in terms
    ]
    for each in stored.scored.select_related("lot"):
        key, now, at_least = str(each.pk), each.weight, each.least_score
        pairs += [
            ("price_weight", each.ref, now, form.weights.get(key, now)),
            ("threshold", least % {"ref": each}, at_least, form.least_scores.get(key, at_least)),
        ]
    return [
        Line(words, shown_about(name, then, zone), shown_about(name, now, zone))
        for name, words, then, now in pairs
        if then != now
    ]


def worded(value: object) -> object:
    """Scores as one text."""
    if isinstance(value, list):
        return " ".join(f"{score}: {words}" for score, words in enumerate(value) if words)
    return value
