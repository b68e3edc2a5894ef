"""Writing a set of open data: each data set as lines of JSON and as a table, packed, under one
signed manifest.

Everything is read and written before a row says so: a run that fails leaves the last set as it
was. Nothing is held but a hundred records at a time.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from rest_framework.utils.encoders import JSONEncoder

from certcentre import keys, links
from certcentre.desk.open_data.data_sets import DATA_SETS, DataSet, LeftOut
from certcentre.desk.open_data.publication import KEPT, Publication, PublishedFile
from certcentre.jobs.models import Job
from certcentre.jobs.running import Progress
from certcentre.stored_files import name_of, put
from certcentre.tables.writing import csv_lines

KIND = "desk.publish_data"
JSON_LINES, CSV = "application/jsonl+gzip", "text/csv+gzip"
BEAT = 10.0  # seconds between signs while a file is put away
FIRST = 2  # entries of a list that an example keeps
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Written:
    """A data set in files."""

    records: int
    left_out: list[str]  # references of what the log contradicts
    example: object
    files: dict[str, tuple[Path, str]]  # by name: where it lies, what it is


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def publish(*, at: datetime, tell: Tell = silent) -> Publication:
    """Write and keep a whole set, then take old ones away. KeyTrouble where it cannot be signed;
    nothing stays of a run that fails."""
    key = keys.active(keys.Purpose.DATA)
    while Publication.objects.filter(stamp=(stamp := stamp_of(at))).exists():
        at += timedelta(seconds=1)
    with TemporaryDirectory() as folder, translation.override(settings.LANGUAGE_CODE):
        sets: dict[str, Written] = {}
        for number, each in enumerate(DATA_SETS.values()):
            told = partial(tell, number, len(DATA_SETS))
            sets[each.name] = write(each, Path(folder), at=at, tell=told)
        files = list(described(sets))
        manifest = manifest_of(files, sets, stamp, at)
        made = Publication(
            stamp=stamp,
            at=at,
            manifest=manifest,
            signature=key.sign(manifest),
            key=key.pem,
            examples={name: each.example for name, each in sets.items()},
        )
        keep(made, files, sets, tell)
    Publication.tidy(at=at)
    return made


def stamp_of(at: datetime) -> str:
    """To the second: a second set of one second is of the next."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def write(each: DataSet, folder: Path, *, at: datetime, tell: Callable[[], None]) -> Written:
    """One data set, as lines and from these as a table."""
    lines, table = folder / f"{each.name}.jsonl.gz", folder / f"{each.name}.csv.gz"
    count, left_out, example = 0, list[str](), None
    with packed(lines) as out:
        for record in each.rows(at):
            tell()
            if isinstance(record, LeftOut):
                left_out.append(record.reference)
                continue
            text = json.dumps(record, cls=JSONEncoder, ensure_ascii=False)
            out.write(f"{text}\n".encode())
            example = shortened(json.loads(text)) if example is None else example
            count += 1
    files = {lines.name: (lines, JSON_LINES)}
    if each.flat:
        with packed(table) as out:
            for line in csv_lines(cells(lines, list(each.fields), tell)):
                out.write(line)
        files[table.name] = (table, CSV)
    return Written(count, left_out, example, files)


@contextmanager
def packed(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file without a moment or name in it: the same records make the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as out:
        yield out  # type: ignore[misc]


def cells(lines: Path, columns: list[str], tell: Callable[[], None]) -> Iterator[list[str]]:
    """Headings, then a row for each record; what is no single value stands as JSON."""
    yield columns
    with gzip.open(lines, "rt", encoding="utf-8") as records:
        for line in records:
            tell()
            record = json.loads(line)
            if unknown := record.keys() - set(columns):
                raise ValueError(f"{lines.name} says what its shape does not: {sorted(unknown)}")
            yield [cell(record.get(name)) for name in columns]


def cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def shortened(value: object) -> object:
    """The same with its lists cut short, to be shown."""
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in value.items()}
    return [shortened(each) for each in value[:FIRST]] if isinstance(value, list) else value


def described(sets: dict[str, Written]) -> Iterator[PublishedFile]:
    """The row of each file, which names no place yet."""
    for data_set, written in sets.items():
        for name, (path, media) in written.files.items():
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            yield PublishedFile(
                data_set=data_set,
                name=name,
                media_type=media,
                size=path.stat().st_size,
                digest=digest,
                records=written.records,
            )


def manifest_of(
    files: list[PublishedFile], sets: dict[str, Written], stamp: str, at: datetime
) -> bytes:
    """What there is, word for word as it is signed."""
    content = {
        "publisher": links.full("/"),
        "made": at.astimezone(UTC).isoformat(timespec="seconds"),
        "licence": settings.OPEN_DATA_LICENCE,
        "kept_for_days": KEPT.days,
        "signature": {
            "algorithm": "Ed25519",
            "of": "the bytes of this file",
            "file": place(stamp, "manifest.json.sig"),
            "key": place(stamp, "key.pem"),
        },
        "files": [
            {
                "data_set": each.data_set,
                "licence": DATA_SETS[each.data_set].licence,
                "name": each.name,
                "url": place(stamp, each.name),
                "media_type": each.media_type,
                "records": each.records,
                "left_out": sets[each.data_set].left_out,
                "bytes": each.size,
                "sha256": each.digest,
                "schema": links.full(reverse("data-schema", args=[each.data_set])),
            }
            for each in files
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def place(stamp: str, name: str) -> str:
    return links.full(reverse("data-file", args=[stamp, name]))


def keep(
    made: Publication, files: list[PublishedFile], sets: dict[str, Written], tell: Tell
) -> None:
    """Put the files into the store, then the rows that name them; all of it or nothing."""
    put_there: list[str] = []
    try:
        for each in files:
            path, _media = sets[each.data_set].files[each.name]
            own = f"{made.stamp}-{uuid4().hex[:8]}-{each.name}"
            each.file.name = name_of(PublishedFile.file, made.at, own)
            put_there.append(each.file.name)
            put_telling(each.file.name, path, partial(tell, len(DATA_SETS), len(DATA_SETS)))
        with transaction.atomic():
            made.save()
            for each in files:
                each.publication = made
            PublishedFile.objects.bulk_create(files)
    except BaseException:
        for name in put_there:
            default_storage.delete(name)
        raise


def put_telling(name: str, path: Path, tell: Callable[[], None]) -> None:
    """Put one file into the store, and tell meanwhile, which keeps the lease however long it
    takes."""
    tell()
    with path.open("rb") as content, ThreadPoolExecutor(1) as pool:
        putting = pool.submit(put, name, content)
        while wait([putting], timeout=BEAT).not_done:
            tell()
        putting.result()


def work(job: Job, progress: Progress) -> tuple[bytes, str]:
    """The job: its own file is the manifest."""
    made = publish(at=progress.now(), tell=progress)
    return bytes(made.manifest), "manifest.json"


def ask_for(*, at: datetime) -> Job | None:
    """Ask for the set of the day, unless somebody is at one."""
    if Job.objects.filter(kind=KIND, finished_at=None).exists():
        return None
    return Job.request(KIND, title="Open data", asked={}, by=None, at=at)
