"""The access table: every address, every person, the expected answer."""

from tests.access import (
    accounts,
    assessment,
    assessment_access,
    assessment_products,
    assessment_sheet,
    attestation,
    catalogue,
    desk,
    jobs,
    registry,
    tenders,
)

TABLE = [
    *desk.ROWS,
    *accounts.ROWS,
    *catalogue.ROWS,
    *assessment.ROWS,
    *assessment_access.ROWS,
    *assessment_products.ROWS,
    *assessment_sheet.ROWS,
    *attestation.ROWS,
    *registry.ROWS,
    *tenders.ROWS,
    *jobs.ROWS,
]
