"""Who may open what."""

from uuid import UUID

from tests.access.table import Row, only


def moved(world):
    return [world.declaration.assessment_id, world.announced.key]


NOWHERE = [UUID(int=0), "none-such"]

ROWS: list[Row] = [
    Row("assessment-move", only(provider=200, reader=403), moved, unknown=NOWHERE),
    Row("assessment-move", only(provider=409, reader=403), moved, method="post", unknown=NOWHERE),
]
