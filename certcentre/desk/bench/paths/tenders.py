"""What a tender may cost: its builder and its exports at 1,000 requirements."""

from collections.abc import Callable

from django.urls import reverse

from certcentre.accounts.models import Organisation, User
from certcentre.desk.bench.measuring import Ground, Measured, Row
from certcentre.desk.bench.paths.catalogue import big_edition
from tenders.export import FORMATS
from tenders.exporting import export
from tenders.tender import Tender

REQUIREMENTS = 1000


def draft(ground: Ground) -> tuple[Tender, User]:
    """A buyer's draft that asks for 1,000 criteria, and who writes it; made once."""
    if "tender" not in ground.kept:
        by = User.objects.create_user("buyer@example.org", name="Example Buyer")
        fields = {"country": "KE", "register_number": "B-2", "size": "large"}
        mine = Organisation.register(
            by=by, at=ground.at, kind="buyer", name="Example Benchmark Ministry", **fields
        )
        made = Tender.start(mine, by=by, at=ground.at, title="Measured")
        asked = big_edition().criteria.order_by("position")[:REQUIREMENTS]
        made.lots.get().add(asked, by=by, at=ground.at, justification="Learners need it")
        ground.kept["tender"] = made, by
    draft: tuple[Tender, User] = ground.kept["tender"]
    return draft


def exported(format: str) -> Callable[[Ground], Measured]:
    def measure(ground: Ground) -> Measured:
        made, _by = draft(ground)
        return ground.job(lambda: export(Tender.objects.get(pk=made.pk), format))

    return measure


def page(ground: Ground) -> Measured:
    made, by = draft(ground)
    return ground.page(reverse("tender", args=[made.reference]), by=by)


ROWS = [
    Row("tender of 1,000 requirements", page, needs=("tender-new",)),
    *(
        Row(f"export of 1,000 requirements: {name}", exported(name), seconds=2, megabytes=400)
        for name in FORMATS
    ),
]
