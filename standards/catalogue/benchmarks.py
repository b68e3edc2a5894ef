"""What reading the catalogue may cost, and the big edition that other rows are measured with."""

from django.urls import reverse
from django.utils import timezone

from certcentre.measuring import Ground, Measured, Row
from standards.catalogue.editions import Criterion, Edition, Level, Standard

BIG = 1189  # criteria of the largest library of open governance tools


def big_edition() -> Edition:
    """An invented, published edition of one domain with 1,189 criteria; made once."""
    if found := Edition.objects.filter(key="benchmark-1").first():
        return found
    standard = Standard.objects.create(
        key="benchmark", name="Example Benchmark", issuing_body="Example Body"
    )
    made = Edition.objects.create(
        key="benchmark-1",
        standard=standard,
        name="Example Benchmark 1",
        version="1",
        issuing_body="Example Body",
        reference="EX 1",
        seed_category="security",
        domain="security",
        catalogue_licence="CC-BY-4.0",
        status=Edition.Status.PUBLISHED,
        published_at=timezone.now(),
        words_digest="0" * 64,
    )
    level = Level.objects.create(edition=made, key="A", label="A", obligation="must", position=1)
    Criterion.objects.bulk_create(
        Criterion(
            edition=made,
            level=level,
            ref=f"B-{place}",
            key=f"benchmark-1:B-{place}",
            title=f"Thing {place} is done",
            statement=f"The product does thing {place}, and says so where people look for it.",
            evidence_hint=f"A record of thing {place}.",
            domain="security",
            position=place,
        )
        for place in range(1, BIG + 1)
    )
    return made


def api(name: str) -> Row:
    def read(ground: Ground) -> Measured:
        return ground.page(reverse(f"api-{name}"))

    return Row(f"API: {name}", read, statements=3, same_at_any_size=True, needs=(f"api-{name}",))


def standards_page(ground: Ground) -> Measured:
    return ground.page(reverse("standards"), beside_template=True)


def edition_page(ground: Ground) -> Measured:
    return ground.page(reverse("edition", args=[big_edition().key]), beside_template=True)


ROWS = [
    Row("standards page", standards_page, statements=8, needs=("standards",)),
    Row("edition of 1,189 criteria", edition_page, statements=8, needs=("edition",)),
    api("standards"),
    api("editions"),
    api("criteria"),
]
