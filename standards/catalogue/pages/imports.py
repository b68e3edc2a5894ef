"""Standards from files that others wrote: bring one in, see what it does, make the draft."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.accounts.people import signed_in_user
from certcentre.tables.writing import Column, Page, as_csv, as_xlsx
from standards.catalogue.abilities import officer
from standards.catalogue.field_labels import NOT_SAID, in_words
from standards.catalogue.files import FORMATS, READ
from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.table_out import WIDE
from standards.catalogue.forms import FactsForm, ImportForm
from standards.catalogue.imports import LONG, Import, ask_preview, report_file

SHOWN = 25  # imports in the list
FIRST = 60  # refs of a difference shown at once


def catalogue_imports(request: HttpRequest) -> HttpResponse:
    """Choose a file; what was brought in before."""
    by = officer(request)
    bound = request.method == "POST"
    form = ImportForm(request.POST if bound else None, request.FILES if bound else None)
    if bound and form.is_valid():
        sent = form.cleaned_data
        preview = ask_preview if len(sent["file"]) > LONG else Import.preview
        try:
            made = preview(
                sent["file"],
                format=sent["format"],
                file=form.file_name,
                asked={"key": sent["key"]} if sent["key"] else {},
                by=by,
                at=timezone.now(),
            )
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error("file", reason)
        else:
            return redirect(made)
    rows = Import.objects.select_related("edition", "profile", "read_by")[:SHOWN]
    context = {
        "form": form,
        "imports": rows,
        "formats": [FORMATS[key].name for key in READ],
    }
    return render(request, "catalogue/office/imports.html", context, status=422 if bound else 200)


def catalogue_import(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the file holds, changes and loses; then the draft, or the report of it. A long file is
    read again by a job."""
    found = for_officers(request, pk)
    by = signed_in_user(request)
    form = None
    if not found.loaded_at and found.report["kind"] == "edition":
        form = FactsForm(request.POST or None, initial=facts(found) | found.typed())
    if request.method == "POST" and found.is_long and not found.loaded_at:
        if form is None or form.is_valid():
            again = form is not None and "again" in request.POST
            facts_given = form.cleaned_data if form is not None else {}
            return redirect(found.ask_again(facts_given, load=not again, by=by, at=timezone.now()))
    elif request.method == "POST":
        try:
            if form is not None and form.is_valid() and "again" in request.POST:
                found.correct(form.cleaned_data, by=by, at=timezone.now())
                messages.success(request, gettext("Read again with what you said."))
                return redirect(found)
            if form is None or form.is_valid():
                if form is not None and form.has_changed():
                    found.correct(form.cleaned_data, by=by, at=timezone.now())
                found.load(by=by, at=timezone.now())
                messages.success(request, gettext("The draft is made. A colleague publishes it."))
                return redirect(found)
        except Refused as refused:
            for reason in refused.reasons:
                if form is not None:
                    form.add_error(None, reason)
    context = shown(found) | {"found": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "catalogue/office/import.html", context, status=status)


def for_officers(request: HttpRequest, pk: uuid.UUID) -> Import:
    """404 to everybody else: what was brought in and not published is nobody's business."""
    if not signed_in_user(request).is_officer():
        raise Http404
    return get_object_or_404(Import.objects.select_related("edition", "profile"), pk=pk)


def facts(found: Import) -> dict[str, Any]:
    """What stands in the form: what the plan says, and nothing where the file is silent."""
    said = {
        name: "" if words == NOT_SAID else words for name, words in found.report["facts"].items()
    }
    return {**said, **found.asked}


def shown(found: Import) -> dict[str, Any]:
    """The report, arranged for the page."""
    report = found.report
    differences = report["differences"]
    losses = [
        Loss(each["what"], each["why"], tuple(each["where"]), each["made"])
        for each in report["losses"]
    ]
    return {
        "report": report,
        "counts": report["counts"],
        "figures": [
            (len(differences["new"]), gettext("new")),
            (len(differences["changed"]), gettext("changed")),
            (len(differences["removed"]), gettext("removed")),
            (differences["same"], gettext("unchanged")),
        ],
        "new": differences["new"][:FIRST],
        "more_new": max(0, len(differences["new"]) - FIRST),
        "changed": [
            (ref, in_words(fields)) for ref, fields in list(differences["changed"].items())[:FIRST]
        ],
        "more_changed": max(0, len(differences["changed"]) - FIRST),
        "removed": differences["removed"][:FIRST],
        "more_removed": max(0, len(differences["removed"]) - FIRST),
        "about": in_words(differences["about"]),
        "lost": [each for each in losses if not each.made],
        "made": [each for each in losses if each.made],
        "nothing": bool(report["before"]) and not any(
            (differences["new"], differences["changed"], differences["removed"],
             differences["about"])
        ),
    }  # fmt: skip


@require_safe
def catalogue_import_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole report as text: every ref that is new, changed, removed or lost."""
    found = for_officers(request, pk)
    answer = HttpResponse(report_file(found), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="import-report.txt"'
    return answer


@require_safe
def catalogue_template(request: HttpRequest, ending: str) -> HttpResponse:
    """A list to fill in, in the reader's language."""
    officer(request)
    if ending not in ("csv", "xlsx"):
        raise Http404
    answer = HttpResponse(empty_list(ending), content_type=FORMATS[ending].media_type)
    answer["Content-Disposition"] = f'attachment; filename="standard.{ending}"'
    return answer


ASKED = ("ref", "title", "statement", "obligation", "group", "evidence_hint", "guidance")


def empty_list(ending: str) -> bytes:
    """The list to fill in, which our reader takes back in any language we speak: columns in the
    reader's own, and two rows that show how."""
    heads, rows = list(headings()), [list(cells) for cells in examples()]
    if ending == "csv":
        return as_csv([heads, *rows])
    widths = [Column(WIDE.get(name, 16)) for name in ASKED]
    return as_xlsx(
        [
            Page("Criteria", [heads, *rows], widths),
            Page("Standard", about_it(), [Column(24), Column(60)], heading=False),
        ]
    )


def headings() -> tuple[str, ...]:
    return (
        gettext("Ref"),
        gettext("Title"),
        gettext("Statement"),
        gettext("Obligation"),
        gettext("Group"),
        gettext("Evidence"),
        gettext("Guidance"),
    )


def examples() -> tuple[tuple[str, ...], ...]:
    return (
        (
            "1.1",
            gettext("Works without a network"),
            gettext("Lessons that were opened once can be used without a connection."),
            gettext("must"),
            gettext("Access"),
            gettext("A recording with the network switched off"),
            "",
        ),
        (
            "1.2",
            gettext("Speaks the languages of instruction"),
            gettext("Every screen for learners is there in the languages of instruction."),
            gettext("should"),
            gettext("Access"),
            gettext("Screens in each language"),
            "",
        ),
    )


def about_it() -> tuple[tuple[str, str], ...]:
    """The sheet about the standard: a field and its value."""
    return (
        ("ref", "title"),
        ("name", gettext("Name of your standard")),
        ("version", "1.0"),
        ("issuing_body", gettext("Your ministry")),
        ("catalogue_licence", "CC-BY-4.0"),
    )
