"""The public log as people read it: each step in words, from the bytes that the tree holds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.desk import addresses
from certcentre.log.models import LogEntry
from certcentre.steps import every_step
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Release, Solution

# kind of step → its words, the models it is about
KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "certificates": (
        _("Certificates and verifications"),
        ("standards.certificate", "standards.externalcertificate"),
    ),
    "declarations": (_("Declarations"), ("standards.assessment", "standards.declaration")),
    "accreditations": (_("Accreditations"), ("standards.accreditation",)),
    "solutions": (_("Solutions and releases"), ("standards.solution", "standards.release")),
    "tenders": (_("Tenders"), ("tenders.tender",)),
    "organisations": (_("Organisations"), ("accounts.organisation",)),
    "catalogue": (
        _("The catalogue"),
        tuple(
            f"standards.{name}"
            for name in ("standard", "edition", "need", "mapping", "rule", "profile", "scheme")
        ),
    ),
}
MODELS = {label for _words, labels in KINDS.values() for label in labels}
WITH = {"standards.release": ("solution",), "standards.mapping": ("source", "target")}
PAGED = {  # for everybody
    "certificate",
    "declaration",
    "accreditation",
    "externalcertificate",
    "edition",
    "need",
    "tender",
}
STEPS: dict[str, Promise] = {
    "declaration.declared": _("Declaration made"),
    "edition.changed": _("Edition corrected"),
    "standard.renamed": _("Standard renamed"),
    "edition.published": _("Edition published"),
    "edition.withdrawn": _("Edition withdrawn"),
    "mapping.changed": _("Mapping changed"),
    "mapping.published": _("Mapping published"),
    "mapping.withdrawn": _("Mapping withdrawn"),
    "need.changed": _("Learner need changed"),
    "need.published": _("Learner need published"),
    "need.withdrawn": _("Learner need withdrawn"),
    "profile.changed": _("Profile changed"),
    "profile.published": _("Profile published"),
    "profile.withdrawn": _("Profile withdrawn"),
    "rule.changed": _("Rule changed"),
    "rule.published": _("Rule published"),
    "rule.withdrawn": _("Rule withdrawn"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words. All of it but the names comes from the bytes."""

    index: int
    at: datetime
    words: Promise | str
    about: str
    url: str
    organisation: str
    reason: str
    before: str
    after: str


@dataclass(frozen=True)
class Names:
    """What the keys in the bytes are called today, as far as everybody may know."""

    records: dict[str, Any]
    organisations: dict[str, str]
    listed: set[Any]


def lines(entries: Iterable[LogEntry]) -> list[Line]:
    """The entries in words; one statement for each kind of record that they are about."""
    said = [(entry.leaf_index or 0, json.loads(bytes(entry.body))) for entry in entries]
    names = called([body for _index, body in said])
    return [line(index, body, names) for index, body in said]


def public_words(name: str) -> Promise | str:
    """What a step is called in public."""
    step = every_step().get(name)
    return step.public if step and step.public else STEPS.get(name, name)


def called(bodies: list[dict[str, Any]]) -> Names:
    records = found([body["subject"] for body in bodies])
    keys = {body["organisation"] for body in bodies} - {None}
    rows = Organisation.objects.filter(pk__in=keys).values_list("pk", "name")
    about = [record for record in records.values() if isinstance(record, Solution | Release)]
    solutions = {getattr(one, "solution_id", one.pk) for one in about}
    shown = Solution.objects.listed().filter(pk__in=solutions)
    return Names(
        records,
        {str(key): name for key, name in rows},
        set(shown.values_list("pk", flat=True)),
    )


def line(index: int, body: dict[str, Any], names: Names) -> Line:
    record = names.records.get(body["subject"])
    about, url = named(body, record, names.listed)
    return Line(
        index=index,
        at=datetime.fromisoformat(body["at"]),
        words=public_words(body["step"]),
        about=about,
        url=url,
        organisation=names.organisations.get(body["organisation"] or "", ""),
        reason=body["reason"],
        before=state(record, body["from"]),
        after=state(record, body["to"]),
    )


def named(body: dict[str, Any], record: Any, listed: set[Any]) -> tuple[str, str]:
    """What a step is about, by name where the public may know it, and its page."""
    kind = body["subject"].partition(":")[0].partition(".")[2]
    if kind == "assessment":
        number = str(body["detail"].get("number", ""))
        return number, addresses.of(Declaration(number=number)) if number else ""
    if record is None:
        return "", ""
    if kind in ("solution", "release"):
        solution = record if kind == "solution" else record.solution
        return (str(record), solution.get_absolute_url()) if solution.pk in listed else ("", "")
    return str(record), addresses.of(record) if kind in PAGED else ""


def state(record: Any, value: str) -> str:
    """A state in the reader's words, where its record has words for it."""
    choices = dict(record._meta.get_field("status").flatchoices) if has_status(record) else {}
    return str(choices.get(value, value))


def has_status(record: Any) -> bool:
    return record is not None and any(field.name == "status" for field in record._meta.fields)


def found(subjects: Iterable[str]) -> dict[str, Any]:
    """The records of `model:key`, by that name."""
    keys: dict[str, set[str]] = {}
    for label, _colon, key in {tuple(subject.partition(":")) for subject in subjects}:
        keys.setdefault(label, set()).add(key)
    records = {}
    for label in keys.keys() & MODELS:
        rows = apps.get_model(label)._base_manager.filter(pk__in=keys[label])
        for row in rows.select_related(*WITH[label]) if label in WITH else rows:
            records[f"{label}:{row.pk}"] = row
    return records


def steps(*, kind: str = "", about: Any = None) -> QuerySet[LogEntry]:
    """Public entries that have a place in the tree, newest first."""
    rows = LogEntry.objects.public().filter(leaf_index__isnull=False)
    if kind in KINDS:
        rows = rows.filter(subject_type__in=KINDS[kind][1])
    if about is not None:
        rows = rows.filter(subject_type=about._meta.label_lower, subject_id=str(about.pk))
    return rows.order_by("-leaf_index").only("leaf_index", "body")
