"""Learner needs, and the criteria that a product's suitability is derived from."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published


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
