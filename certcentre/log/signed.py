"""Checkpoints that the log must agree with: the portal's own, and those that somebody kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from certcentre.log import checkpoints, note
from certcentre.log.checkpoint import Checkpoint


@dataclass(frozen=True)
class Signed:
    """A checkpoint that the log must agree with, and where it was found."""

    size: int
    root: bytes
    where: str


class Unsigned(note.BadNote):
    """A checkpoint that no key of this portal signed."""


class Unreadable(note.BadNote):
    """A file of which no checkpoint can be read."""


def everywhere(kept: Iterable[Path] = ()) -> Iterator[Signed]:
    """The portal's own checkpoints, in the database and in DATA_DIR, and those in files that
    somebody kept, each signed by one of its keys; BadNote says which is not."""
    yield from in_database()
    yield from in_files([*filter(Path.exists, [checkpoints.kept()]), *kept])


def in_files(paths: Iterable[Path]) -> Iterator[Signed]:
    for path in paths:
        try:
            texts = note.parse_all(path.read_text())
        except (OSError, ValueError) as error:
            raise Unreadable(f"{path} could not be read: {error}") from error
        for text in texts:
            yield own(text, f"in {path.name}")


def in_database() -> Iterator[Signed]:
    for checkpoint in Checkpoint.objects.order_by("size").iterator():
        try:
            yield own(checkpoint.read, "in the database")
        except Unsigned:
            raise
        except note.BadNote as error:
            words = f"{checkpoint} in the database was changed: {error}"
            raise note.BadNote(words) from error


def own(text: note.Note, where: str) -> Signed:
    if checkpoints.signer(text) is None:
        raise Unsigned(
            f"The checkpoint of {text.size} entries {where} is not signed by a key of this portal, "
            "or was changed after signing."
        )
    return Signed(text.size, text.root, where)
