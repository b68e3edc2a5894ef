"""Organisations, memberships and letters."""

from datetime import timedelta

from django.urls import reverse

from certcentre.accounts.models import (
    IdentityProvider,
    Interest,
    Invitation,
    Membership,
    NewName,
    Organisation,
)
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import close_officers, members, outsiders
from tests.make.attestation import officer
from tests.make.moment import AT


def around(organisation):
    return {
        **outsiders(),
        **members(organisation, "manager", "editor", "signatory"),
        **close_officers(organisation),
    }


def organisation_in(state):
    made = make.organisation(verified=state in ("verified", "suspended"))
    make.organisation("auditor")
    who = {"by": officer(), "at": AT, "reason": "So."}
    if state == "suspended":
        made.suspend(**who)
    if state == "refused":
        made.refuse(**who)
    if state == "closed":
        made.close(**who)
    return made, around(made)


def send(organisation, *, by, at):
    Invitation.send(organisation, email="new@example.org", roles=["editor"], by=by, at=at)


def declare_interest(organisation, *, by, at):
    other = Organisation.objects.get(kind="auditor")
    Interest.declare(organisation, other=other, nature="Owns a share", by=by, at=at)


def organisation_step(verb, word="", /, **words):
    return step(f"organisation-{word or verb}", "pk", verb, **words)


def page(name):
    return lambda record: reverse(name, args=[record.pk])


ORGANISATION = Case(
    Organisation,
    tuple(Organisation.Status.values),
    organisation_in,
    lambda record: [record.get_absolute_url()],
    {
        "change_details": organisation_step("change_details", "details", website="", size=""),
        "invite": Offer(page("invite"), send),
        "declare_interest": Offer(page("interest-declare"), declare_interest),
        "verify": organisation_step("verify", how="Register, by hand"),
        "refuse": organisation_step("refuse", reason="So."),
        "correct": organisation_step("correct", country="KE", register_number="9", reason="So."),
        "suspend": organisation_step("suspend", reason="So."),
        "close": organisation_step("close", reason="So."),
    },
    narrow={"verify": "one that was refused or suspended writes to the centre first"},
)


def letter_in(state):
    organisation = make.organisation()
    invited = make.user("invited")
    letter = make.invitation(organisation, invited.email, at=AT)
    if state == "accepted":
        letter.accept(by=invited, at=AT)
    if state == "withdrawn":
        letter.withdraw(by=organisation.person, at=AT)
    if state == "too old":
        Invitation.objects.update(expires_at=AT - timedelta(days=1))
    return letter, {"who is invited": invited, **around(organisation)}


INVITATION = Case(
    Invitation,
    ("open", "accepted", "withdrawn", "too old"),
    letter_in,
    lambda record: [record.get_absolute_url(), record.organisation.get_absolute_url()],
    {
        "accept": Offer(
            lambda record: record.get_absolute_url(), lambda record, **who: record.accept(**who)
        ),
        "withdraw": Offer(
            lambda record: reverse("invitation-withdraw", args=[record.organisation_id, record.pk]),
            lambda record, **who: record.withdraw(**who),
        ),
    },
    apart={"accept": "the letter itself is its page, and says why it no longer works"},
)


def membership_in(state):
    organisation = make.organisation()
    people = around(organisation)
    member = people["its editor"]
    if state == "the last manager's":
        organisation.memberships.filter(role="manager").exclude(user=organisation.person).delete()
        member = organisation.person
    held = member.memberships.order_by("-role").get(
        organisation=organisation, role="manager" if state == "the last manager's" else "editor"
    )
    if state == "ended":
        held.end(by=organisation.person, at=AT)
    return held, people


MEMBERSHIP = Case(
    Membership,
    ("held", "ended", "the last manager's"),
    membership_in,
    lambda record: [record.organisation.get_absolute_url()],
    {
        "end": Offer(
            lambda record: reverse("membership-end", args=[record.organisation_id, record.pk]),
            lambda record, **who: record.end(**who),
        )
    },
)


def provider_in(state):
    organisation = make.organisation()
    domains = () if state == "without domains" else ("example.org",)
    confirmed = state not in ("to confirm", "to confirm, of a suspended one")
    made = make.identity_provider(organisation, domains=domains, confirmed=confirmed)
    who = {"by": officer(), "at": AT, "reason": "So."}
    if state.endswith("a suspended one"):
        organisation.suspend(**who)
    if state == "of a closed one":
        organisation.close(**who)
    return made, around(organisation)


def provider_step(verb, **words):
    return Offer(
        lambda record: reverse(f"identity-provider-{verb}", args=[record.organisation_id]),
        lambda record, **who: getattr(record, verb)(**words, **who),
    )


def looked_at(verb, **words):
    """A step on what its page showed."""

    def take(record, **who):
        getattr(record, verb)(**words, **who, seen=record.print_of(record.domain_names()))

    return Offer(provider_step(verb).address, take)


def change(provider, *, by, at):
    words = {"client_id": "portal", "client_secret": "other", "domains": [], "only": False}
    provider.change(by=by, at=at, issuer="https://other.example", **words)


IDENTITY_PROVIDER = Case(
    IdentityProvider,
    (
        *("confirmed", "to confirm", "without domains"),
        *("of a suspended one", "to confirm, of a suspended one", "of a closed one"),
    ),
    provider_in,
    lambda record: [
        record.organisation.get_absolute_url(),
        reverse("identity-provider", args=[record.organisation_id]),
    ],
    {
        "change": Offer(
            lambda record: reverse("identity-provider", args=[record.organisation_id]), change
        ),
        "remove": provider_step("remove"),
        "confirm": looked_at("confirm", how="By telephone"),
        "decline": looked_at("decline", reason="So."),
    },
)


def new_name_in(state):
    organisation = make.organisation()
    made = make.new_name(organisation)
    who = {"by": officer(), "at": AT, "reason": "So."}
    if state == "of a suspended one":
        organisation.suspend(**who)
    if state == "of a closed one":
        organisation.close(**who)
    return made, around(organisation)


def name_step(verb, **words):
    return Offer(
        lambda record: reverse(f"new-name-{verb.replace('_', '-')}", args=[record.organisation_id]),
        lambda record, **who: getattr(record, verb)(**words, **who),
    )


NEW_NAME = Case(
    NewName,
    ("asked for", "of a suspended one", "of a closed one"),
    new_name_in,
    lambda record: [record.organisation.get_absolute_url()],
    {
        "ask": name_step("ask", name="Other", reason="So."),
        "take_back": name_step("take_back"),
        "rename": name_step("rename", name="Other", since=AT.date(), reason="So."),
        "decline": name_step("decline", reason="So."),
    },
)

CASES = (NEW_NAME, ORGANISATION, INVITATION, MEMBERSHIP, IDENTITY_PROVIDER)
