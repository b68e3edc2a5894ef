"""A tender as open contracting data: what was last said of it, and the record of its versions."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certcentre.lifecycle import disagrees
from certcentre.limits import limited
from certcentre.log.models import LogEntry
from tenders import exporting
from tenders.award import Award, as_logged
from tenders.export import ocds, outcome
from tenders.frozen_body import require_as_logged
from tenders.lot import Lot
from tenders.pages.fetching import seen, unseen
from tenders.steps import LOT_CONTRACTED
from tenders.tender import Tender


@limited("export")
@login_not_required
@require_safe
def tender_ocds(request: HttpRequest, reference: str) -> HttpResponse:
    """The newest release of this version: as published, or what became of it. Two statements, two
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
    """Every release of every published version. Three statements, however many there are."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    line = list(Tender.objects.published().of_line(tender.line).order_by("version"))
    require_as_logged(*line)
    made = [release for version in line for release in releases(version)]
    if not made:
        raise Http404
    return answer(ocds.record_package(made))


def releases(tender: Tender) -> list[ocds.Json]:
    """What was said of a version: when it was published, and when it ended."""
    published = ocds.release(exporting.tree_of(tender))
    at = tender.awarded_at or tender.cancelled_at
    if at is None:
        return [published]
    lots = list(tender.lots.select_related("award__bid__organisation").order_by("number"))
    for lot in lots:
        lot.tender = tender
    if not all(as_logged(lots)):
        raise disagrees(tender.reference)
    cancelled = {lot.number: lot.cancelled_at for lot in lots if lot.cancelled_at}
    given = [lot for lot in lots if hasattr(lot, "award")]
    entries = LogEntry.objects.among(given).filter(step=str(LOT_CONTRACTED))
    signed = dict(entries.values_list("subject_id", "at"))
    named: dict[str, str] = {}
    awards = tuple(given_in(lot, named, signed.get(str(lot.pk))) for lot in given)
    ending = outcome.Ending(tender.status, at, tender.outcome, awards, cancelled)
    return [published, *outcome.after(published, ending)]


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
        signed_on=award.contracted_on,
        signed_at=signed_at if award.contracted_on else None,
    )


def answer(package: ocds.Json) -> HttpResponse:
    return HttpResponse(ocds.as_json(package), content_type="application/json")
