"""Writing a backup: one moment of the database, then the files that it names."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import connection, transaction

from certcentre.desk.backup import FOLDERS, FORMAT, MANIFEST, BackupRefused, rows

PIECE = 1 << 20  # bytes read at a time


def backup(target: Path, *, at: datetime) -> dict[str, Any]:
    """Write everything to `target`, readable by this user alone; its manifest.

    The file gets its name when it is whole. It holds the signing keys: without them nothing that
    the portal ever signed could be checked again.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already. Choose another name.")
    part = target.with_name(f"{target.name}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError as error:
        raise BackupRefused(
            f"{part} is there: another backup runs, or broke off. Take it away."
        ) from error
    except OSError as error:
        raise BackupRefused(f"{part} cannot be written: {error.strerror}.") from error
    try:
        with open(handle, "w+b") as out:
            with ZipFile(out, "w", ZIP_DEFLATED) as archive:
                manifest = fill(archive, at=at)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    except OSError as error:
        raise BackupRefused(f"The backup broke off: {error.strerror}. Nothing is kept.") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def fill(archive: ZipFile, *, at: datetime) -> dict[str, Any]:
    """Rows first, so that every file they name is there when files are read."""
    tables, files = {}, {}
    with one_moment():
        version = rows.version()
        for label, model in rows.tables().items():
            digest, count = add(archive, f"rows/{label}", rows.lines(model))
            tables[label] = {"sha256": digest, "rows": count}
    for name, path in stored():
        files[name], _ = add(archive, name, pieces(path))
    manifest = {
        "format": FORMAT,
        "made": at.isoformat(),
        "version": version,
        "tables": tables,
        "files": files,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees the database as it stands at its first statement."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def stored() -> Iterator[tuple[str, Path]]:
    """Every file in the folders that are kept, by its name in the archive."""
    base = Path(settings.DATA_DIR)
    for folder in FOLDERS:
        for path in sorted((base / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(base).as_posix(), path


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def add(archive: ZipFile, name: str, content: Iterable[bytes]) -> tuple[str, int]:
    """Write one member; its SHA-256, and the number of pieces: of a table, its rows."""
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for piece in content:
            member.write(piece)
            digest.update(piece)
            count += 1
    return digest.hexdigest(), count
