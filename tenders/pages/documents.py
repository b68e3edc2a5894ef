"""Documents of the call: filed with a draft by its editors, taken by everybody once published."""

import json
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.log.models import stored
from certcentre.step_page import posted
from tenders.documents import MOST, Document
from tenders.filed import Body
from tenders.forms import DocumentForm
from tenders.frozen_body import require_as_logged
from tenders.pages.fetching import seen, trail, unseen, writable
from tenders.tender import Tender


def tender_documents(request: HttpRequest, reference: str) -> HttpResponse:
    """What is filed with a draft, and a form for one more."""
    tender = writable(request, reference)
    form = DocumentForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        document = Document(tender=tender, kind=given["kind"], title=given["title"])
        try:
            document.add(by=signed_in_user(request), at=timezone.now(), file=given["file"])
        except NotReady as refused:
            form.add_error("file", " ".join(refused.problems))
        else:
            words = gettext("“%(title)s” is filed. It is public once the tender is published.")
            messages.success(request, words % {"title": document.title})
            return redirect("tender-documents", tender.reference)
    context = {
        "tender": tender,
        "documents": list(tender.documents.all()),
        "most": MOST,
        "form": form,
        "trail": trail(tender),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tenders/documents.html", context, status=status)


@require_POST
def document_remove(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    tender = writable(request, reference)
    document = get_object_or_404(tender.documents, pk=pk)
    document.tender = tender
    document.remove(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("“%(title)s” is taken out.") % {"title": document.title})
    return redirect("tender-documents", tender.reference)


@login_not_required
@require_safe
def tender_document(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponseBase:
    """The file, as it was published; of a draft, as it was filed, for the buyer's people."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    document = get_object_or_404(tender.documents, pk=pk)
    require_as_logged(tender)
    about = published(tender, pk) if tender.body else document.about
    return document.as_published(about)


def published(tender: Tender, pk: uuid.UUID) -> Body:
    """What was published of a document; 404 of one that was not."""
    for each in json.loads(stored(tender.body or b"{}")).get("documents", ()):
        if each["id"] == str(pk):
            return dict(each)
    raise Http404
