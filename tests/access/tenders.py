"""Tenders: published ones are everybody's, drafts their buyer's."""

from tests.access.table import Row, everyone, only

ROWS: list[Row] = [
    Row("tenders", everyone()),
    Row("tender", everyone(), lambda world: [world.tender.reference], unknown=["TD-2026-999999"]),
    Row(
        "tender",
        only(buyer=200),
        lambda world: [world.tender_draft.reference],
        unknown=["TD-2026-999999"],
    ),
]
