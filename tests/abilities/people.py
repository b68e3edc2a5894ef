"""Who could come to a record: both its parties, the centre, and people from outside."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser

from certcentre.accounts.models import Membership
from tests import make
from tests.make.attestation import officer
from tests.make.moment import AT


def outsiders():
    """Nobody, somebody, and an officer who has nothing to do with it."""
    return {
        "nobody": AnonymousUser(),
        "stranger": make.user("stranger"),
        "a rival": make.organisation("provider").person,
        "an officer": officer(),
    }


def close_officers(organisation):
    """Officers who belong to the organisation, or did."""
    people = {
        "an officer who belongs to it": make.member(organisation, "editor"),
        "an officer who left it lately": make.user("officer"),
        "an officer who left it long ago": make.user("officer"),
    }
    for person in people.values():
        belong(person, officer().memberships.first().organisation)
    belong(people["an officer who left it lately"], organisation, days=30)
    belong(people["an officer who left it long ago"], organisation, days=760)
    return people


def members(organisation, *roles):
    """Its first person, who holds every role of its kind, and one person for each of these."""
    return {
        "all of it": organisation.person,
        **{f"its {role}": make.member(organisation, role) for role in roles},
    }


def belong(person, organisation, role="", *, days=None):
    """A membership; one that ended so many days before AT."""
    role = role or ("officer" if organisation.kind == "centre" else "editor")
    Membership.grant(user=person, organisation=organisation, role=role, by=None, at=AT)
    if days is not None:
        made = person.memberships.filter(organisation=organisation)
        made.update(since=AT - timedelta(days=days + 9), until=AT - timedelta(days=days))
