"""Tenders as people meet them: the list, and one tender."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tenders.models import Tender

A_PAGE = 25


@login_not_required
def tenders(request: HttpRequest) -> HttpResponse:
    """Published tenders, and the reader's own organisations' drafts."""
    found = Tender.objects.visible_to(request.user).select_related("buyer")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tenders/tenders.html", {"page": page})


@login_not_required
def tender(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft for its members, a published tender for everybody."""
    found: Any = Tender.objects.visible_to(request.user).filter(reference=reference).first()
    if found is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if found is None:
        raise Http404
    return render(request, "tenders/tender.html", {"tender": found})
