"""The files of a tender: public ones, and those that its buyer asks for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.abilities import require_able
from certcentre.accounts.people import signed_in_user
from certcentre.jobs.models import Job
from certcentre.lifecycle import NotReady
from certcentre.step_page import posted
from certcentre.tables.rows import megabytes
from tenders import exporting, frozen_body, paper_languages
from tenders.downloads import for_everybody
from tenders.export import FORMATS, Format
from tenders.export.own_file import MAX_BYTES
from tenders.pages.fetching import trail, visible
from tenders.tender import Tender


class ExportForm(forms.Form):
    """A file of the tender, perhaps inside the buyer's own."""

    format = forms.ChoiceField(
        label=_("File"),
        choices=lambda: [(key, each.title) for key, each in FORMATS.items()],
        widget=forms.RadioSelect,
        initial=next(iter(FORMATS)),
    )
    own = forms.FileField(
        label=_("A file of your own"),
        required=False,
        help_text=format_lazy(
            _(
                "With a line [[requirements]] where the annex goes, up to {limit} MB. "
                "For {names} only."
            ),
            limit=megabytes(MAX_BYTES),
            names=", ".join(f".{key}" for key, each in FORMATS.items() if each.own),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = (tender.language, tender.second_language)
        if tender.second_language:
            self.fields["language"] = forms.ChoiceField(
                label=_("Language"),
                required=False,
                choices=[(code, paper_languages.name_of(code)) for code in codes],
                help_text=_("Lists and forms to fill in are always in the first."),
            )


def tender_export(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Ask for a file: a draft marked so, or inside the buyer's own; what is wrong with the
    buyer's own is said at once."""
    tender, user, now = visible(request, reference), signed_in_user(request), timezone.now()
    require_able(tender, "export", user, at=now)
    form = ExportForm(posted(request), request.FILES or None, tender=tender)
    if request.method == "POST" and form.is_valid():
        own, format = form.cleaned_data["own"], FORMATS[form.cleaned_data["format"]]
        try:
            if not own and not format.job:
                return written(tender, format)
            job = exporting.request(
                tender,
                format.key,
                by=user,
                at=now,
                into=own.read() if own else b"",
                language=form.cleaned_data.get("language", "") if format.in_both else "",
            )
        except NotReady as wrong:
            for problem in wrong.problems:
                form.add_error("own", problem)
        else:
            return redirect("job", pk=job.pk)
    context = {"form": form, "tender": tender, "trail": trail(tender)}
    return render(request, "tenders/export.html", context, status=422 if form.is_bound else 200)


def written(tender: Tender, format: Format) -> HttpResponse:
    """A file that needs no job, written now."""
    content, name = exporting.export(tender, format.key)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=format.media_type, headers=headers)


@login_not_required
@require_safe
def tender_file(request: HttpRequest, reference: str, format: str) -> HttpResponseBase:
    """A file of a published tender, the same for everybody, once it is made."""
    known = FORMATS.get(format)
    if known is None or not known.public:
        raise Http404
    if not request.user.is_authenticated and not (
        Tender.objects.published().filter(reference=reference).exists()
    ):
        return redirect_to_login(request.get_full_path())
    tender = visible(request, reference)
    if not known.job and tender.body is not None:
        return written(tender, known)
    frozen_body.require_as_logged(tender)
    done = tender.downloads.select_related("job").filter(job__status=Job.Status.DONE)
    job = get_object_or_404(done, format=format, language=request.GET.get("language", "")).job
    if not default_storage.exists(str(job.file.name)):
        raise Http404(gettext("This file was cleared away. Tell the buyer."))
    return FileResponse(
        job.file.open(),
        as_attachment=True,
        filename=job.file_name,
        content_type=known.media_type,
    )


@require_POST
def file_again(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """Ask for a public file that could not be made, or whose format is newer than the tender."""
    tender = visible(request, reference)
    language = request.GET.get("language", "")
    if (format, language) not in [(each.key, code) for each, code in for_everybody(tender)]:
        raise Http404
    tender.ask_again(format, by=signed_in_user(request), at=timezone.now(), language=language)
    messages.success(request, gettext("Asked for again."))
    return redirect(tender)
