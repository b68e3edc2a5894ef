"""The public pages of the catalogue: standards, an edition, a criterion, learner needs."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.models import User
from certcentre.tables.writing import as_csv
from standards.catalogue import overview
from standards.catalogue.editions import Criterion, Edition, Mapping
from standards.catalogue.portrait import criterion_portrait, edition_portrait
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.catalogue.succession import difference, standing

# how an old criterion relates to the one it became; nobody said anything where it is empty
WORDS_OF = {"": _("became"), **dict(Mapping.Relation.choices)}


@login_not_required
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Every published edition by domain; narrowed by domain, kind or words. Three statements."""
    return render(request, "catalogue/standards.html", {"found": overview.look(request.GET)})


@login_not_required
@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """One edition with its criteria, narrowed by level and domain."""
    found = get_object_or_404(Edition.objects.published().select_related("standard"), key=key)
    today = timezone.localdate()
    return render(request, "catalogue/edition.html", edition_portrait(found, request.GET, today))


@login_not_required
@require_safe
def criterion(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """One criterion: what it asks, how it is shown, and what rests on it."""
    wanted = Criterion.objects.published().select_related("edition", "level")
    found = get_object_or_404(wanted, key=f"{key}:{ref}")
    context = {**criterion_portrait(found), "officer": officer(request)}
    return render(request, "catalogue/criterion.html", context)


@login_not_required
@require_safe
def edition_difference(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """What one edition asks otherwise than another of the same standard. Five statements."""
    seen = Edition.objects.all() if officer(request) else Edition.objects.published()
    new = get_object_or_404(seen, key=key)
    old = get_object_or_404(seen.exclude(pk=new.pk), key=other, standard=new.standard_id)
    compared = difference(old, new)
    context = {
        "old": old,
        "new": new,
        "standing": standing(new, timezone.localdate()),
        "compared": compared,
        "steps": [(each, WORDS_OF[each.relation]) for each in compared.steps],
        "figures": [
            (len(compared.new), gettext("new")),
            (len(compared.changed), gettext("changed")),
            (len(compared.removed), gettext("removed")),
            (len(compared.same), gettext("unchanged")),
        ],
    }
    return render(request, "catalogue/difference.html", context)


def officer(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.is_officer()


@login_not_required
@require_safe
def edition_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The criteria of an edition as a table, with its licence and notice."""
    found = get_object_or_404(Edition.objects.published(), key=key)
    columns = ("key", "ref", "title", "statement", "level__key", "level__obligation", "domain")
    heads = [name.partition("__")[2] or name for name in columns] + ["licence", "notice"]
    rows = found.criteria.order_by("position").values_list(*columns)
    terms = (found.catalogue_licence, found.notice)
    table = as_csv([heads, *([*row, *terms] for row in rows)])
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.key}.csv"'
    return answer


@login_not_required
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Learner needs by group."""
    groups: dict[str, list[Need]] = {}
    for found in published(Need):
        groups.setdefault(str(Need.Group(found.group).label), []).append(found)
    return render(request, "catalogue/needs.html", {"groups": groups.items()})


@login_not_required
@require_safe
def need(request: HttpRequest, key: str) -> HttpResponse:
    """One learner need, and the criteria that a product's suitability is derived from."""
    found = get_object_or_404(published(Need), key=key)
    return render(request, "catalogue/need.html", need_context(found))


def need_context(need: Need) -> dict[str, Any]:
    """Its criteria in the parts they play. One statement."""
    said = need.evidence
    groups = [group["any_of"] for group in said["required_any"]]
    parts = ("required_all", "supporting", "barriers_if_not_met", "tested_with_people")
    keys = {key for part in parts for key in said[part]} | {key for some in groups for key in some}
    rows = Criterion.objects.select_related("edition", "level").in_bulk(keys, field_name="key")
    return {
        "need": need,
        "barriers": said["barriers_if_not_met"],
        "required": [rows[key] for key in said["required_all"]],
        "any": [
            (group["label"], [rows[key] for key in group["any_of"]])
            for group in said["required_any"]
        ],
        "supporting": [rows[key] for key in said["supporting"]],
        "tested": [rows[key] for key in said["tested_with_people"]],
    }
