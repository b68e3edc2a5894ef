"""The files of the portal: evidence and exports. They lie in DATA_DIR/files, or in a bucket
(BUCKET_URL) that several web machines share."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage


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


def put(name: str, content: IO[bytes]) -> str:
    """Keep it under exactly this name, once it is whole; FileExistsError where there is one.

    In a folder it is written apart, then renamed; a bucket shows nothing before it is whole.
    """
    if default_storage.exists(name):
        raise FileExistsError(name)
    if not in_folder():
        return default_storage.save(name, File(content))
    part = default_storage.save(f"{name}.{uuid4().hex[:8]}.part", File(content))
    try:
        path_of(part).rename(path_of(name))
    except BaseException:
        default_storage.delete(part)
        raise
    return name
