"""What a file leaves open: put in, so that an edition says everything, and told as made up."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.field_labels import NOT_SAID, in_words
from standards.catalogue.files.shape import Document, Loss, slug

ASKED = ("name", "version", "standard", "key", "issuing_body", "published", "reference",
         "category", "domain", "text_licence", "catalogue_licence", "notice",
         "language")  # fmt: skip
SUBJECTS = {"oscal": "security", "library": "security"}  # what most files of a format are about
CATEGORIES = {
    "accessibility": "ethical",
    "pedagogical": "ethical",
    "ethical": "ethical",
    "ai": "ethical",
    "child_rights": "legal",
}
MOST_KEY = 80


def complete(said: Document, format: str, asked: Mapping[str, Any], file: str = "") -> list[Loss]:
    """Take what the officer said, then what can be made; fields that were made up are told."""
    for name in ASKED:
        if asked.get(name):
            setattr(said, name, str(asked[name]))
    made = []
    if not said.name and file:
        said.name = re.sub(r"[_\s]+", " ", file.rpartition(".")[0] or file).strip()
        made.append("name")
    head = said.name.partition(":")[0]
    for name, text in (
        ("version", "1"),
        ("standard", slug(head)),
        ("issuing_body", NOT_SAID),
        ("published", NOT_SAID),
        ("reference", said.name[:250]),
        ("text_licence", NOT_SAID),
        ("may_quote_text", NOT_SAID),
        ("catalogue_licence", NOT_SAID),
        ("domain", SUBJECTS.get(format, "technical")),
    ):
        if not getattr(said, name):
            setattr(said, name, text)
            made.append(name)
    if not said.category:
        said.category = CATEGORIES.get(said.domain, said.domain)
        made.append("category")
    if not said.jurisdictions:
        said.jurisdictions = ["global"]
        made.append("jurisdictions")
    version = slug(said.version, 30)
    said.key = said.key or f"{slug(head, MOST_KEY - 1 - len(version))}-{version}".strip("-")
    for item in said.items:
        item.domain = item.domain or said.domain
    why = gettext("the file does not say; look at it before you publish")
    told = Loss(gettext("Facts about the edition"), why, tuple(in_words(made)), made=True)
    return [told] if made else []
