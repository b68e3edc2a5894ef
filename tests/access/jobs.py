"""The page of a job, and its file: for the person who asked for it."""

from uuid import UUID

from tests.access.table import Row, only

NOWHERE = [UUID(int=0)]

ROWS = [
    Row("job", only(buyer=200), args=lambda world: [world.job.pk], unknown=NOWHERE),
    Row("job-file", only(buyer=200), args=lambda world: [world.job.pk], unknown=NOWHERE),
]
