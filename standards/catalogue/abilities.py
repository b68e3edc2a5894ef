"""Who works on the catalogue: the centre's officers, and what waits for which of them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import signed_in_user
from certcentre.worklist import Task, Waiting
from standards.catalogue.editions import Edition
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import Review, by_others
from standards.catalogue.rules import Rule


def officer(request: HttpRequest) -> User:
    """Whoever is signed in, if they work for the centre."""
    user = signed_in_user(request)
    if not user.is_officer():
        raise PermissionDenied
    return user


def for_officer(request: HttpRequest, rows: QuerySet[Any], **where: Any) -> Any:
    """The record: 404 to who may not see it, 403 to who sees it and does not work on it."""
    user = signed_in_user(request)
    if user.is_officer():
        return get_object_or_404(rows, **where)
    unseen = Edition.Status.DRAFT if rows.model is Edition else Review.PROPOSED
    get_object_or_404(rows.exclude(status=unseen), **where)
    raise PermissionDenied


def drafts(user: User, at: datetime) -> QuerySet[Edition]:
    """Draft editions that somebody else wrote: a second person signs them."""
    rows = by_others(Edition.objects.filter(status=Edition.Status.DRAFT), user)
    return rows.select_related("proposed_by").order_by("pk")


def read_draft(draft: Edition, at: datetime) -> Task:
    return Task(
        _("Read and publish %(edition)s") % {"edition": draft},
        reverse("catalogue-edition", args=[draft.key]),
        _("Drafted by %(name)s.") % {"name": draft.proposed_by} if draft.proposed_by else "",
        draft.get_status_display(),
        "accent",
    )


def proposals(model: type[Any], user: User, at: datetime) -> QuerySet[Any]:
    """Mappings, rules, profiles or needs that somebody else wrote."""
    proposed = model._default_manager.filter(status=Review.PROPOSED)
    return by_others(proposed, user).order_by("pk")


def read_proposals(key: str, kind: Promise, number: int) -> Task:
    return Task(
        _("Read and sign what is proposed: %(kind)s") % {"kind": kind},
        reverse(f"catalogue-{key}") + "?status=proposed",
        ngettext("%(n)d waits.", "%(n)d wait.", number) % {"n": number},
        _("Proposed"),
        "accent",
    )


def signing(model: type[Any], key: str, kind: Promise) -> Waiting:
    """The row of one kind of record: a line for all that are proposed."""
    together: Callable[[int], Task] = partial(read_proposals, key, kind)
    return Waiting(
        f"{model._meta.model_name}.publish",
        Organisation.Kind.CENTRE,
        (Role.OFFICER,),
        partial(proposals, model),
        lambda record, at: together(1),
        {str(model._meta.model_name): "pk"},
        together=together,
    )


OFFICER = (Role.OFFICER,)
WAITING = (
    Waiting(
        "edition.publish", Organisation.Kind.CENTRE, OFFICER, drafts, read_draft, {"edition": "pk"}
    ),
    signing(Mapping, "mappings", gettext_lazy("Mappings")),
    signing(Rule, "rules", gettext_lazy("Rules")),
    signing(Profile, "profiles", gettext_lazy("Profiles")),
    signing(Need, "needs", gettext_lazy("Learner needs")),
)
