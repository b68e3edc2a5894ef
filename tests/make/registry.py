"""Solutions in the register, with the claims a test names."""

from datetime import timedelta

from django.test import Client

from standards.assessment.claims import Claim
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Criterion, Edition, Level, Standard
from tests.make import accounts
from tests.make.moment import AT


def browser():
    """A client that checks forms for their token, as the server does."""
    return Client(enforce_csrf_checks=True)


def criterion(key, **fields):
    """The criterion `<edition>:<ref>`, with a published edition around it where there is none."""
    edition_key, _, ref = key.partition(":")
    standard, _ = Standard.objects.get_or_create(
        key=edition_key, defaults={"name": f"Example standard {edition_key}"}
    )
    edition, _ = Edition.objects.get_or_create(
        key=edition_key,
        defaults={
            "standard": standard,
            "name": f"Example {edition_key}",
            "domain": "technical",
            "seed_category": "technical",
            "status": "published",
            "published_at": AT,
        },
    )
    level, _ = Level.objects.get_or_create(
        edition=edition, key="A", defaults={"label": "A", "obligation": "must", "position": 1}
    )
    defaults = {
        "edition": edition,
        "level": level,
        "ref": ref,
        "title": f"Criterion {ref}",
        "statement": f"The product does {ref}.",
        "domain": edition.domain,
        "position": edition.criteria.count() + 1,
    }
    return Criterion.objects.get_or_create(key=key, defaults={**defaults, **fields})[0]


def claim(release, key, outcome="met", level=1, **fields):
    """A claim as it stands in the table; the verbs that write claims have their own tests."""
    return Claim.objects.create(
        release=release,
        criterion=criterion(key),
        outcome=outcome,
        assurance=level,
        **{
            "basis": "declaration",
            "valid_from": AT - timedelta(days=30),
            "valid_until": AT + timedelta(days=335),
            "source": "DC-2026-000001",
            **fields,
        },
    )


def listed(name="Example Reader", *, claims=(), facts=None, organisation=None, **fields):
    """A solution in the register; `claims` as {"ex-1:1.1": ("met", 2)} or {"ex-1:1.1": 2}."""
    organisation = organisation or accounts.organisation("provider")
    made = Solution.objects.create(
        organisation=organisation,
        name=name,
        search_text=f"{name} {organisation.name}".casefold(),
        created_at=AT,
        **{"summary": "Reading practice.", **fields},
    )
    made.current_release = Release.objects.create(
        solution=made,
        label="1.x",
        facts=facts or {},
        declared_facts=facts or {},
        public_since=AT,
        created_at=AT,
    )
    made.save()
    for key, said in dict(claims).items():
        outcome, level, *accepted = ("met", said) if isinstance(said, int) else said
        claim(
            made.current_release, key, outcome, level, accepted_by=accepted[0] if accepted else ""
        )
    return made
