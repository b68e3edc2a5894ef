"""The log's pages: the public steps, one entry with its proof, and the newest checkpoint."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certcentre import keys
from certcentre.desk import logbook
from certcentre.desk.searching import numbered
from certcentre.log import checkpoints, note, sequencer, stamping, tree
from certcentre.log.models import Checkpoint, LogEntry
from certcentre.log.proofs import inclusion
from certcentre.numbers import LONGEST

PER_PAGE = 25
LARGEST = 2**63 - 1
fresh = cache_control(no_cache=True, max_age=0)


@login_not_required
@require_safe
@fresh
def checkpoint(request: HttpRequest) -> HttpResponse:
    """How many entries the log holds now and its root, signed (C2SP tlog-checkpoint)."""
    found = newest(at_least=sequencer.sequence())
    if found is None:
        words = _("The log cannot be signed now. Try again later.")
        return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=503)
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8")


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
    found = rows.order_by("-pk").first()
    if found is None or found.stamp is None:
        raise Http404
    response = HttpResponse(bytes(found.stamp), content_type="application/timestamp-reply")
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
    rows = logbook.steps(kind=kind, about=getattr(record, "assessment", record))
    if typed and record is None:
        rows = rows.none()
    before = asked(request, "before")
    if before.isdecimal() and int(before) <= LARGEST:
        rows = rows.filter(leaf_index__lt=int(before))
    page = list(rows[: PER_PAGE + 1])
    context = {
        "size": size,
        "lines": logbook.lines(page[:PER_PAGE]),
        "older": page[PER_PAGE - 1].leaf_index if len(page) > PER_PAGE else None,
        "kinds": [(key, words, key == kind) for key, (words, _labels) in logbook.KINDS.items()],
        "kind": kind if kind in logbook.KINDS else "",
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
        "line": logbook.lines([log_entry])[0] if public else None,
        "body": bytes(log_entry.body).decode() if public else "",
        "salted": "" if public else log_entry.leaf.hex(),
        "leaf": tree.leaf_hash(log_entry.leaf).hex(),
        "origin": checkpoints.origin(),
        "verifiers": verifiers(),
    }
    if signed is not None and signed.size > index:
        proof = inclusion(index, signed.size)
        context |= {"signed": signed, "path": [one.hex() for one in proof.path]}
        context["root"] = proof.root.hex()
        context["stamped"] = stamping.moment(bytes(signed.stamp)) if signed.stamp else None
    return render(request, "desk/log_entry.html", context)
