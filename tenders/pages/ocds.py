"""A tender as open contracting data: what was last said of it, and the record of its versions."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from tenders import exporting
from tenders.award import Award
from tenders.export import ocds, outcome
from tenders.lot import Lot
from tenders.pages.fetching import seen, unseen
from tenders.tender import Tender


@limited("export")
@login_not_required
@require_safe
def tender_ocds(request: HttpRequest, reference: str) -> HttpResponse:
    """The newest release of this version: as published, or what became of it. One statement,
    and those of writing a draft."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    return answer(ocds.package(releases(tender)[-1:]))


@limited("export")
@login_not_required
@require_safe
def tender_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Every release of every published version. Two statements, however many there are."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    line = Tender.objects.published().of_line(tender.line).order_by("version")
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
    lots = tender.lots.select_related("award__bid__organisation").order_by("number")
    cancelled = frozenset(lot.number for lot in lots if lot.status == Lot.Status.CANCELLED)
    given = tuple(given_in(lot) for lot in lots if hasattr(lot, "award"))
    ending = outcome.Ending(tender.status, at, tender.outcome, given, cancelled)
    ended = [published, outcome.after(published, ending)]
    if any(each.contracted_on for each in given):
        ended.append(outcome.contracted(ended[-1], given))
    return ended


def given_in(lot: Lot) -> outcome.Given:
    """The award of a lot, for programs."""
    award: Award = lot.award
    bidder = award.bid.organisation if award.bid else None
    return outcome.Given(
        lot=lot.number,
        supplier=award.supplier,
        supplier_id=str(bidder.pk) if bidder else "",
        amount=float(award.value) if award.value is not None else None,
        currency=award.currency,
        at=award.awarded_at,
        why=award.reason,
        cancelled=lot.status == Lot.Status.CANCELLED,
        contracted_on=award.contracted_on,
    )


def answer(package: ocds.Json) -> HttpResponse:
    return HttpResponse(ocds.as_json(package), content_type="application/json")
