"""Our own YAML: one edition with everything, as it ships with the portal."""

import yaml
from django.utils.translation import gettext
from pydantic import ValidationError

from standards.catalogue.checking import Known, edition_reasons
from standards.catalogue.content import loose_ends
from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import Loader, from_yaml
from standards.catalogue.files.soundness import group_by_headings
from standards.catalogue.records import wrongs
from standards.catalogue.schema import Document, EditionRecord

KEPT_HERE = {
    *("supersedes", "grace_until", "last_checked", "status", "criteria_count"),
    *("office_notes", "revision"),
}
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
    reasons = list(loose_ends(found))
    try:
        record = EditionRecord.model_validate(found)
    except ValidationError as error:
        raise refused([*wrongs(error, found), *reasons]) from error
    reasons += edition_reasons(record, Known())
    if reasons:
        raise refused(reasons)
    document = Document.model_construct(**{n: v for n, v in record if n not in KEPT_HERE})
    group_by_headings(document)
    return Read(document=document)


def refused(reasons: list[str]) -> Refused:
    more = len(reasons) - MOST_SHOWN
    return Refused(*reasons[:MOST_SHOWN], *([f"And {more} more."] if more > 0 else []))


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Long texts folded, dates as dates, no aliases: what our own reader takes."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write(said: Document) -> tuple[bytes, list[Loss]]:
    said.finish()
    record = said.model_dump(by_alias=True, exclude_defaults=True, exclude=KEPT_HERE)
    text = yaml.dump(record, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)
    head = f"# {said.name}. {said.notice}".replace("\n", " ")
    return f"{head}\n{text}".encode(), []
