"""A draft bid as a workbook: the tender's form, out filled with what stands, and back in."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from certcentre.abilities import require_able
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict
from certcentre.limits import limited
from certcentre.saving import code_of
from certcentre.step_page import UNPROCESSABLE, or_nothing, posted, preview_kept, preview_taken
from certcentre.tables.rows import Unreadable, too_large
from tenders.bids import form_file
from tenders.bids.bid import Bid
from tenders.bids.form_file import Preview
from tenders.bids.forms import FormFileForm
from tenders.export import FORMATS
from tenders.pages.bids import bid_in, bid_trail, rows_of

SALT = "bid-form"


@limited("export")
@require_safe
def bid_form(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of the bid's lot, filled with what stands."""
    bid = bid_in(request, pk)
    if not bid.is_draft:
        raise Http404
    content = form_file.write(bid, bid.lines(at=timezone.now()))
    answer = HttpResponse(content, content_type=FORMATS["xlsx"].media_type)
    name = f"{bid.tender.reference}-L{bid.lot.number}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def bid_form_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """First what the file would change, or what in it does not fit; then all of it, or nothing.

    The preview travels signed in the page, so that nothing is stored before.
    """
    bid, user, at = bid_in(request, pk), signed_in_user(request), timezone.now()
    require_able(bid, "fill", user, at=at)
    if request.method == "POST" and request.POST.get("kept"):
        return take(request, bid)
    form, preview = FormFileForm(posted(request), request.FILES or None), None
    written = form_file.written(bid)  # before the lines: what comes between is then a conflict
    if request.method == "POST" and form.is_valid():
        try:
            if (size := form.cleaned_data["file"].size) > form_file.LARGEST:
                raise too_large(size, form_file.LARGEST)
            preview = form_file.read(form.cleaned_data["file"].read(), bid, bid.lines(at=at))
        except Unreadable as error:
            form.add_error("file", [*error.reasons, gettext("Nothing was changed.")])
    bad = form.is_bound and (preview is None or preview.problems)
    return show(request, bid, form, preview, written, status=UNPROCESSABLE if bad else None)


def show(
    request: HttpRequest,
    bid: Bid,
    form: FormFileForm,
    preview: Preview | None = None,
    written: int = 0,
    status: int | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "bid": bid,
        "tender": bid.tender,
        "form": form,
        "preview": preview,
        "trail": bid_trail(bid),
    }
    if preview:
        rows = rows_of(bid)
        context["changes"] = [(each, rows[each.line.ref][1]) for each in preview.changes]
        context["kept"] = signed(preview, bid, written)
    return render(request, "tenders/bid_form.html", context, status=status)


def signed(preview: Preview, bid: Bid, written: int) -> str:
    """The changes, for this bid as it was; empty where anything does not fit."""
    if preview.problems or not preview.changes:
        return ""
    rows = [[str(each.line.requirement.pk), each.response, each.words] for each in preview.changes]
    return preview_kept([str(bid.pk)], [written, rows], salt=SALT)


def take(request: HttpRequest, bid: Bid) -> HttpResponse:
    """Write what the preview showed; refused where the bid changed since."""
    written, rows = preview_taken(request, [str(bid.pk)], salt=SALT)
    answers = {uuid.UUID(asked): (response, words) for asked, response, words in rows}
    try:
        form_file.say_all(
            bid, answers, by=signed_in_user(request), at=timezone.now(), since=written
        )
    except Conflict as refused:
        form = FormFileForm(request.POST)
        form.errors.clear()
        form.add_error(
            None,
            gettext(
                "The bid was changed since you looked. Nothing of the file is taken; bring it "
                "again to see what it would change now."
            ),
        )
        return show(request, bid, form, status=code_of(refused))
    words = ngettext("%(n)s answer is taken.", "%(n)s answers are taken.", len(answers))
    messages.success(request, or_nothing(words % {"n": len(answers)}, len(answers)))
    return redirect(bid)
