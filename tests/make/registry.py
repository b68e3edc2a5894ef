"""Solutions in the register, with the claims a test names."""

from datetime import timedelta

from django.db import transaction
from django.test import Client

from standards.assessment import claims as door
from standards.assessment.claims import Claim
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.standards import Standard
from tests.make import accounts
from tests.make.again import again
from tests.make.catalogue import next_slot
from tests.make.moment import AT


def browser():
    """A client that checks forms for their token, as the server does."""
    return Client(enforce_csrf_checks=True)


@again
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
        "slot": next_slot(),
    }
    return Criterion.objects.get_or_create(key=key, defaults={**defaults, **fields})[0]


def claim(release, key, outcome="met", level=1, **fields):
    """A claim through the one door; the verbs that write claims have their own tests."""
    made = unsaid(release, key, outcome, level, **fields)
    with transaction.atomic():
        door.change([release.pk], add=[made], at=AT)
    return made


def unsaid(release, key, outcome="met", level=1, **fields):
    """A claim that is not saved yet."""
    return Claim(
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


def stand(*releases):
    """Work their standings out again, after a test changed rows behind the doors."""
    with transaction.atomic():
        door.change([release.pk for release in releases], at=AT)


@again
def listed(name="Example Reader", *, claims=(), facts=None, organisation=None, **fields):
    """A solution in the register; `claims` as {"ex-1:1.1": ("met", 2)} or {"ex-1:1.1": 2}."""
    organisation = organisation or accounts.organisation("provider")
    made = Solution.objects.create(
        organisation=organisation,
        name=name,
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
    said = []
    for key, words in dict(claims).items():
        outcome, level, *accepted = ("met", words) if isinstance(words, int) else words
        by = accepted[0] if accepted else ""
        said.append(unsaid(made.current_release, key, outcome, level, accepted_by=by))
    with transaction.atomic():
        door.change([made.current_release.pk], add=said, at=AT)
        made.index()
    return made
