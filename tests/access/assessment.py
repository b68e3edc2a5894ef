"""Who may open what."""

from uuid import UUID

from tests.access.table import Row, only


def moved(world):
    return [world.declaration.assessment_id, world.announced.key]


def released(world):
    return [world.declaration.release_id]


NOWHERE = [UUID(int=0), "none-such"]


def declared(world):
    return [world.declaration.assessment_id]


NO_ASSESSMENT = [UUID(int=0)]

ROWS: list[Row] = [
    Row("release-reuse", only(provider=200, reader=200), released, unknown=[UUID(int=0)]),
    Row(
        "release-reuse-edition",
        only(provider=200, reader=200),
        lambda w: [*released(w), w.edition.key],
        unknown=NOWHERE,
    ),
    Row("assessment-report", only(provider=200, reader=403), declared, unknown=NO_ASSESSMENT),
    Row(
        "assessment-report",
        only(provider=422, reader=403),
        declared,
        method="post",
        unknown=NO_ASSESSMENT,
    ),
    Row("assessment-report-file", only(), declared, unknown=NO_ASSESSMENT),  # no answers to WCAG
    Row("assessment-move", only(provider=200, reader=403), moved, unknown=NOWHERE),
    Row("assessment-move", only(provider=409, reader=403), moved, method="post", unknown=NOWHERE),
]
