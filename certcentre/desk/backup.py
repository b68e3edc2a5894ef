"""The whole portal in one file, and back: rows, evidence and exports, keys, kept checkpoints.

A zip file. `rows/<app>.<model>` holds a line of JSON for each row, the same for every database, so
that a portal may also move from SQLite to PostgreSQL. `files/` holds evidence and exports, wherever
they lie; `keys/` and `log/` are folders of DATA_DIR. `manifest.json` says when it was made, by
which version of the tables, and the digest and number of everything in it. What a new installation
makes by itself is left out: sessions, caches, and the sets of open data, which are written anew
every day and taken away while a backup may run.
"""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from certcentre import stored_files
from certcentre.accounts.models import Organisation, User
from certcentre.desk import backup_age, record_check
from certcentre.desk.kept_rows import (
    backed_up_tables,
    empty_tables,
    go_on_counting,
    json_lines,
    table_versions,
    write_rows,
)
from certcentre.desk.open_data.publication import FOLDER
from certcentre.log import sequencer
from certcentre.log.note import BadNote
from certcentre.log.signed import everywhere
from certcentre.log.verifying import shorter, verify
from standards.registry.matching.state import process

FORMAT = "certcentre.backup/1"
MANIFEST = "manifest.json"
FILES = "files/"  # in DATA_DIR, or in the bucket
# of DATA_DIR: what signs or names rows comes before them, what they name comes after
BEFORE, AFTER = ("log",), ("keys",)
FOLDERS = (*BEFORE, *AFTER)


class BackupRefused(Exception):
    """Why nothing was written or restored, and what to do."""


PIECE = 1 << 20  # bytes read at a time


def backup(target: Path, *, at: datetime) -> dict[str, Any]:
    """Write everything to `target`, readable by this user alone; its manifest.

    The file gets its name when it is whole and was read back; then the log is told. It holds the
    signing keys: without them nothing that the portal ever signed could be checked again.
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
        with opened(part) as archive:
            check(archive, read_manifest(archive))
        part.rename(target)
    except OSError as error:
        raise BackupRefused(f"The backup broke off: {error.strerror}. Nothing is kept.") from error
    finally:
        part.unlink(missing_ok=True)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest["unnoted"] = backup_age.note(at=at, digest=digest, size=target.stat().st_size)
    return manifest


def fill(archive: ZipFile, *, at: datetime) -> dict[str, Any]:
    """Each in its turn: rows hold every entry that a kept checkpoint was signed over, and what they
    name, files and keys, is there when those are read."""
    tables, files = {}, {}
    for name, content in in_folders(BEFORE):
        files[name], _ = add(archive, name, pieces(content))
    with one_moment():
        version = table_versions()
        for label, model in backed_up_tables().items():
            digest, count = add(archive, f"rows/{label}", json_lines(model))
            tables[label] = {"sha256": digest, "rows": count}
    for name, content in stored():
        files[name], _ = add(archive, name, pieces(content))
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


Content = Callable[[], Any]  # opens a file to be read


def stored() -> Iterator[tuple[str, Content]]:
    """Every file that rows name, by its name in the archive, and what opens it; and the keys."""
    for name in stored_files.names():
        if not name.startswith(FOLDER):
            yield f"{FILES}{name}", partial(default_storage.open, name)
    yield from in_folders(AFTER)


def in_folders(names: Iterable[str]) -> Iterator[tuple[str, Content]]:
    base = Path(settings.DATA_DIR)
    for path in (path for name in names for path in sorted((base / name).rglob("*"))):
        own = record_check.is_own(path)  # a restored portal is compared anew
        if path.is_file() and not path.is_symlink() and not own:
            yield path.relative_to(base).as_posix(), partial(open, path, "rb")


def pieces(content: Content) -> Iterator[bytes]:
    with content() as source:
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


def restore(
    source: Path, *, at: datetime, kept: Sequence[Path] = (), as_it_is: bool = False
) -> dict[str, Any]:
    """Fill an empty portal from a backup; its manifest. All of it, or nothing.

    Empty: nobody and no organisation is in it, and no file lies where one is restored. `kept`:
    files with checkpoints that somebody kept elsewhere, which the log must agree with beside the
    backup's own. `as_it_is`: also where its log and its records contradict each other.
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
        written: list[Callable[[], object]] = []
        try:
            with transaction.atomic():
                load(archive, manifest)
                for name in new:
                    written.append(put(archive, name))
                if not as_it_is:
                    require_unforged(kept, at=at)
        except BaseException as error:
            for take_away in written:
                take_away()
            if isinstance(error, OSError):
                words = f"Restoring broke off: {error.strerror}. Nothing was changed."
                raise BackupRefused(words) from error
            raise
    process.forget()
    return manifest


def require_unforged(kept: Sequence[Path], *, at: datetime) -> None:
    """A manifest can be forged with the rest; what was signed before and kept elsewhere cannot.

    The log must begin as the checkpoints say, its own and those that were kept elsewhere, and
    every record be what the log says of it, with all that `verify_records` compares.
    """
    try:
        signed = list(everywhere(kept))
    except BadNote as error:
        raise BackupRefused(f"{error} Nothing was changed.") from error
    fault = shorter(sequencer.size(), signed) or verify(signed, processes=1).fault
    if fault:
        raise BackupRefused(
            f"The log of this backup is not the one that was signed. {fault} Nothing was changed."
        )
    if wrong := list(islice(record_check.every_difference(at=at), 3)):
        raise BackupRefused(
            f"Records of this backup are not what its log says of them: {'; '.join(wrong)}. "
            "Nothing was changed."
        )


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
    here, there_ = table_versions(), manifest["version"]
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
            or path.parts[:1] not in [(folder,) for folder in (FILES[:-1], *FOLDERS)]
        ):
            raise BackupRefused(f"{name} is no place for a file. Nothing was changed.")
    if manifest["tables"].keys() != backed_up_tables().keys():
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
    models = backed_up_tables()
    empty_tables(models.values())
    for label, model in models.items():
        with archive.open(f"rows/{label}") as member:
            written = write_rows(model, member)
        if written != manifest["tables"][label]["rows"]:
            raise BackupRefused(f"{label} does not hold as many rows as it says.")
    go_on_counting(models.values())


def there(name: str) -> bool:
    if name.startswith(FILES):
        return default_storage.exists(name.removeprefix(FILES))
    return (Path(settings.DATA_DIR) / name).exists()


def put(archive: ZipFile, name: str) -> Callable[[], object]:
    """One file to where it belongs, under its name once it is whole; what takes it away again."""
    if name.startswith(FILES):
        with archive.open(name) as member:
            kept = stored_files.put(name.removeprefix(FILES), member)
        return partial(default_storage.delete, kept)
    path = Path(settings.DATA_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    try:
        with archive.open(name) as member, writable(part) as out:
            shutil.copyfileobj(member, out, PIECE)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path.unlink


def writable(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")
