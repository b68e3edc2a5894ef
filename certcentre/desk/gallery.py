"""Every part of the pages with example data: what a page is built from, and how it looks."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.saving import Standing
from standards.assessment.claims import Outcome
from standards.assessment.sheet_rows import choices
from standards.attestation import sheet

HERE = "#main"


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name of the product"), help_text=_("As buyers know it."))
    reason = forms.CharField(
        label=_("Why does it not apply?"),
        help_text=_("Buyers see this text."),
        widget=forms.Textarea,
    )
    obligation = forms.ChoiceField(
        label=_("Obligation"), choices=[("must", _("Must")), ("should", _("Should"))]
    )
    used_on = forms.MultipleChoiceField(
        label=_("How do people use it?"),
        help_text=_("Native apps bring 29 more criteria."),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("web", _("Web")),
            ("android", _("Android app")),
            ("offline", _("Offline package")),
        ],
    )
    agreed = forms.BooleanField(label=_("I may sign for my organisation"))


class ExampleChoice(forms.Form):
    """The four answers."""

    value = forms.ChoiceField(
        label=_("Does release 1.4 meet this?"),
        widget=forms.RadioSelect,
        choices=Outcome.choices,
        initial=Outcome.MET,
    )


class ExampleUpload(forms.Form):
    """A file."""

    file = forms.FileField(
        label=_("Evidence"),
        help_text=_("PDF, image, text or ZIP, up to 20 MB. No names or faces of learners."),
    )


def domains() -> list[tuple[Any, tuple[int, ...], str]]:
    """The nine domains with counts of AL4, AL3, AL2, AL1, AL0."""
    return [
        (gettext("Accessibility"), (0, 11, 2, 2, 0), HERE),
        (gettext("Security"), (4, 0, 4, 4, 0), HERE),
        (gettext("Ethical"), (0, 5, 2, 1, 0), ""),
        (gettext("Technical"), (0, 3, 3, 1, 0), ""),
        (gettext("Legal"), (0, 0, 5, 2, 1), ""),
        (gettext("Pedagogical"), (0, 0, 2, 2, 2), ""),
        (gettext("Data exchange"), (0, 0, 1, 1, 1), ""),
        (gettext("Artificial intelligence"), (0, 0, 0, 1, 2), ""),
        (gettext("Child rights"), (0, 0, 1, 0, 2), ""),
    ]


def lists() -> dict[str, Any]:
    """Examples for the parts that take a list."""
    return {
        "domains": domains(),
        "all_domains": tuple(map(sum, zip(*(counts for _w, counts, _u in domains()), strict=True))),
        "funnel": [
            (gettext("on the register"), 214),
            (gettext("Offline learning"), 96),
            (gettext("No third-party trackers"), 41),
            (gettext("Listen instead of read"), 17),
            (gettext("qualify"), 14),
        ],
        "heat_columns": ["Kenya", "Estonia", "India", "Brazil"],
        "heat_rows": [
            (gettext("Accessibility"), [31, 44, 28, 3]),
            (gettext("Security"), [28, 51, 30, 6]),
            (gettext("Legal"), [22, 58, 9, 0]),
        ],
        "bars": [
            (gettext("Accessibility"), HERE, 12, 15, True),
            (gettext("Security"), HERE, 12, 12, False),
            (gettext("Legal"), HERE, 4, 8, False),
        ],
        "figures": [
            (214, gettext("solutions on the register")),
            (8, gettext("working days to a decision, median")),
        ],
        "unmet": [("BDA-6", gettext("Colours and background")), ("1.4.12", "Text Spacing")],
        "table_head": [gettext("Body"), gettext("Scope"), gettext("Until")],
        "table_rows": [
            ["Example Access Audit", gettext("Accessibility"), date(2028, 6, 30)],
            ["Example Secure Audit", gettext("Security"), date(2027, 2, 14)],
        ],
        "page": Paginator(range(900), 100).page(2),
    }


def records() -> dict[str, Any]:
    """Examples for the parts that show records."""
    return {
        "tasks": [
            {"title": gettext("Facts"), "url": HERE, "tag": gettext("Done"), "kind": "good"},
            {
                "title": gettext("Answers"),
                "url": HERE,
                "text": gettext("13 of 59 open"),
                "tag": gettext("In progress"),
                "kind": "accent",
            },
            {"title": gettext("Declaration"), "text": gettext("Opens when all is answered.")},
        ],
        "facts": [
            (gettext("Ages"), gettext("6 to 9"), HERE, gettext("Change")),
            (gettext("Countries"), "Kenya", HERE, gettext("Change")),
        ],
        "criteria": [
            {
                "ref": "1.4.3",
                "title": "Contrast (Minimum)",
                "url": HERE,
                "text": gettext("Measured contrast is 4.5:1 or better."),
                "level": 3,
                "side": gettext("met by 142 of 214"),
            }
        ],
        "steps": [
            (gettext("Requested"), "3 November", "done"),
            (gettext("Examining"), gettext("28 of 30"), "now"),
            (gettext("Decided"), "", ""),
        ],
        "diff": [
            {"ref": "2.5.8", "what": gettext("new"), "new": gettext("Things to tap are large.")},
            {"ref": "4.1.1", "what": gettext("removed"), "old": "Parsing"},
        ],
        "tabs": [
            (gettext("Claims"), HERE, True, 59),
            (gettext("Learner needs"), HERE, False, ""),
            (gettext("Data sheet"), HERE, False, ""),
        ],
        "checks": [
            (gettext("Signature is right."), gettext("Signed by the key of 2026."), True),
            (gettext("Not in the log yet."), gettext("Look again in an hour."), False),
        ],
        "links": [(gettext("What applies"), HERE), (gettext("Start an assessment"), HERE)],
        "menu_items": [(gettext("By name"), HERE, True), (gettext("By date"), HERE, False)],
    }


def dense() -> dict[str, Any]:
    """Examples for the parts of long tables."""
    filters = [("", gettext("All"), 55), ("open", gettext("Open"), 9)]
    return {
        "tally": [
            {"key": key or "all", "only": key, "words": words, "number": n, "current": not key}
            for key, words, n in filters
        ],
        "outline": [
            {
                "domain": "accessibility",
                "label": gettext("Accessibility"),
                "done": 46,
                "of": 55,
                "groups": [
                    {"place": 1, "title": "Perceivable", "done": 18, "of": 20},
                    {"place": 2, "title": "Operable", "done": 28, "of": 35},
                ],
            }
        ],
        "flags": [
            ("bad", "clock", gettext("evidence not in date")),
            ("accent", "map", gettext("an answer is offered")),
        ],
        "title": "Contrast (Minimum)",
        **choices(),
        "methods": sheet.choices()["methods"],
    }


def not_saved() -> dict[str, Any]:
    """Something typed that another person was quicker with."""
    standing = Standing(
        revision=4,
        by="Ada Example",
        mark="partly_met",
        texts=[("", gettext("Subtitles come in March."))],
    )
    problem = gettext("This was changed elsewhere while you were writing. Both texts are kept.")
    return {"problems": [problem], "standing": standing}


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """The gallery."""
    context = {
        "form": ExampleForm(),
        "wrong_form": ExampleForm({"name": "", "obligation": "must"}, prefix="wrong"),
        "choice_form": ExampleChoice(prefix="choice"),
        "upload_form": ExampleUpload(prefix="upload"),
        "day": date(2026, 11, 20),
        "later": date(2028, 11, 20),
        "not_saved": not_saved(),
        "dense": dense(),
        **lists(),
        **records(),
    }
    return render(request, "desk/components.html", context)
