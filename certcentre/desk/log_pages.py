"""The log's pages: the public steps, one entry with its proof, and the newest checkpoint."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certcentre import keys
from certcentre.accounts.models import Organisation
from certcentre.desk import addresses
from certcentre.desk.addresses import numbered
from certcentre.log import checkpoints, note, sequencer, stamping, tree
from certcentre.log.models import Checkpoint, LogEntry
from certcentre.log.tiles import inclusion
from certcentre.numbers import LONGEST
from certcentre.steps import every_step
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Release, Solution
from standards.attestation.certificates import Certificate

# kind of step → its words, the models it is about
KINDS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "certificates": (
        _("Certificates and verifications"),
        ("standards.certificate", "standards.externalcertificate"),
    ),
    "declarations": (_("Declarations"), ("standards.assessment", "standards.declaration")),
    "accreditations": (_("Accreditations"), ("standards.accreditation",)),
    "solutions": (_("Solutions and releases"), ("standards.solution", "standards.release")),
    "tenders": (
        _("Tenders"),
        (
            "tenders.tender",
            "tenders.lot",
            "tenders.enquiry",
            "tenders.opening",
            "tenders.evaluation",
        ),
    ),
    "cases": (_("Cases"), ("desk.case",)),
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
WITH = {
    "standards.release": ("solution",),
    "standards.assessment": ("release__solution",),
    "standards.mapping": ("source", "target"),
}
PAGED = {  # for everybody
    "certificate",
    "declaration",
    "accreditation",
    "externalcertificate",
    "edition",
    "need",
    "tender",
    "enquiry",
    "lot",
    "evaluation",
    "case",
}


@dataclass(frozen=True)
class Line:
    """One entry in words. All of it but the names comes from the bytes."""

    index: int
    at: datetime
    words: Promise | str
    about: str
    url: str
    product: str  # the release that a certificate or declaration is about
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
    bodies = [(entry.leaf_index or 0, json.loads(bytes(entry.body))) for entry in entries]
    names = called([body for _index, body in bodies])
    return [line(index, body, names) for index, body in bodies]


def public_words(name: str) -> Promise | str:
    """What a step is called in public."""
    step = every_step().get(name)
    return step.public if step and step.public else name


def called(bodies: list[dict[str, Any]]) -> Names:
    records = records_of([body["subject"] for body in bodies])
    keys = {body["organisation"] for body in bodies} - {None}
    rows = Organisation.objects.filter(pk__in=keys).values_list("pk", "name")
    solutions = {each.pk for each in map(solution_of, records.values()) if each}
    shown = Solution.objects.listed().filter(pk__in=solutions)
    return Names(
        records,
        {str(key): name for key, name in rows},
        set(shown.values_list("pk", flat=True)),
    )


def solution_of(record: Model) -> Solution | None:
    """The product that a step is about; of a certificate its facts say it."""
    if isinstance(record, Assessment):
        record = record.release
    return (
        record.solution
        if isinstance(record, Release)
        else (record if isinstance(record, Solution) else None)
    )


def product(record: Model | None, listed: set[Any]) -> str:
    """The release that a certificate or declaration is about, where everybody may know it."""
    if isinstance(record, Certificate):
        solution, release = (record.facts.get(part, {}) for part in ("solution", "release"))
        return f"{solution.get('name', '')} {release.get('label', '')}".strip()
    if isinstance(record, Assessment) and may_be_named(record.release, listed):
        return str(record.release)
    return ""


def may_be_named(record: Release | Solution, listed: set[Any]) -> bool:
    """Whether everybody may know of it now: of a release, not its product alone."""
    if isinstance(record, Release):
        return record.is_public and record.solution_id in listed
    return record.pk in listed


def line(index: int, body: dict[str, Any], names: Names) -> Line:
    record = names.records.get(body["subject"])
    about, url = named(body, record, names.listed)
    return Line(
        index=index,
        at=datetime.fromisoformat(body["at"]),
        words=public_words(body["step"]),
        about=about,
        url=url,
        product=product(record, names.listed),
        organisation=names.organisations.get(body["organisation"] or "", ""),
        reason="" if isinstance(record, Release) and not about else body["reason"],
        before=state(record, body["from"]),
        after=state(record, body["to"]),
    )


def named(body: dict[str, Any], record: Model | None, listed: set[Any]) -> tuple[str, str]:
    """What a step is about, by name where the public may know it, and its page."""
    kind = body["subject"].partition(":")[0].partition(".")[2]
    if kind == "assessment":
        number = str(body["detail"].get("number", ""))
        return number, addresses.of(Declaration(number=number)) if number else ""
    if record is None:
        return "", ""
    if isinstance(record, Release | Solution):
        if not may_be_named(record, listed):
            return "", ""
        product = record.solution if isinstance(record, Release) else record
        return str(record), product.get_absolute_url()
    return str(record), addresses.of(record) if kind in PAGED else ""


def state(record: Model | None, value: str) -> str:
    """A state in the reader's words, where its record has words for it."""
    for field in record._meta.fields if record is not None else ():
        if field.name == "status":
            return str(dict(field.flatchoices).get(value, value))
    return value


def records_of(subjects: Iterable[str]) -> dict[str, Any]:
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


def steps(*, kind: str = "", about: Model | None = None) -> QuerySet[LogEntry]:
    """Public entries that have a place in the tree, newest first."""
    rows = LogEntry.objects.public().filter(leaf_index__isnull=False)
    if kind in KINDS:
        rows = rows.filter(subject_type__in=KINDS[kind][1])
    if about is not None:
        rows = rows.filter(subject_type=about._meta.label_lower, subject_id=str(about.pk))
    return rows.order_by("-leaf_index").only("leaf_index", "body")


PER_PAGE = 25
LARGEST = 2**63 - 1
fresh = cache_control(no_cache=True, max_age=0)


@login_not_required
@require_safe
@fresh
def checkpoint(request: HttpRequest) -> HttpResponse:
    """How many entries the log holds now and its root, signed (C2SP tlog-checkpoint)."""
    signed = newest(at_least=sequencer.sequence())
    if signed is None:
        words = gettext("The log cannot be signed now. Try again later.")
        return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=503)
    return HttpResponse(signed.note, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def kept_checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """An earlier checkpoint, as it was signed."""
    checkpoint = Checkpoint.objects.filter(size=min(size, LARGEST)).order_by("-pk").first()
    if checkpoint is None:
        raise Http404
    return HttpResponse(checkpoint.note, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def log_stamp(request: HttpRequest, size: int) -> HttpResponse:
    """What the authority of time answered about it, as it came."""
    rows = Checkpoint.objects.filter(size=min(size, LARGEST), stamp__isnull=False)
    stamped = rows.order_by("-pk").first()
    if stamped is None or stamped.stamp is None:
        raise Http404
    response = HttpResponse(bytes(stamped.stamp), content_type="application/timestamp-reply")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{size}.tsr"'
    return response


@login_not_required
@require_safe
def log_keys(request: HttpRequest) -> HttpResponse:
    """The keys that checkpoints are signed with, one a line (C2SP signed-note verifier keys)."""
    lines = "".join(f"{verifier}\n" for verifier in verifiers())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def verifiers() -> list[str]:
    """The public keys whose signatures of the log count, the retired ones too."""
    origin, listed = checkpoints.origin(), keys.listed(keys.Purpose.LOG)
    return [note.verifier(origin, key.public) for key in listed if not key.compromised]


def newest(*, at_least: int) -> Checkpoint | None:
    """A checkpoint of so many entries or more; the newest there is when none can be signed now."""
    kept = Checkpoint.objects.newest()
    try:
        return checkpoints.current(at=timezone.now())
    except keys.KeyTrouble:
        return kept


@login_not_required
@require_safe
@fresh
def log(request: HttpRequest) -> HttpResponse:
    """Public steps, newest first; narrowed by kind, or to one number."""
    size = sequencer.sequence()
    kind, typed = asked(request, "kind"), asked(request, "about")
    record = numbered(typed, request.user)
    rows = steps(kind=kind, about=getattr(record, "assessment", record))
    if typed and record is None:
        rows = rows.none()
    before = asked(request, "before")
    if before.isdecimal() and int(before) <= LARGEST:
        rows = rows.filter(leaf_index__lt=int(before))
    page = list(rows[: PER_PAGE + 1])
    context = {
        "size": size,
        "lines": lines(page[:PER_PAGE]),
        "older": page[PER_PAGE - 1].leaf_index if len(page) > PER_PAGE else None,
        "kinds": [(key, words, key == kind) for key, (words, _labels) in KINDS.items()],
        "kind": kind if kind in KINDS else "",
        "typed": typed,
        "record": record,
        "newer": bool(before),
    }
    return render(request, "desk/log.html", context)


def asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:LONGEST]


@login_not_required
@require_safe
@fresh
def log_entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry, its proof in the newest checkpoint, and how to check it."""
    if index >= sequencer.sequence():
        raise Http404
    log_entry = get_object_or_404(LogEntry, leaf_index=index)
    signed = Checkpoint.objects.newest()
    if signed is None or signed.size <= index:
        signed = newest(at_least=index + 1)
    public = log_entry.visibility == LogEntry.Visibility.PUBLIC
    context: dict[str, Any] = {
        "index": index,
        "public": public,
        "line": lines([log_entry])[0] if public else None,
        "body": bytes(log_entry.body).decode() if public else "",
        "salted": "" if public else log_entry.leaf.hex(),
        "leaf": tree.leaf_hash(log_entry.leaf).hex(),
        "origin": checkpoints.origin(),
        "verifiers": verifiers(),
    }
    if signed is not None and signed.size > index:
        proof = inclusion(index, signed.size)
        context |= {"signed": signed, "path": [hashed.hex() for hashed in proof.path]}
        context["root"] = proof.root.hex()
        context["stamped"] = stamping.moment(bytes(signed.stamp)) if signed.stamp else None
    return render(request, "desk/log_entry.html", context)
