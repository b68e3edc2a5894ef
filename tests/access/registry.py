"""The register is open to all; what is not listed has no page for anybody."""

import uuid

from tests.access.table import Row, everyone


def listed(world):
    return [world.listed.pk]


def unlisted(world):
    return [world.unlisted.pk]


NOBODY = [uuid.UUID(int=0)]

ROWS = [
    Row("solutions", everyone()),
    Row("solutions", everyone(), query="?q=%00&page=x&least=9&country=Kenia"),
    Row("solution", everyone(), args=listed, unknown=NOBODY),
    Row("solution", everyone(404), args=unlisted, unknown=NOBODY),
    Row("solution-linked", everyone(), args=listed, unknown=NOBODY),
    Row("solution-linked", everyone(404), args=unlisted, unknown=NOBODY),
]
