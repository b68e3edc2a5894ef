"""What lies about after something broke off: files that no row names, parts, broken uploads.

A row is what makes a file ours. Where many files lack theirs, or all of them, the database is more
likely to be the wrong one, or an old one, than the files: then nothing is taken away and the
operator is told.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import FileField

from certcentre import stored_files
from certcentre.desk.kept_rows import kept_tables
from certcentre.jobs.models import Job
from standards.assessment.evidence import Evidence
from tenders.bids.dossier import BidFile
from tenders.documents import Document

DAY = timedelta(days=1)
FEW, SHARE = 20, 0.1  # more leftovers than both are no leftovers
log = logging.getLogger(__name__)


def named() -> Iterator[str]:
    """Every name that a row holds."""
    for model in kept_tables().values():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.exclude(**{field.name: ""})
                yield from rows.values_list(field.name, flat=True).iterator()


def sent_with_jobs(*, done: bool) -> set[str]:
    """The files that were sent with jobs which still need them, or no longer."""
    jobs = Job.objects.filter(finished_at__isnull=not done, asked__has_key="into")
    return set(jobs.values_list("asked__into", flat=True))


def sweep(*, at: datetime) -> int:
    """Take away what is older than a day and belongs to nothing, or was sent with a job that has
    ended; how many files. Tell of rows whose file is not there."""
    there, ours = set(stored_files.names()), {*named(), *sent_with_jobs(done=False)}
    spent = sent_with_jobs(done=True)
    old = [name for name in sorted(there - ours) if stored_files.older_than(at - DAY, name)]
    parts = [name for name in old if name.endswith(stored_files.PART) or name in spent]
    strays = [name for name in old if name not in parts]
    many = len(strays) > FEW and len(strays) > SHARE * len(there)
    if strays and (many or not there & (ours | spent)):
        log.error(
            "%s of %s files belong to no row. None was taken away: is this the right database?",
            len(strays),
            len(there),
        )
        strays = []
    for name in (*parts, *strays):
        default_storage.delete(name)
    uploads = stored_files.give_up_uploads(at - DAY)
    if parts or strays or uploads:
        taken = (len(parts), len(strays), uploads)
        log.info("leftovers taken away: %s parts and sent files, %s strays, %s uploads", *taken)
    tell_of_missing(there)
    return len(parts) + len(strays)


def tell_of_missing(there: set[str]) -> None:
    every = {
        "pieces of evidence": Evidence.objects.on_file().exclude(file=""),
        "documents of tenders": Document.objects.all(),
        "files of bids": BidFile.objects.all(),
    }
    for what, rows in every.items():
        kept = rows.values_list("pk", "file")
        missing = [str(key) for key, name in kept.iterator() if name not in there]
        if missing:
            log.error("%s %s have lost their file: %s", len(missing), what, missing[:20])
