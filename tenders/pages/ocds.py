"""Tenders as open contracting data: what was last said of one, the record of its versions, and
the records of all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre import links
from certcentre.lifecycle import disagrees
from certcentre.limits import limited
from certcentre.log.models import LogEntry
from tenders import exporting
from tenders.award import Award, as_logged
from tenders.bids.evaluation import Evaluation
from tenders.bids.evaluation import as_logged as evaluation_as_logged
from tenders.export import ocds, outcome
from tenders.frozen_body import contradicted, require_as_logged
from tenders.invitee import Invitee
from tenders.invitee import as_logged as invited_as_logged
from tenders.lot import Lot
from tenders.pages.fetching import seen, unseen
from tenders.steps import LOT_CONTRACTED
from tenders.tender import Tender


@limited("export")
@login_not_required
@require_safe
def tender_ocds(request: HttpRequest, reference: str) -> HttpResponse:
    """The newest release of this version: as published, or what became of it. Four statements, two
    more of what became of it, and those of writing a draft."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    require_as_logged(tender)
    return answer(ocds.package(releases(tender)[-1:]))


@limited("export")
@login_not_required
@require_safe
def tender_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Every release of every published version. Five statements, however many there are."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    line = list(Tender.objects.published().of_line(tender.line).order_by("version"))
    require_as_logged(*line)
    if not line:
        raise Http404
    return answer(ocds.record_package(releases(*line)))


PAGE = 20  # processes
Invited = dict[UUID, list[tuple[str, str]]]  # key and name, by tender


@limited("export")
@login_not_required
@require_safe
def data_ocds(request: HttpRequest) -> HttpResponse:
    """The records of all published tenders, a page of them at a time, in the order of their
    references; `after` names the last one that was read. What the log contradicts is named and
    left out. Eight statements, however many there are."""
    after = request.GET.get("after", "")
    rows = Tender.objects.published().filter(version=1, reference__gt=after).order_by("reference")
    lines = list(rows.values_list("reference", flat=True)[: PAGE + 1])
    shown, more = lines[:PAGE], len(lines) > PAGE
    versions = Tender.objects.published().of_line(*shown).order_by("version") if shown else []
    made, left_out = records(list(versions), shown)
    here = links.full(reverse("data-ocds"))
    package = {
        "uri": f"{here}?after={quote(after)}" if after else here,
        "version": ocds.VERSION,
        "extensions": list(ocds.EXTENSIONS),
        "publishedDate": timezone.now().isoformat(timespec="seconds"),
        "publisher": {"name": urlsplit(here).netloc, "uri": links.full("/")},
        "records": made,
    }
    if more:
        package["links"] = {"next": f"{here}?after={quote(shown[-1])}"}
    if left_out:
        package["certcentre_leftOut"] = left_out
    return answer(package)


def records(versions: Sequence[Tender], lines: Sequence[str]) -> tuple[list[ocds.Json], list[str]]:
    """The record of each process, and the references of those that the log contradicts."""
    ended = [version for version in versions if ends_at(version)]
    lots = lots_with_awards(ended)
    bad = {tender.line for tender in contradicted(versions)}
    bad |= {tender.line for tender in ended_otherwise(lots)}
    endings, (closings, wrong) = outcomes(ended, lots), closings_of(versions)
    invited, falsely = invited_to(versions)
    bad |= wrong | falsely
    made: dict[str, list[ocds.Json]] = {line: [] for line in lines if line not in bad}
    for version in versions:
        if version.line in made:
            made[version.line] += said_of(version, endings, closings, invited)
    return [ocds.record(releases) for releases in made.values() if releases], sorted(bad)


def releases(*versions: Tender) -> list[ocds.Json]:
    """What was said of versions of a tender: when each was published, and when it ended. A
    statement, two more where one has ended."""
    ended = [version for version in versions if ends_at(version)]
    lots = lots_with_awards(ended)
    for tender in ended_otherwise(lots):
        raise disagrees(tender.reference)
    endings, (closings, wrong) = outcomes(ended, lots), closings_of(versions)
    invited, falsely = invited_to(versions)
    for line in wrong | falsely:
        raise disagrees(line)
    each = (said_of(version, endings, closings, invited) for version in versions)
    return [release for releases in each for release in releases]


def ended_otherwise(lots: Sequence[Lot]) -> list[Tender]:
    """The tender of each lot whose award or end is not what the log holds."""
    return [lot.tender for lot, good in zip(lots, as_logged(lots), strict=True) if not good]


def said_of(
    version: Tender,
    endings: Mapping[UUID, outcome.Ending],
    closings: Mapping[UUID, Sequence[outcome.Closing]],
    invited: Invited,
) -> list[ocds.Json]:
    published = ocds.release(exporting.tree_of(version))
    later = outcome.with_invited(published, invited.get(version.pk, ()))
    made = outcome.evaluated(later, closings.get(version.pk, ()))
    ending = endings.get(version.pk)
    ends = outcome.after(made[-1], ending, published["id"]) if ending else ()
    return [published, *made[1:], *ends]


def invited_to(versions: Sequence[Tender]) -> tuple[Invited, set[str]]:
    """Key and name of each provider that was invited to a tender whose bids were opened, and the
    lines of those of which the log contradicts one. Three statements, none where calls are open."""
    closed = [tender.pk for tender in versions if tender.invited_only]
    rows = Tender.objects.filter(pk__in=closed, opening__held_at__isnull=False) if closed else ()
    opened = {tender.line: tender.pk for tender in rows}
    invitees = list(Invitee.objects.told().among(opened)) if opened else []
    made: Invited = defaultdict(list)
    for each in invitees:
        made[opened[each.line]].append((str(each.organisation_id), each.organisation.name))
    good = not invitees or invited_as_logged(invitees)
    return made, set() if good else set(opened)


def closings_of(
    versions: Sequence[Tender],
) -> tuple[dict[UUID, list[outcome.Closing]], set[str]]:
    """The evaluations of each tender, and the lines of those of which the log contradicts one. Two
    statements, one where there are none."""
    rows = Evaluation.objects.filter(lot__tender__in=versions).select_related("lot")
    known = {tender.pk: tender for tender in versions}
    made: dict[UUID, list[outcome.Closing]] = defaultdict(list)
    wrong = set()
    every = list(rows.order_by("closed_at", "pk"))
    for row, good in zip(every, evaluation_as_logged(every), strict=True):
        tender = row.lot.tender = known[row.lot.tender_id]
        if not good:
            wrong.add(tender.line)
        number = len(made[tender.pk]) + 1
        times = row.closed_at, row.reopened_at, row.reopened_because
        made[tender.pk].append(outcome.Closing(number, row.lot.number, *times))
    return made, wrong


def ends_at(tender: Tender) -> datetime | None:
    return tender.awarded_at or tender.cancelled_at


def lots_with_awards(tenders: Sequence[Tender]) -> list[Lot]:
    """Those of tenders that have ended, each with the tender that was fetched."""
    if not tenders:
        return []
    known = {tender.pk: tender for tender in tenders}
    lots = Lot.objects.filter(tender__in=known).select_related("award__bid__organisation")
    made = list(lots.order_by("number"))
    for lot in made:
        lot.tender = known[lot.tender_id]
    return made


def outcomes(ended: Sequence[Tender], lots: Sequence[Lot]) -> dict[UUID, outcome.Ending]:
    """What became of each tender that has ended, by its key. One statement."""
    given = [lot for lot in lots if hasattr(lot, "award")]
    entries = LogEntry.objects.among(given).filter(step=str(LOT_CONTRACTED))
    signed = dict(entries.values_list("subject_id", "at"))
    made = {}
    for tender in ended:
        own = [lot for lot in lots if lot.tender_id == tender.pk]
        named: dict[str, str] = {}
        awards = [
            given_in(lot, named, signed.get(str(lot.pk))) for lot in own if hasattr(lot, "award")
        ]
        cancelled = {lot.number: lot.cancelled_at for lot in own if lot.cancelled_at}
        at = ends_at(tender) or tender.changed_at
        made[tender.pk] = outcome.Ending(
            tender.status, at, tender.outcome, tuple(awards), cancelled
        )
    return made


def given_in(lot: Lot, named: dict[str, str], signed_at: datetime | None) -> outcome.Given:
    """The award of a lot, for programs. `named`: the ids of suppliers that are known by name."""
    award: Award = lot.award
    bidder = award.bid.organisation if award.bid else None
    own = named.setdefault(award.supplier, f"supplier-of-lot-{lot.number}")
    return outcome.Given(
        lot=lot.number,
        supplier=award.supplier,
        supplier_id=str(bidder.pk) if bidder else own,
        amount=float(award.value) if award.value is not None else None,
        currency=award.currency,
        at=award.awarded_at,
        why=award.reason,
        bids=award.bids,
        signed_on=award.contracted_on,
        signed_at=signed_at if award.contracted_on else None,
        pending_until=award.free_at,
    )


def answer(package: ocds.Json) -> HttpResponse:
    return HttpResponse(ocds.as_json(package), content_type="application/json")
