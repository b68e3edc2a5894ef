"""The files of the portal: evidence, documents of calls, and exports. They lie in DATA_DIR/files,
or in a bucket (BUCKET_URL) that several web machines share."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError, transaction
from django.db.models.fields.files import FileDescriptor

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL_SQLITE, FULL_POSTGRES = "SQLITE_FULL", "53100"
FULL_BUCKET = {  # as servers of buckets call it: Ceph, MinIO twice
    *("QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"),
}
PART = ".part"  # ends the name of a file that is not whole yet


def no_room(error: BaseException | None) -> bool:
    """Whether a disk was full, that of files or that of the database, or a bucket, and this came
    of it."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, OperationalError) and {
            getattr(error.__cause__, "sqlite_errorname", ""),
            getattr(error.__cause__, "sqlstate", ""),
        } & {FULL_SQLITE, FULL_POSTGRES}:
            return True
        if bucket_is_full(getattr(error, "response", None)):
            return True
        error = error.__cause__ or error.__context__
    return False


def bucket_is_full(answer: object) -> bool:
    """Whether this is a bucket's answer, as botocore gives it, that it takes no more."""
    if not isinstance(answer, dict):
        return False
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    full: bool = answer.get("Error", {}).get("Code") in FULL_BUCKET
    return full or status == HTTPStatus.INSUFFICIENT_STORAGE


def names(folder: str = "") -> Iterator[str]:
    """The name of every file, those of a folder together."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever filed
        return
    for file in sorted(files):
        name = f"{folder}{file}"
        if file and not is_link(name):
            yield name
    for below in sorted(folders):
        yield from names(f"{folder}{below}/")


def is_link(name: str) -> bool:
    """A link in the folder may lead anywhere, so it is none of ours."""
    return in_folder() and path_of(name).is_symlink()


def in_folder() -> bool:
    return isinstance(default_storage, FileSystemStorage)


def path_of(name: str) -> Path:
    return Path(default_storage.path(name))


def name_of(file: FileDescriptor, at: datetime, own: str) -> str:
    """Where a file lies that came at a moment, by what its field says, such as `Evidence.file`."""
    return at.strftime(str(file.field.upload_to)) + own


def put(name: str, content: IO[bytes]) -> str:
    """Keep it under exactly this name, once it is whole; FileExistsError where there is one.

    In a folder it is written apart, then renamed; a bucket shows nothing before it is whole.
    """
    if default_storage.exists(name):
        raise FileExistsError(name)
    if not in_folder():
        return default_storage.save(name, File(content))
    part = f"{name}.{uuid4().hex[:8]}{PART}"
    try:
        default_storage.save(part, File(content))
        path_of(part).rename(path_of(name))
    except BaseException:
        default_storage.delete(part)
        raise
    return name


def put_aside(file: FileDescriptor, at: datetime, content: IO[bytes]) -> str:
    """Keep what nobody took in yet, under a name that is swept away after a day; the name."""
    return put(name_of(file, at, uuid4().hex + PART), content)


def aside(name: str, called: str) -> File | None:
    """What was put aside under a name, as the file that it was called; None once it was swept
    away."""
    try:
        return File(default_storage.open(name), called)
    except FileNotFoundError:
        return None


def drop_aside(name: str) -> None:
    """Delete it once the step stands that took it in; what stays is swept away."""
    with suppress(Exception):  # of whatever storage: the step stands
        default_storage.delete(name)


@contextmanager
def kept_with_row(name: str | None) -> Iterator[None]:
    """While the row is written that names the file, if one does: without it the file goes too."""
    try:
        yield
    except BaseException:
        if name:
            default_storage.delete(name)
        raise


def forget(file: FileDescriptor, *names: str) -> None:
    """Once the step stands, delete those of these files that no row names any more; `file` is the
    field whose rows do, such as `Document.file`."""

    def delete() -> None:
        rows = file.field.model._base_manager.filter(**{f"{file.field.name}__in": names})
        for name in set(names) - set(rows.values_list(file.field.name, flat=True)):
            default_storage.delete(name)

    transaction.on_commit(delete)


def older_than(moment: datetime, name: str) -> bool:
    return default_storage.get_modified_time(name) < moment


def give_up_uploads(moment: datetime) -> int:
    """End the uploads to a bucket that broke off before then; how many. It keeps their parts, and
    asks money for them, until somebody says that they are given up."""
    if in_folder():
        return 0
    in_bucket: Any = default_storage
    broken = [
        upload for upload in in_bucket.bucket.multipart_uploads.all() if upload.initiated < moment
    ]
    for upload in broken:
        upload.abort()
    return len(broken)
