"""The fields of editions and criteria in a reader's words."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

FIELDS = {
    "name": _("name"),
    "version": _("version"),
    "standard": _("standard"),
    "key": _("key"),
    "issuing_body": _("issued by"),
    "published": _("published"),
    "effective_from": _("in force from"),
    "reference": _("reference"),
    "category": _("kind"),
    "domain": _("domain"),
    "nature": _("whether it is a law"),
    "jurisdictions": _("where"),
    "text_licence": _("licence of the official text"),
    "may_quote_text": _("whether the text may be quoted"),
    "catalogue_licence": _("licence of these words"),
    "notice": _("notice"),
    "source_basis": _("what it was made from"),
    "notes": _("notes"),
    "office_notes": _("notes for editors"),
    "translations": _("translations"),
    "levels": _("levels"),
    "groups": _("groups"),
    "order": _("order"),
    "ref": _("ref"),
    "title": _("title"),
    "statement": _("statement"),
    "level": _("level"),
    "source_id": _("name in the source"),
    "group": _("group"),
    "parent": _("what it is part of"),
    "guidance": _("guidance"),
    "hint": _("what would show it"),
    "verification": _("how it is verified"),
    "force": _("whether it is in force"),
    "more": _("links and parts it applies to"),
}


def in_words(names: Iterable[str]) -> list[str]:
    return [str(FIELDS.get(name, name)) for name in names]


NOT_SAID = "not said in the file"  # stands where an imported file is silent, until an officer says
SAID_OF_ITSELF = {
    "issuing_body": "issuing_body",
    "published": "published_text",
    "reference": "reference",
    "text_licence": "text_licence",
    "may_quote_text": "may_quote_text",
    "catalogue_licence": "catalogue_licence",
    "notice": "notice",
    "source_basis": "source_basis",
    "office_notes": "office_notes",
}

NEEDED = ("issuing_body", "published", "text_licence", "catalogue_licence")


def about(edition: Model) -> list[tuple[str, str]]:
    """What an edition says of itself beside its criteria, field by field."""
    pairs = [(str(FIELDS[key]), getattr(edition, name)) for key, name in SAID_OF_ITSELF.items()]
    return [(capfirst(words), said) for words, said in pairs if said]


def unsaid(edition: Model) -> list[str]:
    """The fields that a file left open and nobody filled in since, in words."""
    return in_words(key for key in NEEDED if getattr(edition, SAID_OF_ITSELF[key]) == NOT_SAID)
