"""`manage.py compile_messages`: .po to .mo, before a server or the tests start."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class BadTranslation(Exception):
    """A file of translations that cannot be read, or whose placeholders differ."""


def stale() -> Iterator[tuple[Path, Path]]:
    """Each .po whose .mo is missing or older, with the .mo's path."""
    for folder in settings.LOCALE_PATHS:
        for words in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = words.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < words.stat().st_mtime:
                yield words, compiled


def read(words: Path) -> Catalog:
    """The catalogue of one file, with every placeholder checked against its English."""
    try:
        with words.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise BadTranslation(f"{words}: {error}") from error
    for message, errors in catalogue.check():
        raise BadTranslation(f"{words}, line {message.lineno}: {errors[0]}")
    return catalogue


def compile_messages() -> list[Path]:
    """Compile what is stale; the files written. Nothing to do where there is no translation."""
    written = []
    for words, compiled in stale():
        catalogue = read(words)
        part = compiled.with_suffix(f".{os.getpid()}")
        with part.open("wb") as target:
            write_mo(target, catalogue)
        os.replace(part, compiled)
        written.append(compiled)
    return written


class Command(BaseCommand):
    help = "Compile the translations that have changed. Needs no gettext on the machine."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_messages()
        except BadTranslation as bad:
            raise CommandError(str(bad)) from bad
        for path in written:
            self.stdout.write(f"compiled {path}")
