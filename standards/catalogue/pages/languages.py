"""Texts in several languages, side by side; and workbooks for translators, out and in."""

from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Disagrees, NotReady
from certcentre.paging import Numbered
from certcentre.places import language as language_name
from certcentre.places import languages, right_to_left
from certcentre.step_page import or_nothing, posted, preview_kept, preview_taken
from certcentre.tables.rows import Unreadable, megabytes, too_large
from certcentre.tables.writing import XLSX
from standards.catalogue.abilities import officer
from standards.catalogue.editions import Edition
from standards.catalogue.files import translations
from standards.catalogue.files.translations import Preview
from standards.catalogue.translation_sets import Said, Scope, Text, known_language, scope, translate
from standards.catalogue.translations import HUMAN, MACHINE, MISSING, OUTDATED, WORDS, digest

PAGE = 40  # texts side by side
UNPROCESSABLE = 422
SALT = "translations"
OPEN = {MISSING, OUTDATED}


class FileForm(forms.Form):
    """A workbook that a translator sends back."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=format_lazy(
            _("XLSX, at most {limit} MB."), limit=megabytes(translations.LARGEST)
        ),
    )


def found(request: HttpRequest, key: str, code: str = "") -> Scope:
    """The scope, and a language that it may be translated into; else nothing is here.

    A draft edition is not there for whoever does not work for the centre.
    """
    user = signed_in_user(request)
    where = scope(key)
    if where is None or (code and (not known_language(code) or code == where.language)):
        raise Http404
    drafted = where.edition and where.edition.status == Edition.Status.DRAFT
    if drafted and not user.is_officer():
        raise Http404
    officer(request)
    return where


def trail(where: Scope, code: str = "") -> list[tuple[str, str]]:
    up = [(gettext("The catalogue"), reverse("catalogue"))]
    if where.edition:
        up.append((where.title, reverse("catalogue-edition", args=[where.key])))
    if code:
        up.append((gettext("Languages"), reverse("catalogue-languages", args=[where.key])))
    return up


@require_safe
def catalogue_languages(request: HttpRequest, key: str) -> HttpResponse:
    """How far each language is. The texts are read once."""
    where = found(request, key)
    begun = {code: None for code, _name in settings.LANGUAGES}
    rows = list(where.rows())
    for _name, row in rows:
        begun |= dict.fromkeys(row.translations)
    lines = []
    for code in sorted(begun):
        if known_language(code) and code != where.language:
            states = Counter(text.wording.state for text in where.texts(code))
            lines.append(line(where, code, states))
    context = {
        "where": where,
        "written_in": language_name(where.language),
        "lines": lines,
        "others": [pair for pair in languages() if len(pair[0]) == 2 and pair[0] != where.language],
        "trail": trail(where),
    }
    return render(request, "catalogue/office/languages.html", context)


def line(where: Scope, code: str, states: Counter[str]) -> dict[str, Any]:
    return {
        "code": code,
        "name": language_name(code),
        "url": reverse("catalogue-language", args=[where.key, code]),
        "done": states[HUMAN] + states[MACHINE],
        "of": states.total(),
        "counts": [(WORDS[state], states[state]) for state in WORDS],
    }


def catalogue_language(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The originals with their translations; only those that are missing or out of date, if asked.

    A text that somebody else changed meanwhile is not written over: both are shown.
    """
    where = found(request, key, code)
    texts = where.texts(code)
    only = request.GET.get("show") == "open"
    shown = [text for text in texts if not only or text.wording.state in OPEN]
    page = Numbered(shown, PAGE).get_page(request.GET.get("page"))
    problems: list[str] = []
    clashes: dict[str, str] = {}
    if request.method == "POST":
        given, clashes = read(request, texts)
        try:
            n = translate(where, code, given, by=officer(request), at=timezone.now())
        except (NotReady, Disagrees) as refused:
            problems = refused.problems
        else:
            words = ngettext("%(n)s text saved.", "%(n)s texts saved.", n)
            messages.success(request, or_nothing(words % {"n": n}, n))
            if not clashes:
                return redirect(request.get_full_path())
            messages.warning(request, gettext("Some texts were changed by somebody else."))
            texts = {text.key: text for text in where.texts(code)}.values()  # type: ignore[assignment]
    typed = request.POST if problems else {}
    by_key = {text.key: text for text in texts}
    rows = [side(by_key.get(text.key, text), typed, clashes) for text in page]
    context = {
        "where": where,
        "code": code,
        "name": language_name(code),
        "written_in": language_name(where.language),
        "rtl": right_to_left(code),
        "page": page,
        "rows": rows,
        "only": only,
        "left": sum(text.wording.state in OPEN for text in texts),
        "of": len(texts),
        "problems": problems,
        "trail": trail(where, code),
    }
    status = UNPROCESSABLE if problems else 409 if clashes else 200
    return render(request, "catalogue/office/language.html", context, status=status)


def side(text: Text, typed: Any, clashes: dict[str, str]) -> dict[str, Any]:
    said = typed.get(f"t|{text.key}", text.wording.said)
    return {
        "text": text,
        "said": clashes.get(text.key, said),
        "theirs": text.wording.said if text.key in clashes else "",
        "print": digest(text.wording.said),
        "rows": 2 if len(text.wording.source) < 120 else 5,
    }


def read(request: HttpRequest, texts: list[Text]) -> tuple[dict[str, Said], dict[str, str]]:
    """What was typed otherwise than it stood; apart, what somebody else changed meanwhile."""
    who = MACHINE if request.POST.get("who") == MACHINE else HUMAN
    given, clashes = {}, {}
    for text in texts:
        typed = request.POST.get(f"t|{text.key}")
        if typed is None:
            continue
        typed = typed.strip()
        checked = text.key in request.POST.getlist("checked")
        if typed == text.wording.said and not checked:
            continue
        if request.POST.get(f"d|{text.key}") not in (None, digest(text.wording.said)):
            clashes[text.key] = typed
            continue
        given[text.key] = Said(typed, who)
    return given, clashes


@require_safe
def catalogue_language_out(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """A workbook of every text, for a translator."""
    where = found(request, key, code)
    content = translations.write(where, code, where.texts(code))
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{where.key}-{code}.xlsx"'
    return answer


def catalogue_language_in(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """First what the workbook would change and what of it is refused; then only translations are
    written. The preview travels signed in the page, so that nothing is stored before."""
    where = found(request, key, code)
    form, preview, kept = FileForm(posted(request), request.FILES or None), None, ""
    if request.method == "POST" and request.POST.get("kept"):
        return take(request, where, code)
    if request.method == "POST" and form.is_valid():
        try:
            if (size := form.cleaned_data["file"].size) > translations.LARGEST:
                raise too_large(size, translations.LARGEST)
            data = form.cleaned_data["file"].read()
            preview = translations.read(data, where, code, where.texts(code))
        except Unreadable as error:
            form.add_error("file", [*error.reasons, gettext("Nothing was changed.")])
        else:
            kept = signed(preview, where, code)
    context = {
        "where": where,
        "code": code,
        "name": language_name(code),
        "form": form,
        "preview": preview,
        "kept": kept,
        "trail": [*trail(where, code), (language_name(code), here(where, code))],
    }
    bad = form.is_bound and preview is None
    status = UNPROCESSABLE if bad else None
    return render(request, "catalogue/office/language_in.html", context, status=status)


def here(where: Scope, code: str) -> str:
    return reverse("catalogue-language", args=[where.key, code])


def signed(preview: Preview, where: Scope, code: str) -> str:
    rows = [[key, said.text, said.who, said.source] for key, said in preview.given.items()]
    return preview_kept([where.key, code], rows, salt=SALT)


def take(request: HttpRequest, where: Scope, code: str) -> HttpResponse:
    rows = preview_taken(request, [where.key, code], salt=SALT)
    given = {row[0]: Said(*row[1:]) for row in rows}
    n = translate(where, code, given, by=officer(request), at=timezone.now())
    words = ngettext("%(n)s text saved.", "%(n)s texts saved.", n)
    messages.success(request, or_nothing(words % {"n": n}, n))
    return redirect(here(where, code))
