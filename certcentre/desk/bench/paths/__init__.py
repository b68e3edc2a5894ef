"""The paths that are measured, of every slice, in the order of the table."""

from certcentre.desk.bench.paths import catalogue, inbox, log, register, sheet, tenders

ROWS = [*log.ROWS, *register.ROWS, *catalogue.ROWS, *sheet.ROWS, *tenders.ROWS, *inbox.ROWS]
