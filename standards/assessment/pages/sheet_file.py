"""The answers of a draft as a workbook or CSV: out, and back in after a preview."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.limits import limited
from certcentre.step_page import UNPROCESSABLE, or_nothing, preview_kept, preview_taken
from certcentre.tables.rows import Unreadable, megabytes, too_large
from certcentre.tables.writing import XLSX
from standards.assessment import sheet_file, sheet_return
from standards.assessment.assessments import Assessment
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.sheet_return import Change, Preview, Taken, Wanted

SALT = "answers-file"
MOST = 1024 * 1024  # characters of a preview: what a form may post is 2.5 MB
CSV = "text/csv; charset=utf-8"


class SheetFileForm(forms.Form):
    """Answers that come back."""

    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("XLSX, ODS or CSV, at most {limit} MB."), limit=megabytes(sheet_file.LARGEST)
        ),
        allow_empty_file=True,
    )


@limited("export")
@require_safe
def sheet_xlsx(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The answers as they stand, as a workbook to fill."""
    return written(request, pk, sheet_file.write_xlsx, "xlsx", XLSX)


@limited("export")
@require_safe
def sheet_csv(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same as CSV."""
    return written(request, pk, sheet_file.write_csv, "csv", CSV)


def written(
    request: HttpRequest, pk: uuid.UUID, write: Callable[..., bytes], ending: str, media: str
) -> HttpResponse:
    assessment = own_assessment(request, pk)
    answer = HttpResponse(write(assessment, at=timezone.now()), content_type=media)
    name = slugify(str(assessment.release))[:60] or "release"
    answer["Content-Disposition"] = f'attachment; filename="answers-{name}.{ending}"'
    return answer


def sheet_return_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a file would change; then what was chosen of it goes in.

    The preview travels signed in the page, so that nothing is stored before.
    """
    draft, user, at = own_assessment(request, pk), signed_in_user(request), timezone.now()
    require_person(draft, "fill", user, at=at)
    if request.method == "POST" and request.POST.get("kept"):
        return take(request, draft, at)
    bound = request.method == "POST"
    form = SheetFileForm(request.POST if bound else None, request.FILES or None)
    preview, kept = None, ""
    if bound and form.is_valid():
        draft.may_fill(by=user, at=at)
        try:
            preview = read(form.cleaned_data["file"], draft)
            kept = signed(preview, draft)
        except Unreadable as error:
            form.add_error("file", [*error.reasons, gettext("Nothing was changed.")])
    context = {
        "assessment": draft,
        "form": form,
        "preview": preview,
        "kept": kept,
        **abilities(draft, user, at=at, of=("fill",)).context,
    }
    status = UNPROCESSABLE if bound and (preview is None or preview.problems) else None
    return render(request, "assessment/sheet_file.html", context, status=status)


def read(file: UploadedFile, draft: Assessment) -> Preview:
    if file.size and file.size > sheet_file.LARGEST:
        raise too_large(file.size, sheet_file.LARGEST)
    return sheet_return.read(file.read(), draft)


def signed(preview: Preview, draft: Assessment) -> str:
    """What may go in, for this draft as it is; empty where nothing would."""
    rows = [row_of(change) for change in (*preview.changes, *preview.clashes)]
    kept = preview_kept([str(draft.pk)], rows, salt=SALT) if rows else ""
    if len(kept) > MOST:
        raise Unreadable(gettext("The file changes too much text at once. Bring it in two parts."))
    return kept


def row_of(change: Change) -> list[object]:
    keys = [str(piece.pk) for piece in change.evidence]
    answer = change.answer
    texts = (change.value, change.reason, change.note)
    return [answer.pk, answer.revision, *texts, keys, change.writes, change.clash]


def take(request: HttpRequest, draft: Assessment, at: datetime) -> HttpResponse:
    """Write what the preview showed; of what was answered here meanwhile, what was ticked."""
    chosen = set(request.POST.getlist("mine"))
    wanted = []
    for *row, keys, writes, clash in preview_taken(request, [str(draft.pk)], salt=SALT):
        answer, revision, value, reason, note = row
        if not clash or str(answer) in chosen:
            evidence = tuple(map(uuid.UUID, keys))
            wanted.append(Wanted(answer, revision, value, reason, note, evidence, writes))
    tell(request, sheet_return.take(draft, wanted, by=signed_in_user(request), at=at))
    return redirect(draft)


def tell(request: HttpRequest, taken: Taken) -> None:
    """What went in, and what did not."""
    words = ngettext("%(n)s answer is taken.", "%(n)s answers are taken.", taken.answers)
    words = or_nothing(words % {"n": taken.answers}, taken.answers + taken.attached)
    messages.success(request, words)
    if taken.attached:
        words = ngettext(
            "Evidence was attached %(n)s time.",
            "Evidence was attached %(n)s times.",
            taken.attached,
        )
        messages.info(request, words % {"n": taken.attached})
    if taken.left:
        words = ngettext(
            "%(refs)s was changed here after you looked, and stays as it is here. Bring the file "
            "again to see what it would change now.",
            "%(refs)s were changed here after you looked, and stay as they are here. Bring the "
            "file again to see what it would change now.",
            len(taken.left),
        )
        messages.warning(request, words % {"refs": ", ".join(taken.left)})
