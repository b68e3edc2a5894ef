"""Closing an account: name and address go, what was done stays (rule R43)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts import steps
from certcentre.accounts.models import Invitation, Membership, Role, User
from certcentre.lifecycle import NotAllowed
from certcentre.log.models import record

NAME = "–"


def close_account(user: User, *, at: datetime) -> None:
    """End the person's roles, take back what waits at the address, and forget who it was."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        memberships = Membership.objects.filter(user=user, until=None)
        for membership in memberships.select_related("organisation").order_by("organisation", "pk"):
            leave(membership, user, at)
        for letter in Invitation.objects.open(at=at).filter(email=user.email):
            letter.withdraw(by=user, at=at)
        Invitation.objects.filter(email=user.email).update(email=nowhere(user))
        for personal in (EmailAddress, Authenticator, UserSession, SocialAccount):
            personal.objects.filter(user=user).delete()
        record(user, steps.ACCOUNT_CLOSED, by=user, at=at)
        user.set_unusable_password()
        User.objects.filter(pk=user.pk).update(
            name=NAME, email=nowhere(user), password=user.password, is_active=False, last_login=None
        )


def leave(membership: Membership, user: User, at: datetime) -> None:
    """End one role; the last manager hands over or closes the organisation first."""
    alone = membership.organisation.status != "closed" and membership.role == Role.MANAGER
    others = membership.organisation.memberships.filter(role=Role.MANAGER, until=None)
    if alone and not others.exclude(user=user).exists():
        raise NotAllowed(
            gettext(
                "You are the last manager of %(name)s. Make someone else manager or close it first."
            )
            % {"name": membership.organisation.name}
        )
    Membership.objects.filter(pk=membership.pk).update(until=at)
    detail = {"member": str(user.pk), "role": membership.role}
    record(
        membership,
        steps.MEMBERSHIP_ENDED,
        by=user,
        at=at,
        organisation=membership.organisation,
        detail=detail,
    )


def nowhere(user: User) -> str:
    """An address that reaches nobody, different for each."""
    return f"{user.pk}@closed.invalid"
