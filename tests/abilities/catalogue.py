"""Editions, and the mappings, rules, profiles and needs that two people stand behind."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from standards.catalogue.publishing import publish, reschedule
from standards.models import Edition, Mapping, Need, Profile, Rule
from tests import make
from tests.abilities.case import Case, Offer
from tests.make.attestation import officer
from tests.make.moment import AT


def around(record):
    """The officer who wrote it, a colleague, and people from outside."""
    centre = officer().memberships.first().organisation
    type(record).objects.filter(pk=record.pk).update(proposed_by=make.member(centre, "officer"))
    record.refresh_from_db()
    return {
        "nobody": AnonymousUser(),
        "stranger": make.user("stranger"),
        "a provider": make.organisation("provider").person,
        "who wrote it": record.proposed_by,
        "an officer": officer(),
    }


def edition_in(state):
    lacking = {"criteria": ()} if state == "without criteria" else {}
    made = make.edition(published=False, **lacking)
    people = around(made)
    if state == "follows a draft":
        Edition.objects.filter(pk=made.pk).update(supersedes=make.edition(published=False))
    if state in ("published", "withdrawn"):
        publish([made], by=None, at=AT)
    if state == "withdrawn":
        made.withdraw(by=None, at=AT, reason="So.")
    return made, people


def edition_page(name):
    return lambda edition: reverse(name, args=[edition.key])


EDITION = Case(
    Edition,
    (*Edition.Status.values, "without criteria", "follows a draft"),
    edition_in,
    lambda edition: [reverse("catalogue-edition", args=[edition.key])],
    {
        "publish": Offer(
            edition_page("catalogue-edition-publish"),
            lambda edition, **who: publish([edition], **who),
        ),
        "reschedule": Offer(
            edition_page("catalogue-edition-days"),
            lambda edition, **who: reschedule(edition, reason="So.", **who),
        ),
        "withdraw": Offer(
            edition_page("catalogue-edition-withdraw"),
            lambda edition, **who: edition.withdraw(reason="So.", **who),
        ),
    },
)


def reviewed(model, kind, build):
    """The case of one kind that is proposed by one person and signed by another."""

    def in_state(state):
        made = build()
        model.objects.filter(pk=made.pk).update(status=state)
        made.refresh_from_db()
        return made, around(made)

    def page(name):
        key = "pk" if model is Mapping else "key"
        return lambda row: reverse(f"catalogue-{kind}-{name}", args=[str(getattr(row, key))])

    return Case(
        model,
        ("proposed", "published", "withdrawn"),
        in_state,
        lambda row: [page("one")(row)],
        {
            "publish": Offer(page("publish"), lambda row, **who: row.publish(**who)),
            "withdraw": Offer(
                page("withdraw"), lambda row, **who: row.withdraw(reason="So.", **who)
            ),
        },
    )


CASES = (
    EDITION,
    reviewed(
        Mapping, "mappings", lambda: make.mapping(*(make.edition().criteria.first() for _ in "ab"))
    ),
    reviewed(Rule, "rules", lambda: make.rule(make.edition(), key="X1")),
    reviewed(Profile, "profiles", lambda: make.profile("basics")),
    reviewed(Need, "needs", lambda: make.need("reading", required=[])),
)
