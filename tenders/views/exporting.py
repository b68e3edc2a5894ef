"""A file of a tender for its buyer: a draft marked so, or inside the buyer's own Word file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from certcentre.accounts.views import person
from certcentre.lifecycle import NotReady
from tenders import exporting
from tenders.forms import ExportForm
from tenders.views.seated import held, trail


def tender_export(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the file; what is wrong with the buyer's own is said at once."""
    found = held(request, reference)
    form = ExportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        own = form.cleaned_data["own"]
        try:
            job = exporting.request(
                found,
                form.cleaned_data["format"],
                by=person(request),
                at=timezone.now(),
                into=own.read() if own else b"",
            )
        except NotReady as wrong:
            for problem in wrong.problems:
                form.add_error("own", problem)
        else:
            return redirect("job", pk=job.pk)
    context = {"form": form, "tender": found, "trail": trail(found)}
    return render(request, "tenders/export.html", context, status=422 if form.is_bound else 200)
