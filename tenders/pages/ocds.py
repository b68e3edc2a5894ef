"""A tender as open contracting data: what was last said of it, and the record of its versions."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from tenders import exporting
from tenders.export import ocds
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
    return [published, ocds.after(published, ocds.Ending(tender.status, at, tender.outcome))]


def answer(package: ocds.Json) -> HttpResponse:
    return HttpResponse(ocds.as_json(package), content_type="application/json")
