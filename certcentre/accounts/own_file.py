"""Everything that the portal holds about one person, as a file to take away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Model, QuerySet

from certcentre.accounts.models import Interest, Invitation, Membership, User
from certcentre.log.models import LogEntry

# what a record is called by where people see it, the first that it has
CALLED = ("number", "reference", "key", "ref", "title")
TOLD_APART = (
    *(EmailAddress, Authenticator, SocialAccount, UserSession),
    *(Interest, Invitation, Membership, LogEntry),
)


def own_file(person: User, *, at: datetime) -> dict[str, Any]:
    """Account, roles, letters, ties, steps in the log, and the records with a hand of theirs."""
    letters = Invitation.objects.filter(email=person.email.lower())
    steps = LogEntry.objects.filter(actor=person).order_by("pk")
    return {
        "made": at,
        "account": {
            "id": person.pk,
            "name": person.name,
            "address": person.email,
            "language": person.language,
            "since": person.date_joined,
            "last_sign_in": person.last_login,
        },
        "addresses": rows(EmailAddress, person, "email", "verified", "primary"),
        "second_steps": rows(Authenticator, person, "type", "created_at", "last_used_at"),
        "sign_ins_from_elsewhere": rows(SocialAccount, person, "provider", "uid", "date_joined"),
        "sessions": rows(UserSession, person, "created_at", "ip", "user_agent"),
        "roles": rows(Membership, person, "organisation__name", "role", "since", "until"),
        "invitations": told(letters, "organisation__name", "roles", "invited_at", "accepted_at"),
        "invited": told(
            Invitation.objects.filter(invited_by=person),
            *("organisation__name", "email", "roles", "invited_at"),
        ),
        "ties_declared": told(
            Interest.objects.filter(declared_by=person),
            *("organisation__name", "other__name", "nature", "since", "until"),
        ),
        "steps": told(
            steps,
            *("at", "step", "subject_type", "subject_id", "organisation__name", "reason"),
            *("from_state", "to_state"),
        ),
        "records": list(records(person)),
    }


def rows(model: type[Model], person: User, *names: str) -> list[dict[str, Any]]:
    """The person's rows of a table."""
    return told(model._base_manager.filter(user=person).order_by("pk"), *names)


def told(found: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    """Rows with these columns; of an organisation the name."""
    return [
        {name.removesuffix("__name"): value for name, value in row.items()}
        for row in found.values(*names)
    ]


def records(person: User) -> Iterator[dict[str, str]]:
    """Every other record that names the person, by what it is called, and as what."""
    for model in apps.get_models():
        if model in TOLD_APART or model is User:
            continue
        names = {field.name for field in model._meta.get_fields()}
        called = next((name for name in CALLED if name in names), "pk")
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.related_model is not User:
                continue
            theirs = model._base_manager.filter(**{field.name: person}).order_by("pk")
            for key, name in theirs.values_list("pk", called):
                kind = str(model._meta.verbose_name)
                yield {"record": kind, "id": str(key), "called": str(name), "as": field.name}
