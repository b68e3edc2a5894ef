"""What reading the catalogue may cost, and the big edition that other rows are measured with."""

import json
import statistics
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.bench.measuring import Ground, Measured, Row, count, timed
from standards.catalogue import import_plan
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.exporting import export
from standards.catalogue.files import FORMATS, WRITTEN
from standards.catalogue.publishing import publish
from standards.catalogue.schema import EditionRecord
from standards.catalogue.standards import Standard

BIG = 1189  # criteria of the largest library of open governance tools


def big_edition() -> Edition:
    """An invented, published edition of one domain with 1,189 criteria; made once."""
    fetched = Edition.objects.select_related("standard", "supersedes")  # as pages do
    if edition := fetched.filter(key="benchmark-1").first():
        return edition
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
        jurisdictions=["global"],
        text_licence="Example",
        may_quote_text="yes",
        published_text="2026",
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
    made.words_digest = EditionRecord.of(made).words_digest
    publish([made], by=None, at=timezone.now())
    return made


def api(name: str) -> Row:
    def read(ground: Ground) -> Measured:
        return ground.page(reverse(f"api-{name}"))

    return Row(f"API: {name}", read, statements=3, same_at_any_size=True, needs=(f"api-{name}",))


def standards_page(ground: Ground) -> Measured:
    return ground.page(reverse("standards"), beside_template=True)


def edition_page(ground: Ground) -> Measured:
    return ground.page(reverse("edition", args=[big_edition().key]), beside_template=True)


def big_catalog() -> bytes:
    """An invented OSCAL catalog shaped as the largest public one: 20 families, enhancements nested,
    a parameter in each statement, 182 controls withdrawn."""
    controls = [control(number) for number in range(BIG)]
    heads, nested = controls[: BIG // 4], controls[BIG // 4 :]
    for place, enhancement in enumerate(nested):
        heads[place % len(heads)].setdefault("controls", []).append(enhancement)
    groups = [{"id": f"f{n}", "title": f"Family {n}", "controls": heads[n::20]} for n in range(20)]
    meta = {"title": "Example Catalog", "version": "1", "oscal-version": "1.1.2"}
    return json.dumps({"catalog": {"uuid": "0", "metadata": meta, "groups": groups}}).encode()


def control(number: int) -> dict[str, Any]:
    name = f"c-{number}"
    made: dict[str, Any] = {
        "id": name,
        "title": f"Thing {number} is done",
        "props": [{"name": "label", "value": name.upper()}],
        "links": [{"href": f"#c-{place}", "rel": "related"} for place in range(3)],
    }
    if number % 6 == 5 and number < 6 * 182:
        return {**made, "props": [*made["props"], {"name": "status", "value": "withdrawn"}]}
    items = [
        {"name": "item", "prose": f"Do part {n} of it for {{{{ insert: param, {name}_p }}}}. " * 3}
        for n in range(3)
    ]
    parts = [
        {"name": "statement", "parts": items},
        {"name": "guidance", "prose": "Look at it. " * 60},
    ]
    return {**made, "params": [{"id": f"{name}_p", "label": "people named"}], "parts": parts}


def import_of_all(ground: Ground) -> Measured:
    """Read, check, compare and write, as a preview and a load do; then taken back."""
    data = big_catalog()

    def work() -> None:
        with transaction.atomic():
            import_plan.load(import_plan.plan(data), by=None, at=ground.at)
            transaction.set_rollback(True)

    statements = count(work)
    note = f"{len(data) / 1_000_000:.1f} MB, {BIG} controls"
    return Measured(statistics.median(timed(work) for _ in range(3)), statements, note=note)


def export_in(format: str) -> Row:
    """One export of the big edition."""

    def measure(ground: Ground) -> Measured:
        def timed_once() -> float:
            edition = big_edition()  # anew each time, and no part of what is measured
            return timed(lambda: export(edition, format))

        seconds = statistics.median(timed_once() for _ in range(3))
        edition = big_edition()
        return Measured(seconds, count(lambda: export(edition, format)))

    path = f"export of {BIG} criteria: {FORMATS[format].name}"
    return Row(path, measure, statements=6, seconds=2)


ROWS = [
    Row("import of an OSCAL catalog of 1,189", import_of_all, statements=60, seconds=3),
    *(export_in(format) for format in WRITTEN),
    Row("standards page", standards_page, statements=8, needs=("standards",)),
    Row("edition of 1,189 criteria", edition_page, statements=8, needs=("edition",)),
    api("standards"),
    api("editions"),
    api("criteria"),
]
