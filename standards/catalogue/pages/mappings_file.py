"""Many mappings at once: from a file, previewed first; and out as a file."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.lifecycle import NotReady
from certcentre.step_page import or_nothing, posted
from certcentre.tables.rows import Unreadable, megabytes, too_large
from standards.catalogue.abilities import officer
from standards.catalogue.checking import check
from standards.catalogue.content import BrokenContent, Content
from standards.catalogue.files import mappings
from standards.catalogue.forms import reason, text
from standards.catalogue.loading import known
from standards.catalogue.mappings import Mapping
from standards.catalogue.proposing import propose_all, said
from standards.catalogue.reviewing import Review
from standards.catalogue.schema import MappingRecord

UNPROCESSABLE = 422


class FileForm(forms.Form):
    """A file of mappings; after the preview its text stands in the page."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=format_lazy(
            _("CSV, XLSX, ODS or YAML, at most {limit} MB."), limit=megabytes(mappings.LARGEST)
        ),
    )
    origin = text(
        _("Origin"),
        Mapping,
        "origin",
        required=False,
        help_text=_("For lines that name none: a person, a body, a published table."),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1_200_000)
    reason = reason()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        try:
            if file and file.size > mappings.LARGEST:
                raise too_large(file.size, mappings.LARGEST)
            data = file.read() if file else given.get("text", "").encode()
            if not data:
                self.add_error("file", _("Choose a file."))
                return given
            found = mappings.read(data)
        except Unreadable as error:
            self.add_error("file", [*error.reasons, gettext("Nothing was changed.")])
            return given
        origin = given.get("origin", "")
        for _place, record in found.rows:
            if origin:
                record.setdefault("origin", origin)
        given["listed"] = found
        given["text"] = mappings.written(found.records).decode("utf-8-sig")
        return given


def catalogue_mappings_file(request: HttpRequest) -> HttpResponse:
    """Preview: what is new, what stands, what is refused and why. Then propose all, or none."""
    user = officer(request)
    form = FileForm(posted(request), request.FILES or None)
    context: dict[str, Any] = {
        "form": form,
        "columns": mappings.COLUMNS,
        "relations": Mapping.Relation.choices,
        "trail": [
            (gettext("The catalogue"), reverse("catalogue")),
            (gettext("Mappings"), reverse("catalogue-mappings")),
        ],
    }
    if request.method == "POST" and form.is_valid():
        listed = form.cleaned_data["listed"]
        found = listed.records
        problems = wrongs(listed.rows)
        if request.POST.get("do") == "propose" and not problems:
            new = unmapped(found)
            try:
                why = form.cleaned_data["reason"]
                propose_all("mapping", new, by=user, at=timezone.now(), reason=why)
            except NotReady as missing:
                problems = missing.problems
            else:
                words = ngettext("%(n)s proposed.", "%(n)s proposed.", len(new))
                messages.success(request, or_nothing(words % {"n": len(new)}, len(new)))
                return redirect("catalogue-mappings")
        form = FileForm(initial={**form.cleaned_data, "file": None})
        new = unmapped(found)
        context |= {
            "form": form,
            "read": len(found),
            "remarks": listed.remarks,
            "new": new[:50],
            "new_count": len(new),
            "there": len(found) - len(new),
            "problems": problems,
        }
        status = UNPROCESSABLE if problems else None
        return render(request, "catalogue/office/mappings_file.html", context, status=status)
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "catalogue/office/mappings_file.html", context, status=status)


def wrongs(rows: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What a content file with these would be refused for, each with the place where it stands."""
    content = Content()
    for place, data in rows:
        content.add("mapping", place, data)
    try:
        check(content, known())
    except BrokenContent as broken:
        return said(broken)
    return []


def unmapped(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those between criteria that no living mapping joins, either way round. One statement."""
    living = Mapping.objects.exclude(status=Review.WITHDRAWN)
    pairs = set(living.values_list("source__key", "target__key"))
    pairs |= {(target, source) for source, target in pairs}
    return [one for one in found if (one.get("source"), one.get("target")) not in pairs]


@require_safe
def catalogue_mappings_csv(request: HttpRequest) -> HttpResponse:
    """Every living mapping in the shape that the file page reads."""
    officer(request)
    rows = Mapping.objects.exclude(status=Review.WITHDRAWN).select_related("source", "target")
    ordered = rows.order_by("source__key", "target__key")
    table = mappings.written([MappingRecord.of(row).data for row in ordered])
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mappings.csv"'
    return answer
