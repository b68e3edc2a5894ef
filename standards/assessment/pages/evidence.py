"""The provider's evidence, and opening a file or link through an access check.

Files are never served from an open folder, and always as a download that no browser runs. Whoever
is not of the provider leaves a step in the log, an officer of the centre with a reason.
"""

import io
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_person
from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import signed_in_user
from certcentre.log.models import LogEntry, detail_of, record
from certcentre.paging import Numbered
from certcentre.received_files import PDF, download
from certcentre.step_page import Question, posted, step_page
from certcentre.typesetting import NotSet, marked
from standards.assessment.access_request import AccessRequest
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence, Grant
from standards.assessment.forms import ShareForm
from standards.assessment.periods import Phase, ran_out
from standards.assessment.solutions import Release, Solution
from standards.assessment.steps import EVIDENCE_READ

PER_PAGE = 50
MOST_READINGS = 200
KINDS = {
    Phase.NOT_YET: "plain",
    Phase.IN_DATE: "good",
    Phase.ENDS_SOON: "warn",
    Phase.RAN_OUT: "bad",
}


@require_safe
def evidence_list(request: HttpRequest) -> HttpResponse:
    """What my organisations have on file, what rests on it, and how long it speaks."""
    at = timezone.now()
    mine = Evidence.objects.of_members(request.user).on_file()
    used = Count("uses__answer__criterion", distinct=True)
    pieces = mine.select_related("organisation").annotate(used=used).order_by("-received_at", "pk")
    narrowed = request.GET.get("show", "")
    if narrowed == "unused":
        pieces = pieces.filter(used=0)
    elif narrowed == "ended":
        pieces = pieces.filter(ran_out(at))
    page = Numbered(pieces, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(piece, state(piece, at)) for piece in page],
        "narrowed": narrowed,
        "several": len({piece.organisation_id for piece in page}) > 1,
    }
    return render(request, "assessment/evidence_list.html", context)


def state(piece: Evidence, at: datetime) -> dict[str, Any]:
    """Until when it speaks, as words and the kind of their tag."""
    phase = piece.phase(at)
    return {"words": phase.label, "kind": KINDS[phase], "last": piece.last_day}


def fetch(request: HttpRequest, pk: uuid.UUID, at: datetime) -> Evidence:
    rows = Evidence.objects.visible_to(signed_in_user(request), at=at).select_related(
        "organisation"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def evidence(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What it is, what rests on it, and the way to open it."""
    at = timezone.now()
    return show(request, fetch(request, pk, at), at)


def show(
    request: HttpRequest,
    piece: Evidence,
    at: datetime,
    *,
    form: ReasonForm | None = None,
    opened_link: str = "",
    status: int = 200,
) -> HttpResponse:
    user = signed_in_user(request)
    member = user.acts_for(piece.organisation)
    able = abilities(piece, user, at=at)
    granted = not member and may_open(user, piece, at)
    officer = user.is_officer()
    asked = None if member or granted or officer else last_asked(user, piece)
    context = {
        "piece": piece,
        "state": state(piece, at),
        "member": member,
        "granted": granted,
        "asks": officer and not member and not granted and piece.removed_at is None,
        "asked": asked,
        "over": asked and asked.over_at,
        "form": form or reason_form(),
        "opened_link": opened_link,
        "uses": uses(piece) if member else [],
        "readings": readings(piece) if member else [],
        "by_grant": granted and not is_examined_by(user, piece, at),
        "renewals": renewals(piece, at) if able.may["remove"] else [],
        **able.context,
    }
    if form is not None and form.errors:
        status = 422
    return render(request, "assessment/evidence.html", context, status=status)


def reason_form(data: QueryDict | None = None) -> ReasonForm:
    form = ReasonForm(data)
    form.fields["reason"].label = gettext("Why do you need to open it?")
    form.fields["reason"].help_text = gettext("The provider reads it, and it stands in the log.")
    return form


def uses(piece: Evidence) -> list[Any]:
    """The answers that rest on it, newest assessment first."""
    uses = piece.uses.select_related(
        "answer__criterion__edition", "answer__assessment__release__solution"
    )
    return list(uses.order_by("-answer__assessment__started_at", "answer__criterion__key")[:200])


def renewals(piece: Evidence, at: datetime) -> list[tuple[Release, Answer | None]]:
    """The releases whose declaration in force rests on what ends soon or has ended, and on nothing
    newer, each with the answer of its draft where a newer piece is attached; without one a draft
    comes first. Two statements."""
    if piece.phase(at) not in (Phase.ENDS_SOON, Phase.RAN_OUT):
        return []
    claims = Claim.objects.alone_at_their_end().filter(
        evidence=piece, ended_at=None, declaration__in=Declaration.objects.in_force(at=at)
    )  # those that ran out with the piece, too
    resting = Release.objects.filter(solution__status=Solution.Status.ACTIVE, claims__in=claims)
    releases = resting.select_related("solution").order_by("pk").distinct()
    in_drafts = Answer.objects.filter(
        assessment__status=Assessment.Status.DRAFT,
        assessment__release__in=releases,
        criterion__in=piece.uses.values("answer__criterion"),
    ).select_related("assessment")
    first = {
        answer.assessment.release_id: answer for answer in in_drafts.order_by("-criterion__key")
    }
    return [(release, first.get(release.pk)) for release in releases]


def granted_to(user: User, piece: Evidence, at: datetime) -> QuerySet[Grant]:
    """The grants that open it to this person now."""
    uses = {"declaration__assessment__answers__evidence_uses__evidence": piece}
    return Grant.objects.in_force(at=at).to(user).filter(**uses)


def is_examined_by(user: User, piece: Evidence, at: datetime) -> bool:
    """Whether it is open to them for an examination, where no copy is marked."""
    grant = granted_to(user, piece, at).first()
    return grant is not None and grant.request_id is None


def last_asked(user: User, piece: Evidence) -> AccessRequest | None:
    """The last request by which a buyer of theirs was let in, whether or not it still is."""
    rows = AccessRequest.objects.of_buyer(user).filter(pieces=piece, until__isnull=False)
    return rows.with_parties().order_by("-asked_at").first()


def may_open(user: User, piece: Evidence, at: datetime) -> bool:
    return Evidence.objects.openable_by(user, at=at).filter(pk=piece.pk).exists()


def evidence_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file or link itself. An officer gives a reason first."""
    at, user = timezone.now(), signed_in_user(request)
    piece = fetch(request, pk, at)
    if piece.removed_at:
        raise Http404
    if user.acts_for(piece.organisation):
        return opened(piece)
    if may_open(user, piece, at):
        grant = granted_to(user, piece, at).select_related("organisation").first()
        reader = grant.organisation if grant else buyer_of(user)
        copy = None if grant and not grant.request_id else copy_for(user, reader, piece, at)
        logged(piece, user, at, grant.why if grant else "", reader=reader, marked=bool(copy))
        return opened(piece, copy)
    if not user.is_officer():
        return show(request, piece, at, status=403)
    form = reason_form(posted(request))
    if not form.is_valid():
        return show(request, piece, at, form=form)
    centre = Organisation.objects.centre()
    logged(piece, user, at, form.cleaned_data["reason"], reader=centre)
    if piece.kind == Evidence.Kind.LINK:
        return show(request, piece, at, opened_link=piece.link)
    return opened(piece)


def logged(
    piece: Evidence,
    by: User,
    at: datetime,
    reason: str,
    *,
    reader: Organisation | None,
    marked: bool = False,
) -> None:
    """That confidential evidence was read, for whom, where its provider sees it."""
    detail = {"for": str(reader.pk) if reader else "", "marked": marked}
    own: Any = {"organisation": piece.organisation, "reason": reason, "detail": detail}
    with transaction.atomic():
        record(piece, EVIDENCE_READ, by=by, at=at, **own)


def buyer_of(user: User) -> Organisation | None:
    """For which buyer somebody opens what every verified buyer may."""
    buyers = Organisation.objects.acted_for_by(user).in_force()
    return buyers.filter(kind=Organisation.Kind.BUYER).order_by("pk").first()


def copy_for(user: User, buyer: Organisation | None, piece: Evidence, at: datetime) -> bytes | None:
    """What a buyer is given of a PDF: a copy that says on each page who opened it, and when. None
    of other kinds, and where it cannot be written in."""
    if piece.media_type != PDF:
        return None
    words = gettext("Opened by %(name)s, %(organisation)s, %(time)s UTC") % {
        "name": user.name or user.email,
        "organisation": buyer or "",
        "time": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
    }
    try:
        with piece.file.open("rb") as file:
            return marked(file.read(), words)
    except (FileNotFoundError, NotSet):
        return None


@dataclass(frozen=True)
class Reading:
    """That somebody opened it, who is not of the provider."""

    at: datetime
    person: str
    organisation: str
    reason: str
    marked: bool


def readings(piece: Evidence) -> list[Reading]:
    """Who opened it, the last first. Two statements."""
    entries = LogEntry.objects.about(piece).filter(step=str(EVIDENCE_READ)).select_related("actor")
    rows = [(entry, detail_of(entry.body)) for entry in entries.order_by("-pk")[:MOST_READINGS]]
    names = dict(
        Organisation.objects.filter(
            pk__in={detail["for"] for _entry, detail in rows if detail.get("for")}
        ).values_list("pk", "name")
    )
    known = {str(key): name for key, name in names.items()}
    return [
        Reading(
            entry.at,
            entry.actor.name or entry.actor.email if entry.actor else "",
            known.get(detail.get("for", ""), ""),
            entry.reason,
            detail.get("marked", False),
        )
        for entry, detail in rows
    ]


def opened(piece: Evidence, copy: bytes | None = None) -> HttpResponseBase:
    """The link's place, or the file, or a copy of it, as a download that no browser shows or
    runs."""
    if piece.kind == Evidence.Kind.LINK:
        answer: HttpResponseBase = redirect(piece.link)
        answer["Referrer-Policy"] = "no-referrer"
        return answer
    try:
        file: IO[bytes] = io.BytesIO(copy) if copy else piece.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = download(file, file_name=piece.file_name, media_type=piece.media_type)
    answer["Cache-Control"] = "private, no-store"
    return answer


SHARE = Question(
    _("Say who may open it"),
    _(
        "Title, kind, period and digest are public once a declaration names it. You, the auditor "
        "who examines and the centre with a reason open it in any case. Each opening by others is "
        "logged, and you see it."
    ),
    _("Say so"),
    _("Said. It holds from now on."),
    verb="share",
    weighty=True,
)


def evidence_share(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Whoever is let in, every verified buyer, or everybody by a public link."""
    piece = fetch(request, pk, timezone.now())
    return step_page(
        request,
        SHARE,
        ShareForm(posted(request), piece=piece),
        piece.share,
        back=piece.get_absolute_url(),
        trail=[
            (gettext("Your evidence"), reverse("evidence-list")),
            (piece.title, piece.get_absolute_url()),
        ],
        of=piece,
        kicker=piece.title,
    )


def evidence_remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what ends with it, then take it off file."""
    at, user = timezone.now(), signed_in_user(request)
    piece = fetch(request, pk, at)
    require_person(piece, "remove", user, at=at)
    if request.method == "POST":
        fallen = ends(piece, at).count()
        piece.remove(by=user, at=at)
        messages.success(request, removed(fallen))
        return redirect("evidence-list")
    if piece.removed_at:
        return redirect(piece)
    context = {"piece": piece, "ends": list(ends(piece, at)), "drafts": drafts(piece)}
    return render(request, "assessment/evidence_remove.html", context)


def removed(fallen: int) -> str:
    """What came of it, with how many claims fell."""
    if not fallen:
        return gettext("Removed, and its file is deleted. No claim fell.")
    words = ngettext(
        "Removed, and its file is deleted. %(n)s claim fell from AL2 to AL1.",
        "Removed, and its file is deleted. %(n)s claims fell from AL2 to AL1.",
        fallen,
    )
    return words % {"n": fallen}


def ends(piece: Evidence, at: datetime) -> QuerySet[Claim]:
    """The claims that fall to AL1 when it is removed; what another piece carries stays."""
    return (
        Claim.objects.in_force(at=at)
        .alone(at=at)
        .filter(evidence=piece)
        .select_related("criterion__edition", "release__solution")
        .order_by("release", "criterion__key")
    )


def drafts(piece: Evidence) -> int:
    """How many answers of drafts would lose it."""
    return piece.uses.filter(answer__assessment__status="draft").count()
