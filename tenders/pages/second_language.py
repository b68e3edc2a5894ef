"""The second language of a draft's papers: which it is, and the buyer's own words in it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady
from certcentre.log.models import digest
from certcentre.paging import Numbered
from certcentre.step_page import UNPROCESSABLE, posted
from tenders import language_gaps, paper_languages, second_language
from tenders.pages.fetching import trail, writable
from tenders.requirements import LONGEST
from tenders.tender import Tender

TALL = 120  # letters of a text from which on its field has more rows
ROWS = 100  # texts of a page
NAME = 16  # letters of a digest that name a field


class SecondLanguageForm(forms.Form):
    """A language, and beneath each own text of a page what it says in it.

    A field is named by its text, so that words are kept for no other one.
    """

    WORDS = "words-"

    language = forms.ChoiceField(
        label=_("Second language"),
        required=False,
        help_text=_("The first language prevails, and each paper says so."),
    )

    def __init__(self, sent: QueryDict | None, *, tender: Tender, texts: Sequence[str]) -> None:
        super().__init__(sent)
        others = [pair for pair in paper_languages.choices() if pair[0] != tender.language]
        language: Any = self.fields["language"]
        language.choices = [("", _("None: the papers are in one language")), *others]
        language.initial = tender.second_language
        self.texts = {f"{self.WORDS}{digest(text.encode())[:NAME]}": text for text in texts}
        for name, text in self.texts.items():
            attrs = {"rows": 2 if len(text) < TALL else 5, "dir": "auto"}
            self.fields[name] = forms.CharField(
                label=text,
                required=False,
                max_length=LONGEST,
                initial=tender.second_texts.get(text, ""),
                widget=forms.Textarea(attrs={**attrs, "lang": tender.second_language}),
            )

    def clean(self) -> dict[str, Any]:
        """Words for a text that somebody changed meanwhile are given back, and kept for nobody."""
        given = super().clean() or {}
        for name in self.data:
            if name.startswith(self.WORDS) and name not in self.texts and self.data[name].strip():
                words = gettext(
                    "A text was changed meanwhile, so this stands for none: “%(words)s”"
                )
                self.add_error(None, words % {"words": self.data[name]})
        return given

    @property
    def words(self) -> dict[str, str]:
        """What says each text of the page, by the text."""
        return {text: self.cleaned_data.get(name, "") for name, text in self.texts.items()}

    @property
    def fields_of_texts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.texts]


def tender_second_language(request: HttpRequest, reference: str) -> HttpResponse:
    """The language first, then the words, a page of texts at a time; 409 with what stands where
    somebody changed them."""
    tender = writable(request, reference)
    texts = language_gaps.own_words(tender)
    page = Numbered(texts if tender.second_language else [], ROWS).get_page(request.GET.get("page"))
    form = SecondLanguageForm(posted(request), tender=tender, texts=list(page.object_list))
    seen, status, stored = tender.second_print, UNPROCESSABLE if form.is_bound else 200, None
    if form.is_bound and form.is_valid():
        by, since = signed_in_user(request), request.POST.get("seen", "")
        language = form.cleaned_data["language"]
        known = tender.second_words.get(language, {})
        words = {text: known.get(text, "") for text in texts}
        words |= form.words if language == tender.second_language else {}
        try:
            second_language.say(tender, language, words, by=by, at=timezone.now(), seen=since)
        except Conflict as conflict:
            status, stored = 409, conflict.stored
            form.add_error(None, conflict.problems)
        except NotReady as refused:
            form.add_error(None, refused.problems)
        else:
            messages.success(request, saved(tender, texts))
            return redirect(request.get_full_path())
    context = {
        "tender": tender,
        "form": form,
        "page": page,
        "first": paper_languages.name_of(tender.language),
        "second": paper_languages.name_of(tender.second_language),
        "unsaid": len(language_gaps.unsaid(tender, texts)),
        "stored": stored,
        "stored_language": paper_languages.name_of(stored.second_language) if stored else "",
        "seen": request.POST.get("seen", seen) if status == UNPROCESSABLE else seen,
        "trail": trail(tender),
    }
    return render(request, "tenders/second_language.html", context, status=status)


def saved(tender: Tender, texts: list[str]) -> str:
    """What is said after saving, of what then stands."""
    if not tender.second_language:
        return gettext("Saved. The papers are in one language.")
    left = len(language_gaps.unsaid(tender, texts))
    if not left:
        return gettext("Saved. Every text of your own is said in the second language.")
    words = ngettext(
        "Saved. %(n)d text of your own is not said in the second language yet.",
        "Saved. %(n)d texts of your own are not said in the second language yet.",
        left,
    )
    return words % {"n": left}
