"""The dossier of a bid: filed by its editors, read by the buyer after the opening."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre import received_files
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady, disagrees
from certcentre.step_page import UNPROCESSABLE, posted
from tenders.bids.bid import Bid
from tenders.bids.dossier import MOST, BidFile
from tenders.bids.opening import as_logged
from tenders.filed import Body
from tenders.pages.bid_offer import fillable
from tenders.pages.bids import bid_in, bid_trail


class BidFileForm(forms.Form):
    """A file, and what it proves."""

    title = forms.CharField(
        label=_("What it proves"),
        max_length=BidFile._meta.get_field("title").max_length,
        help_text=_("With the reference of the requirement, such as L1-003."),
    )
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, help_text=lazy(received_files.limits, str)()
    )


def bid_files(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is filed with a draft, and a form for one more."""
    bid = fillable(request, pk)
    form = BidFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = BidFile(bid=bid, title=form.cleaned_data["title"])
        file = form.cleaned_data["file"]
        try:
            made.add(by=signed_in_user(request), at=timezone.now(), file=file)
        except NotReady as refused:
            form.add_error("file", " ".join(refused.problems))
        else:
            words = gettext("“%(title)s” is filed. The buyer reads it once bids are opened.")
            messages.success(request, words % {"title": made.title})
            return redirect("bid-files", bid.pk)
    context = {
        "bid": bid,
        "tender": bid.tender,
        "files": list(bid.files.all()),
        "most": MOST,
        "form": form,
        "trail": bid_trail(bid),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "tenders/bid_files.html", context, status=status)


@require_POST
def bid_file_remove(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    bid = fillable(request, pk)
    made = get_object_or_404(bid.files, pk=file)
    made.bid = bid
    made.remove(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("“%(title)s” is taken out.") % {"title": made.title})
    return redirect("bid-files", bid.pk)


@require_safe
def bid_file(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """The file as it was handed in; of a draft, as it was filed, for the bidder's people."""
    bid = bid_in(request, pk)
    made = get_object_or_404(bid.files, pk=file)
    about = made.about if bid.is_draft else handed_in(bid, made)
    return made.as_handed_in(about)


def handed_in(bid: Bid, file: BidFile) -> Body:
    """What was handed in of a file; refused where the log contradicts the bid."""
    if not as_logged(bid):
        raise disagrees(bid.number)
    for each in bid.content.get("files", ()):
        if each["id"] == str(file.pk):
            return dict(each)
    raise Http404
