"""What a tender may cost: its builder at 300 requirements, its exports at 1,000."""

from collections.abc import Callable

from django.urls import reverse

from certcentre.accounts.models import Organisation, User
from certcentre.desk.bench.measuring import Ground, Measured, Row
from certcentre.desk.bench.paths.catalogue import big_edition
from tenders.export import FORMATS
from tenders.exporting import export
from tenders.tender import Tender

REQUIREMENTS = 1000
ON_A_PAGE = 300


def draft(ground: Ground, requirements: int = REQUIREMENTS) -> tuple[Tender, User]:
    """A buyer's draft that asks for so many criteria, and who writes it; made once."""
    kept = f"tender of {requirements}"
    if kept not in ground.kept:
        by = User.objects.create_user(f"buyer{requirements}@example.org", name="Example Buyer")
        fields = {"country": "KE", "register_number": f"B-{requirements}", "size": "large"}
        mine = Organisation.register(
            by=by, at=ground.at, kind="buyer", name="Example Benchmark Ministry", **fields
        )
        made = Tender.start(mine, by=by, at=ground.at, title="Measured")
        asked = big_edition().criteria.order_by("position")[:requirements]
        made.lots.get().add(asked, by=by, at=ground.at, justification="Learners need it")
        ground.kept[kept] = made, by
    draft: tuple[Tender, User] = ground.kept[kept]
    return draft


def exported(format: str) -> Callable[[Ground], Measured]:
    def measure(ground: Ground) -> Measured:
        made, _by = draft(ground)
        return ground.job(lambda: export(Tender.objects.get(pk=made.pk), format))

    return measure


def page(ground: Ground) -> Measured:
    made, by = draft(ground)
    return ground.page(reverse("tender", args=[made.reference]), by=by)


def builder(ground: Ground) -> Measured:
    made, by = draft(ground, ON_A_PAGE)
    address = reverse("tender", args=[made.reference])
    return ground.page(address, by=by, beside_template=True)


ROWS = [
    Row(
        "tender builder of 300 requirements",
        builder,
        ratio=0.2,  # its rows are drawn without the template engine, so the template is quick
        seconds=0.25,
        statements=8,
        needs=("tender-new",),
    ),
    Row("tender of 1,000 requirements", page, needs=("tender-new",)),
    *(
        Row(f"export of 1,000 requirements: {name}", exported(name), seconds=2, megabytes=400)
        for name in FORMATS
    ),
]
