"""Who may open what."""

from tests.access.table import Row

ROWS: list[Row] = []
