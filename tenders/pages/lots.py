"""Lots: added, renamed, taken out, filled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from certcentre.abilities import abilities
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.step_page import or_nothing, posted
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from tenders import sources
from tenders.competition import meeting
from tenders.contents import closings
from tenders.lot import Added, Lot
from tenders.lot_forms import (
    EditionForm,
    FactForm,
    LotForm,
    NeedForm,
    ProfileForm,
    ReferencesForm,
    SearchForm,
    WordsForm,
)
from tenders.models import Tender
from tenders.pages.fetching import here, lot_in, trail, writable
from tenders.requirements import Requirement


@require_POST
def lot_add(request: HttpRequest, reference: str) -> HttpResponse:
    tender = writable(request, reference)
    form = LotForm(request.POST, tender=tender)
    if not form.is_valid():
        return lot_page(request, tender, None, form, 422)
    made = tender.add_lot(by=signed_in_user(request), at=timezone.now(), **form.details)
    made.tender = tender
    messages.success(request, gettext("Lot %(number)d is added.") % {"number": made.number})
    return redirect(here(made))


def lot(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What a lot is about."""
    tender = writable(request, reference)
    lot = lot_in(tender, pk)
    bound = request.method == "POST"
    form = LotForm(request.POST, tender=tender) if bound else LotForm.of(lot)
    if bound and form.is_valid():
        lot.state(by=signed_in_user(request), at=timezone.now(), **form.details)
        messages.success(request, gettext("The lot is saved."))
        return redirect(here(lot))
    return lot_page(request, tender, lot, form, 422 if form.is_bound else 200)


def lot_page(
    request: HttpRequest, found: Tender, one: Lot | None, form: LotForm, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"tender": found, "lot": one, "form": form, "trail": trail(found)}
    if one:
        able = abilities(one, request.user, at=timezone.now(), of=("remove",))
        context |= {"may": able.may, "why": dict(able)}
    return render(request, "tenders/lot.html", context, status=status)


@require_POST
def lot_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    lot = lot_in(writable(request, reference), pk)
    lot.remove(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The lot and what it asked for are taken out."))
    return redirect(lot.tender)


@require_POST
def lot_share(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    lot = lot_in(writable(request, reference), pk)
    try:
        lot.share_weights(by=signed_in_user(request), at=timezone.now())
    except NotReady as missing:
        for problem in missing.problems:
            messages.error(request, problem)
    else:
        words = gettext("%(left)d points are shared evenly.") % {"left": lot.left_for_quality}
        messages.success(request, words)
    return redirect(here(lot))


def from_profile(one: Lot, given: dict[str, Any], fill: dict[str, Any]) -> Added:
    profile = given["profile"]
    criteria = sources.of_profile(profile, one.where.countries, at=fill["at"])
    return one.add(criteria, **{**sources.fill_of(profile), **fill})


def from_edition(one: Lot, given: dict[str, Any], fill: dict[str, Any]) -> Added:
    edition, level = sources.of_edition(given["edition"])
    return one.add_edition(edition, level, **fill)


def from_search(one: Lot, given: dict[str, Any], fill: dict[str, Any]) -> Added:
    return one.add(sources.by_keys(given["criteria"]), **fill)


def from_references(one: Lot, given: dict[str, Any], fill: dict[str, Any]) -> Added:
    return one.add(given["criteria"], **fill)


def from_need(one: Lot, given: dict[str, Any], fill: dict[str, Any]) -> Added:
    wanted: list[Criterion] = []
    others: dict[str, list[str]] = {}
    for need in published(Need).filter(key__in=given["needs"]):
        criteria, alternatives = sources.of_need(need)
        wanted += criteria
        others |= alternatives
    return one.add(wanted, alternatives=others, **fill)


Adding = Callable[[Lot, dict[str, Any], dict[str, Any]], Added]
SOURCES: dict[str, tuple[Any, Adding | None]] = {
    "profile": (ProfileForm, from_profile),
    "edition": (EditionForm, from_edition),
    "search": (SearchForm, from_search),
    "references": (ReferencesForm, from_references),
    "need": (NeedForm, from_need),
    "words": (WordsForm, None),
}
FACT = "fact"


def requirements_add(request: HttpRequest, reference: str, pk: int, source: str) -> HttpResponse:
    """Add requirements to a lot from one of SOURCES."""
    lot = lot_in(writable(request, reference), pk)
    make, adding = SOURCES[source]
    at = timezone.now()
    words = request.GET.get("q", "")[:200]
    more = {"words": words} if source == "search" else {}
    form = make(posted(request), at=at, **more)
    if request.method == "POST" and form.is_valid():
        try:
            add(request, lot, adding, form.cleaned_data, at)
        except NotReady as missing:
            for problem in missing.problems:
                form.add_error(None, problem)
        else:
            return redirect(here(lot))
    context = {
        "tender": lot.tender,
        "lot": lot,
        "form": form,
        "source": source,
        "q": words,
        "offered": offered(lot, form, at) if source == "search" else [],
        "tabs": ways(lot, source),
        "trail": trail(lot.tender),
    }
    return render(request, "tenders/add.html", context, status=422 if form.is_bound else 200)


@dataclass(frozen=True)
class Offered:
    """A criterion that a search found, as a buyer chooses it."""

    criterion: Criterion
    closing: str
    meets: int | None  # how many on the register; None where nothing is counted
    there: bool  # whether the lot asks for it already
    ticked: bool


def offered(one: Lot, form: SearchForm, at: datetime) -> list[Offered]:
    """What was found, with what the market says of each. Two statements, and the market's."""
    criteria = form.found.criteria
    if not criteria:
        return []
    meets = meeting(criteria, at=at) if one.about_products else {}
    rows = one.requirements.filter(criterion__in=criteria)
    there, ticked = set(rows.values_list("criterion", flat=True)), form.ticked
    words = closings(one, [each.edition for each in criteria])
    return [
        Offered(
            each,
            words[each.edition_id],
            meets.get(each.key),
            each.pk in there,
            each.key in ticked,
        )
        for each in criteria
    ]


def add(
    request: HttpRequest, one: Lot, adding: Adding | None, given: dict[str, Any], at: datetime
) -> None:
    fill: dict[str, Any] = {"by": signed_in_user(request), "at": at}
    if adding is None:
        one.add_words(given.pop("words"), **fill, **given)
        messages.success(request, gettext("Your requirement is added."))
        return
    fill |= {"justification": given["justification"]}
    fill |= {name: given[name] for name in ("obligation", "least") if given[name]}
    told(request, adding(one, given, fill))


def fact_add(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask what the product is: one fact at a time, chosen first."""
    lot = lot_in(writable(request, reference), pk)
    facts = sources.facts()
    fact = next((fact for fact in facts if fact.key == request.GET.get(FACT)), None)
    form = FactForm(posted(request), fact=fact)
    if fact and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values, how = given.pop("values"), given.pop("how") or Requirement.How.ANY
        try:
            by, at = signed_in_user(request), timezone.now()
            lot.add_fact(fact.key, values, how=how, by=by, at=at, **given)
        except NotReady as missing:
            for problem in missing.problems:
                form.add_error("values", problem)
        else:
            messages.success(request, gettext("Your requirement is added."))
            return redirect(here(lot))
    context = {
        "tender": lot.tender,
        "lot": lot,
        "form": form,
        "source": FACT,
        "fact": fact,
        "chosen": f"{request.path}?{FACT}={fact.key}" if fact else "",
        "facts": [(each.text("ask"), f"{request.path}?{FACT}={each.key}") for each in facts],
        "tabs": ways(lot, FACT),
        "trail": trail(lot.tender),
    }
    return render(request, "tenders/add.html", context, status=422 if form.is_bound else 200)


def told(request: HttpRequest, added: Added) -> None:
    """What was added, what stood there already, and what may not be asked for."""
    sentences = ngettext("%(n)d requirement is added.", "%(n)d requirements are added.", added.new)
    words = [or_nothing(sentences % {"n": added.new}, added.new)]
    if added.there:
        more = ngettext("%(n)d stood there already.", "%(n)d stood there already.",
                        len(added.there))  # fmt: skip
        words.append(more % {"n": len(added.there)})
    if added.shared:
        more = gettext("The points are shared evenly as weights; change them as you like.")
        words.append(more)
    if added.not_in_force:
        more = gettext("Left out, since their edition is not in force: %(keys)s.")
        words.append(more % {"keys": ", ".join(added.not_in_force[:10])})
    level = messages.SUCCESS if added.new else messages.INFO
    messages.add_message(request, level, " ".join(words))


def ways(one: Lot, source: str) -> list[tuple[str, str, bool, str]]:
    """The ways to add, as tabs."""
    names = {
        FACT: gettext("What the product is"),
        "profile": gettext("A profile"),
        "edition": gettext("A standard"),
        "search": gettext("Single criteria"),
        "references": gettext("A list of references"),
        "need": gettext("Learner needs"),
        "words": gettext("Own words"),
    }
    return [(words, address(one, key), key == source, "") for key, words in names.items()]


def address(one: Lot, source: str) -> str:
    return reverse(f"requirements-add-{source}", args=[one.tender.reference, one.pk])
