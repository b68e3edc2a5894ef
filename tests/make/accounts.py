"""People and organisations."""

import itertools

from allauth.account.models import EmailAddress
from django.utils import timezone

from certcentre.accounts.models import (
    IdentityProvider,
    Invitation,
    Membership,
    NewName,
    Organisation,
    Role,
    User,
)
from tests.make.again import again
from tests.make.moment import AT

count = itertools.count(1)


def user(name="person", **fields):
    """Somebody with a password, whose address is confirmed unless told that it is not."""
    number, confirmed = next(count), fields.pop("confirmed", True)
    fields.setdefault("password", "a long password of theirs")
    made = User.objects.create_user(
        fields.pop("email", f"{name}{number}@example.org"), name=fields.pop("name", name), **fields
    )
    EmailAddress.objects.create(user=made, email=made.email, verified=confirmed, primary=True)
    return made


def member(organisation, *roles):
    """A new person with these roles there."""
    person = user(roles[0] if roles else "member")
    for role in roles:
        Membership.grant(user=person, organisation=organisation, role=role, by=None, at=AT)
    return person


@again
def centre():
    found = Organisation.objects.create(
        kind="centre",
        name="Example Centre",
        country="CH",
        register_number="C-1",
        status="verified",
        created_at=AT,
        verified_at=AT,
    )
    found.officer = member(found, Role.OFFICER, Role.MANAGER)
    return found


@again
def organisation(kind="provider", *, verified=True, **fields):
    """An organisation whose first member is `.person`; verified by an officer unless told not."""
    person = user(kind)
    number = next(count)
    made = Organisation.register(
        by=person,
        at=AT,
        **{
            "kind": kind,
            "name": f"Example {kind.title()} {number}",
            "country": "EE",
            "register_number": f"R-{number}",
            **fields,
        },
    )
    if verified:
        officer = Organisation.objects.filter(kind="centre").first() or centre()
        made.verify(by=officer.memberships.first().user, at=AT, how="Business register, by hand")
    made.person = person
    return made


@again
def renamed(organisation, name, *, since=None, reason="Extract of the register", at=AT):
    """The centre gives it another name, which it bears since today unless told otherwise."""
    centre = Organisation.objects.get(kind="centre")
    officer = centre.memberships.filter(role="officer").first().user
    words = {"name": name, "since": since or at.date(), "reason": reason}
    NewName.of(organisation).rename(**words, by=officer, at=at)
    return organisation


@again
def new_name(organisation, name="Asked For Ltd", *, reason="In the register since Monday", at=AT):
    """Its first person asks for another name."""
    NewName.of(organisation).ask(name=name, reason=reason, by=organisation.person, at=at)
    return NewName.of(organisation)


@again
def invitation(organisation, email="invited@example.org", roles=("editor",), at=None):
    """A letter from its first person; open now, so that its page can be used."""
    return Invitation.send(
        organisation,
        email=email,
        roles=list(roles),
        by=organisation.person,
        at=at or timezone.now(),
    )


@again
def identity_provider(organisation, *, confirmed=True, at=AT, **given):
    """Its own provider of sign-ins, set by its person; its domains confirmed unless told not."""
    words = {
        "issuer": "https://login.school.example",
        "client_id": "portal",
        "client_secret": "a-secret",
        "domains": ["example.org"],
        "only": False,
    }
    provider = IdentityProvider.of(organisation)
    provider.change(by=organisation.person, at=at, **words | given)
    if confirmed and provider.domain_names():
        centre = Organisation.objects.get(kind="centre")
        officer = centre.memberships.filter(role="officer").first().user
        seen = provider.print_of(provider.domain_names())
        provider.confirm(by=officer, at=at, how="By telephone", seen=seen)
    return IdentityProvider.of(organisation)
