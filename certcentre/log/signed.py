"""Checkpoints that the log must agree with: the portal's own, and those that somebody kept."""

from collections.abc import Iterator
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


def signed_in(path: Path) -> Iterator[Signed]:
    """The checkpoints that somebody kept in a file, each signed by one of the portal's own keys.

    BadNote, ValueError or OSError say why not."""
    for text in note.parse_all(path.read_text()):
        yield own(text, f"in {path.name}")


def signed_in_database() -> Iterator[Signed]:
    """The portal's own checkpoints, each signed by one of its keys; BadNote says which is not."""
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
