"""The builder of a draft: one lot at a time, one line a requirement."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.people import Reader
from certcentre.repeated import Row
from standards.catalogue.editions import Obligation
from tenders import building, contents
from tenders.building import Built, Choice, Shown
from tenders.competition import Competition, compete
from tenders.export import FORMATS
from tenders.last_step import LastStep
from tenders.lot import Lot
from tenders.lot_forms import LotForm, ReasonForAllForm, SetForm
from tenders.pages.fetching import chosen_lot, here, lot_in, trail, writable
from tenders.pages.versions import versions
from tenders.requirements import ASSURANCE, LONGEST
from tenders.tender import Tender

OWN_WORDS = 160  # characters of a requirement in own words that stand in its line


@dataclass(frozen=True)
class Tried:
    """A step for many rows that was refused: why, which were ticked, and what was typed."""

    problems: Sequence[str] = ()
    picked: Collection[UUID] = ()
    posted: Mapping[str, str] | None = None


def builder(
    request: HttpRequest, tender: Tender, *, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    """One lot at a time, with what the market says of it. Eight statements at any number of
    requirements, where facts are asked for, too."""
    lots = building.lots_of(tender)
    lot = chosen_lot(tender, lots, request.GET.get("lot"))
    choice = Choice.of(request.GET)
    competition, built = asked_now(lot, choice)
    tried = tried or Tried()
    context = {
        "tender": tender,
        "lot": lot,
        "lots": lots,
        "other_lots": [each for each in lots if each != lot],
        "built": built,
        "groups": [
            (group, [row_of(row, tried.picked, group.closing) for row in rows])
            for group, rows in built.groups
        ],
        "levels": [(level, f"AL{level}") for level in ASSURANCE],
        "obligations": Obligation.choices,
        "base": f"{tender.get_absolute_url()}requirements/",
        "wide": True,
        "longest": LONGEST,
        "longest_search": building.MOST_SEARCHED,
        "here": f"?lot={lot.pk}{choice.query}",
        "competition": competition,
        "shortlists": list(tender.shortlists.defer("body")),
        "tried": tried,
        "set": SetForm(tried.posted, auto_id="set_%s"),
        "reason": ReasonForAllForm(tried.posted, auto_id="reason_%s"),
        "step": step_of(lot, lots, built, request.user),
        "lot_form": LotForm(auto_id="new_lot_%s", tender=tender),
        "formats": [format.title for format in FORMATS.values()],
        "parts": parts(lot, built.asked),
        "tabs": [
            (each.title, f"{tender.get_absolute_url()}?lot={each.pk}", each == lot, each.asked)
            for each in lots
        ],
        "versions": versions(tender, None, request.user, at=timezone.now()),
        "trail": trail(),
    }
    return render(request, "tenders/builder.html", context, status=status)


def asked_now(lot: Lot, choice: Choice) -> tuple[Competition, Built]:
    """What the market says of the lot, and the rows that are asked for."""
    asked = contents.read(lot)
    competition = compete(lot, at=timezone.now(), contents=asked)
    return competition, building.build(
        asked, choice, meets=competition.meets, dear=competition.dear
    )


def shown_now(lot: Lot, choice: Choice) -> Built:
    """The rows that an address shows; the market is asked only where it says which they are."""
    if choice.counted:
        return asked_now(lot, choice)[1]
    return building.build(contents.read(lot), choice, meets={}, dear={})


def step_of(lot: Lot, lots: list[Any], built: Built, reader: Reader) -> LastStep | None:
    """The last step, where its reader can take it back; read with the lot."""
    step: LastStep | None = getattr(lot, "last_step", None)
    if step is None:
        return None
    step.lot, step.known, step.asked = lot, built.contents.rows, sum(each.asked for each in lots)
    able = abilities(step, reader, at=timezone.now(), of=("take_back",))
    return step if able.may["take_back"] else None


def parts(lot: Lot, asked: int) -> list[tuple[str, str, bool, Any]]:
    """The pages on which a draft is written, as tabs."""
    reference, lot_in = [lot.tender.reference], [lot.tender.reference, lot.pk]
    grounds = len(lot.tender.grounds)
    return [
        (gettext("Details"), reverse("tender-details", args=reference), False, ""),
        (gettext("Lot"), reverse("lot", args=lot_in), False, lot.number),
        (gettext("Requirements"), here(lot), True, asked),
        (gettext("Documents of the call"), reverse("tender-documents", args=reference), False, ""),
        (gettext("Grounds"), reverse("tender-grounds", args=reference), False, grounds or ""),
        (
            gettext("Second language"),
            reverse("tender-second-language", args=reference),
            False,
            lot.tender.second_language.upper(),
        ),
        *(
            [(gettext("Invited"), reverse("tender-invited", args=reference), False, "")]
            if lot.tender.method != Tender.Method.OPEN
            else []
        ),
        (gettext("Award criteria"), reverse("award-criteria", args=lot_in), False, ""),
        (gettext("Check and publish"), reverse("tender-publish", args=reference), False, ""),
        (gettext("Export a draft"), reverse("tender-export", args=reference), False, ""),
    ]


@require_safe
def competition(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The panel alone, for a page that is open while requirements change, with what the market
    says now of the rows on it."""
    lot = lot_in(writable(request, reference), pk)
    competition, built = asked_now(lot, Choice.of(request.GET))
    counts = {
        str(line.requirement.pk): [figure(line.meets), figure(line.costs)]
        for _group, lines in built.groups
        for line in lines
    }
    context = {"competition": competition, "counts": json.dumps(counts)}
    return render(request, "tenders/_competition_again.html", context)


def figure(count: int | None) -> str:
    return "\u2013" if count is None else str(count)


def row_of(line: Shown, picked: Collection[UUID], closing: str) -> Row:
    """What its template asks of a line, and what it writes."""
    requirement, weight = line.requirement, line.requirement.weight
    shape = {
        "obligation": requirement.obligation,
        "least": requirement.least,
        "catalogued": bool(requirement.criterion_id),
        "lacks_reason": requirement.lacks_reason,
        "has_reason": bool(requirement.justification),
        "alternatives": len(requirement.alternatives),
        "flags": tuple(line.flags),
        "closing": closing if requirement.criterion else "",
        "picked": requirement.pk in picked,
    }
    return shape, {
        "pk": requirement.pk,
        "ref": requirement.ref,
        "revision": requirement.revision,
        "title": line.title or Truncator(line.words).chars(OWN_WORDS),
        "source": line.source,
        "words": linebreaksbr(line.words),
        "weight": "" if weight is None else weight,
        "justification": requirement.justification,
        "meets": figure(line.meets),
        "costs": figure(line.costs),
        "counted": counted(line),
    }


def counted(line: Shown) -> str:
    """What the market says of a requirement, in sentences."""
    if line.meets is None:
        return ""
    words = ngettext("%(n)d product meets it.", "%(n)d products meet it.", line.meets)
    if line.costs is None:
        return words % {"n": line.meets}
    more = ngettext(
        "Without it %(n)d more would qualify.", "Without it %(n)d more would qualify.", line.costs
    )
    return f"{words % {'n': line.meets}} {more % {'n': line.costs}}"
