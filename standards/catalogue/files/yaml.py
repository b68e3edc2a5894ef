"""Our own YAML: one edition with everything, as it ships with the portal."""

from typing import Any

import yaml
from django.utils.translation import gettext

from standards.catalogue.checking import Known, edition_reasons, translation_reasons
from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.parsing import Loader, from_yaml
from standards.catalogue.files.record import as_record, from_record
from standards.catalogue.files.shape import Document, Read
from standards.catalogue.shapes import misfits

MOST_SHOWN = 40


def read(data: str, name: str = "") -> Read:
    """One edition. Refused with every key that is missing, unknown, or of the wrong kind."""
    found = from_yaml(data, Loader)
    if not isinstance(found, dict) or "criteria" not in found:
        raise Refused(
            gettext(
                "The file is not one edition of ours: it has no `criteria`. Facts, "
                "rules, needs and profiles are loaded with load_standards."
            )
        )
    refuse(wrongs(found))
    return Read(document=from_record(found))


def wrongs(record: dict[str, Any]) -> list[str]:
    """What keeps a record from being an edition that the catalogue can hold."""
    reasons = list(misfits("edition", record))
    if not reasons:
        reasons = [
            *translation_reasons("edition", record),
            *edition_reasons(record, Known()),
        ]
    return reasons


def refuse(reasons: list[str]) -> None:
    more = len(reasons) - MOST_SHOWN
    if reasons:
        raise Refused(*reasons[:MOST_SHOWN], *([f"And {more} more."] if more > 0 else []))


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Long texts folded, dates as dates, no aliases: what our own reader takes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(said: Document) -> tuple[bytes, list[Loss]]:
    text = yaml.dump(as_record(said), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)
    head = f"# {said.name}. {said.notice}".replace("\n", " ")
    return f"{head}\n{text}".encode(), []
