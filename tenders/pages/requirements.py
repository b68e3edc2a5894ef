"""One requirement: changed, moved, taken out."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady
from certcentre.saving import Standing, autosave, code_of, is_autosave, revision_sent
from standards.catalogue.facts import Fact
from tenders import readiness, sources
from tenders.building import Choice
from tenders.contents import closings
from tenders.fact_words import facts_of, sentence
from tenders.lot_forms import RequirementForm
from tenders.pages.fetching import here, requirement_in, trail, writable
from tenders.requirements import Requirement

WHOLE = "whole"  # sent by the page of one requirement: what is left out there is meant


def requirement(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Everything about one requirement; saved with 200, 409 or 422 and X-Saved."""
    requirement = requirement_in(writable(request, reference), pk)
    if request.method != "POST":
        return alone(request, requirement, blank(requirement, stored(requirement)))
    whole = WHOLE in request.POST
    others = (
        sources.alternatives_to(requirement.criterion, requirement.alternatives) if whole else []
    )
    form = RequirementForm(
        request.POST,
        catalogued=bool(requirement.criterion_id),
        factual=bool(requirement.fact),
        fact=fact_of(requirement) if whole else None,
        whole=whole,
        others=others,
    )
    if is_autosave(request):
        return autosave(
            request,
            partial(save, request, requirement, form),
            ref=requirement.ref,
            revision=requirement.revision,
            stands=standing_of,
        )
    try:
        save(request, requirement, form)
    except Conflict as conflict:
        return alone(request, requirement, form, status=code_of(conflict), conflict=conflict)
    except NotReady as missing:
        if not form.errors:
            for problem in missing.problems:
                form.add_error(None, problem)
        return alone(request, requirement, form, status=code_of(missing))
    messages.success(request, gettext("%(ref)s is saved.") % {"ref": requirement.ref})
    return redirect(back(request, requirement))


def save(request: HttpRequest, one: Requirement, form: RequirementForm) -> int:
    """Write what the form holds; the new revision."""
    if not form.is_valid():
        raise NotReady(*(str(error) for errors in form.errors.values() for error in errors))
    user, now, revision = signed_in_user(request), timezone.now(), revision_sent(request.POST)
    return one.change(by=user, at=now, revision=revision, **form.cleaned_data)


def standing_of(requirement: Requirement) -> Standing:
    """A requirement that somebody else changed meanwhile, beside what was not saved."""
    weight = "" if requirement.weight is None else str(requirement.weight)
    kind = [str(requirement.get_obligation_display()), str(requirement.get_least_display())]
    if weight:
        kind.insert(1, gettext("weight %(weight)s") % {"weight": weight})
    return Standing(
        revision=requirement.revision,
        texts=[
            ("", ", ".join(kind)),
            ("", requirement.words or asked_in_words(requirement)),
            (gettext("Why:"), requirement.justification),
            (gettext("Evidence:"), requirement.evidence_asked),
        ],
        fields={
            "obligation": requirement.obligation,
            "weight": weight,
            "least": str(requirement.least),
            "justification": requirement.justification,
        },
    )


def asked_in_words(requirement: Requirement) -> str:
    """What it asks of a fact; empty where it asks for none."""
    fact = fact_of(requirement)
    return sentence(fact, requirement.fact_values, requirement.fact_how) if fact else ""


def blank(one: Requirement, initial: dict[str, Any]) -> RequirementForm:
    others = sources.alternatives_to(one.criterion, one.alternatives)
    return RequirementForm(
        catalogued=bool(one.criterion_id),
        factual=bool(one.fact),
        fact=fact_of(one),
        initial=initial,
        others=others,
    )


def fact_of(requirement: Requirement) -> Fact | None:
    """The fact that it asks for. One statement where it does."""
    return facts_of([requirement.fact]).get(requirement.fact)


def stored(one: Requirement) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Requirement.CHANGED}


def back(request: HttpRequest, one: Requirement) -> str:
    """The row of the builder, among those that were shown."""
    return f"{here(one.lot)}{Choice.of(request.GET).query}#r{one.pk}"


def alone(
    request: HttpRequest,
    one: Requirement,
    form: Form,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The page of one requirement, with what was typed where it was not saved."""
    now = conflict.stored if conflict else one
    if conflict and WHOLE not in request.POST:  # a row of the builder: the rest as it stands
        data = {**stored(now or one), **request.POST.dict()}
        form = blank(one, data)
    words = closings(one.lot, [one.criterion.edition] if one.criterion else [])
    context = {
        "tender": one.lot.tender,
        "one": one,
        "form": form,
        "revision": now.revision if now else one.revision,
        "stored": now if conflict else None,
        "gone": bool(conflict and not now),
        "fact": fact_of(one),
        "asked": asked_in_words(one),
        "closing": next(iter(words.values()), ""),
        "flags": [] if one.criterion_id else readiness.said_of(one.words),
        "back": here(one.lot, f"r{one.pk}"),
        "trail": trail(one.lot.tender),
    }
    return render(request, "tenders/requirement.html", context, status=status)


@require_POST
def requirement_move(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Up or down by one inside its edition."""
    requirement = requirement_in(writable(request, reference), pk)
    step = requirement.move_up if request.POST.get("to") == "up" else requirement.move_down
    if not step(by=signed_in_user(request), at=timezone.now()):
        messages.info(request, gettext("It is at the end of its standard already."))
    return redirect(back(request, requirement))


@require_POST
def requirement_remove(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    requirement = requirement_in(writable(request, reference), pk)
    requirement.remove(by=signed_in_user(request), at=timezone.now())
    return redirect(f"{here(requirement.lot)}{Choice.of(request.GET).query}")
