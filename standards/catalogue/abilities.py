"""Who works on the catalogue: the centre's officers. Others see what is published."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from standards.catalogue.editions import Edition
from standards.catalogue.reviewing import Review


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
