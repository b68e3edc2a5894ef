"""Restoring a backup: all of it is checked before anything is written."""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.db import transaction

from certcentre.accounts.models import Organisation, User
from certcentre.desk.backup import FOLDERS, FORMAT, MANIFEST, BackupRefused, rows
from certcentre.desk.backup.writing import PIECE
from standards.registry.matching.state import process


def restore(source: Path) -> dict[str, Any]:
    """Fill an empty portal from a backup; its manifest. All of it, or nothing.

    Empty: nobody and no organisation is in it, and no file lies where one is restored.
    """
    require_empty()
    with opened(source) as archive:
        manifest = read_manifest(archive)
        require_same_tables(manifest)
        check(archive, manifest)
        new = [name for name in manifest["files"] if not there(name)]
        if taken := sorted(set(manifest["files"]) - set(new)):
            raise BackupRefused(
                f"{taken[0]} lies in DATA_DIR already ({len(taken)} such files). Restore with a "
                "DATA_DIR of its own."
            )
        written: list[Path] = []
        try:
            with transaction.atomic():
                load(archive, manifest)
                for name in new:
                    written.append(put(archive, name))
        except BaseException as error:
            for path in written:
                path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                words = f"Restoring broke off: {error.strerror}. Nothing was changed."
                raise BackupRefused(words) from error
            raise
    process.forget()
    return manifest


def require_empty() -> None:
    people, organisations = User.objects.count(), Organisation.objects.count()
    if people or organisations:
        raise BackupRefused(
            f"This portal holds {people} people and {organisations} organisations. Restore into "
            "an empty one: set DATABASE_URL to a new database, DATA_DIR to a new folder, and run "
            "`migrate` first. Nothing was changed."
        )


@contextmanager
def opened(source: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(source) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupRefused(f"There is no {source}.") from error
    except (BadZipFile, EOFError, zlib.error) as error:
        raise BackupRefused(f"{source} is damaged, or no backup: {error}.") from error


def read_manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        known = manifest["format"] == FORMAT and {"version", "tables", "files"} <= manifest.keys()
    except (KeyError, TypeError, ValueError):
        known = False
    if not known:
        raise BackupRefused("This file is no backup of a portal.")
    return manifest


def require_same_tables(manifest: dict[str, Any]) -> None:
    here, there_ = rows.version(), manifest["version"]
    for app in sorted(here.keys() | there_.keys()):
        if here.get(app) != there_.get(app):
            raise BackupRefused(
                f"The backup was made with tables at {app} {there_.get(app, 'nothing')}; here "
                f"they are at {here.get(app, 'nothing')}. Restore it with the version of the "
                "portal that made it, then upgrade and run `migrate`."
            )


def check(archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Every member is named, whole and unchanged, and lies in a folder of ours."""
    digests = {f"rows/{label}": table["sha256"] for label, table in manifest["tables"].items()}
    digests |= manifest["files"]
    for name in manifest["files"]:
        path = PurePosixPath(name)
        if (
            path.is_absolute()
            or ".." in path.parts
            or path.parts[:1] not in [(folder,) for folder in FOLDERS]
        ):
            raise BackupRefused(f"{name} is no place for a file. Nothing was changed.")
    if manifest["tables"].keys() != rows.tables().keys():
        raise BackupRefused("The backup does not hold every table. Nothing was changed.")
    names = set(archive.namelist()) - {MANIFEST}
    for name in sorted(names | digests.keys()):
        if name not in names or name not in digests or digest(archive, name) != digests[name]:
            raise BackupRefused(f"{name} was changed or is missing. Nothing was changed here.")


def digest(archive: ZipFile, name: str) -> str:
    hashed = hashlib.sha256()
    with archive.open(name) as member:
        while piece := member.read(PIECE):
            hashed.update(piece)
    return hashed.hexdigest()


def load(archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Every row, in the place of what `migrate` and `load_standards` had put there."""
    models = rows.tables()
    rows.empty(models.values())
    for label, model in models.items():
        with archive.open(f"rows/{label}") as member:
            written = rows.write(model, member)
        if written != manifest["tables"][label]["rows"]:
            raise BackupRefused(f"{label} does not hold as many rows as it says.")
    rows.go_on_counting(models.values())


def there(name: str) -> bool:
    return (Path(settings.DATA_DIR) / name).exists()


def put(archive: ZipFile, name: str) -> Path:
    """One file into DATA_DIR, under another name until it is whole."""
    path = Path(settings.DATA_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    try:
        with archive.open(name) as member, writable(part) as out:
            shutil.copyfileobj(member, out, PIECE)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def writable(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")
