"""Drafting an edition: what it says of itself, its levels, and its criteria one by one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.lifecycle import Disagrees, IllegalMove, NotReady
from certcentre.step_page import posted
from standards.catalogue.abilities import officer
from standards.catalogue.edition_forms import CriterionForm, EditionForm
from standards.catalogue.editions import Edition
from standards.catalogue.pages.editions import found
from standards.catalogue.proposing import propose, revise
from standards.catalogue.records import Data
from standards.catalogue.schema import EditionRecord

UNPROCESSABLE = 422


def catalogue_edition_new(request: HttpRequest) -> HttpResponse:
    """A new draft: from nothing, or following an edition whose criteria it begins with."""
    user = officer(request)
    stored: Data = {}
    before = request.GET.get("after", "")
    if before:
        old = get_object_or_404(Edition.objects.select_related("standard"), key=before)
        stored = following(old)
    form = EditionForm(posted(request), stored=stored)
    if request.method == "POST" and form.is_valid():
        record = {**form.record(), "status": "draft"}
        try:
            if Edition.objects.filter(key=record["id"]).exists():
                raise NotReady(gettext("This key is taken. Choose another."))
            why = form.cleaned_data["reason"]
            made = propose("edition", record, by=user, at=timezone.now(), reason=why)
        except NotReady as missing:
            show(form, missing)
        else:
            messages.success(request, gettext("Drafted. Add its criteria."))
            return redirect("catalogue-edition", made.key)
    return page(request, form, gettext("Draft an edition"), reverse("catalogue"))


def following(old: Edition) -> Data:
    """What a next edition begins with: everything the old one says, but its key and days."""
    said = EditionRecord.of(old).data
    for name in ("effective_from", "grace_until", "last_checked", "source", "status"):
        said.pop(name, None)
    return {**said, "id": "", "version": "", "published": "", "supersedes": old.key}


def catalogue_edition_edit(request: HttpRequest, key: str) -> HttpResponse:
    """A draft wholly; of a published edition what is not frozen."""
    edition = found(request, key)
    stored = EditionRecord.of(edition).data
    form = EditionForm(posted(request), edition=edition, stored=stored)
    back = reverse("catalogue-edition", args=[key])
    if request.method == "POST" and form.is_valid() and save(request, edition, None, form):
        return redirect(back)
    return page(request, form, edition.name, back, edition)


def catalogue_criterion_new(request: HttpRequest, key: str) -> HttpResponse:
    edition = draft(request, key)
    form = criterion_form(request, edition, {})
    back = reverse("catalogue-edition", args=[key])
    if request.method == "POST" and form.is_valid():
        data = EditionRecord.of(edition).data
        data["criteria"].append(form.record())
        if save(request, edition, data, form):
            again = request.POST.get("do") == "another"
            return redirect(reverse("catalogue-criterion-new", args=[key]) if again else back)
    return page(request, form, gettext("Add a criterion"), back, edition, another=True)


def catalogue_criterion_edit(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    edition = found(request, key)
    data = EditionRecord.of(edition).data
    place = place_of(data, ref)
    form = criterion_form(request, edition, data["criteria"][place])
    back = f"{reverse('catalogue-edition', args=[key])}#c-{ref}"
    if request.method == "POST" and form.is_valid():
        data["criteria"][place] = form.record()
        if save(request, edition, data, form):
            return redirect(back)
    return page(request, form, f"{ref} {data['criteria'][place]['title']}", back, edition)


@require_POST
def catalogue_criterion_move(request: HttpRequest, key: str, ref: str, to: str) -> HttpResponse:
    """Up or down by one, or out."""
    edition = draft(request, key)
    data = EditionRecord.of(edition).data
    criteria, place = data["criteria"], place_of(data, ref)
    one = criteria.pop(place)
    if to != "out":
        criteria.insert(max(0, place + (1 if to == "down" else -1)), one)
    why = gettext("taken out") if to == "out" else gettext("moved")
    revise(edition, data, by=officer(request), at=timezone.now(), reason=why)
    messages.success(request, gettext("Saved."))
    return redirect("catalogue-edition", key)


def draft(request: HttpRequest, key: str) -> Edition:
    edition = found(request, key)
    if edition.status != Edition.Status.DRAFT:
        raise IllegalMove(
            gettext("This edition is published and its words stay. Draft one that follows it.")
        )
    return edition


def place_of(data: Data, ref: str) -> int:
    for place, one in enumerate(data["criteria"]):
        if one["ref"] == ref:
            return place
    raise Http404


def criterion_form(request: HttpRequest, edition: Edition, stored: Data) -> CriterionForm:
    levels = list(edition.levels.order_by("position"))
    return CriterionForm(posted(request), edition=edition, levels=levels, stored=stored)


def save(
    request: HttpRequest, edition: Edition, data: Data | None, form: EditionForm | CriterionForm
) -> bool:
    """Write the edition anew, as `data` or the form says; where it is refused the form says why."""
    data = form.record() if data is None else data
    why = form.cleaned_data["reason"]
    try:
        revise(edition, data, by=officer(request), at=timezone.now(), reason=why)
    except (NotReady, Disagrees) as refused:
        show(form, refused)
        return False
    messages.success(request, gettext("Saved."))
    return True


def show(form: EditionForm | CriterionForm, refused: NotReady | Disagrees) -> None:
    for problem in refused.problems:
        form.add_error(None, problem)


def page(
    request: HttpRequest,
    form: EditionForm | CriterionForm,
    title: str,
    back: str,
    edition: Edition | None = None,
    **more: Any,
) -> HttpResponse:
    trail = [(gettext("The catalogue"), reverse("catalogue"))]
    if edition:
        trail.append((edition.name, reverse("catalogue-edition", args=[edition.key])))
    frozen = edition is not None and edition.status != Edition.Status.DRAFT
    context = {"form": form, "title": title, "back": back, "trail": trail, "frozen": frozen}
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "catalogue/office/draft.html", {**context, **more}, status=status)
