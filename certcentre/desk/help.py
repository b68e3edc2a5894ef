"""The help pages: one for each of the five people, and what everybody may want to know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from certcentre.accounts import sessions
from certcentre.accounts.models import Organisation
from certcentre.desk import paper_templates
from certcentre.desk.open_data.feeds import FEEDS
from standards.registry.matching.qualifying import FEW, FULL_WEIGHT
from tenders.bids.given import APART
from tenders.export import FORMATS, SET_OUT
from tenders.scoring import HIGHEST


@dataclass(frozen=True)
class Page:
    """A help page: the end of its address, its heading, and what it is for in a sentence."""

    slug: str
    title: Promise
    lede: Promise

    @property
    def template(self) -> str:
        return f"help/{self.slug}.html"


PEOPLE = (
    Page(
        "provider",
        _("For providers"),
        _("You make a digital tool for learning. Say once what it meets, and prove it to all."),
    ),
    Page(
        "auditor",
        _("For auditors"),
        _("You examine what a provider declared, and your body stands behind the decision."),
    ),
    Page(
        "buyer",
        _("For buyers"),
        _("You buy for a ministry, a district or a school. Ask for standards that tools do meet."),
    ),
    Page(
        "centre",
        _("For the centre"),
        _("You keep a register that the public may rely on, and you never judge your own work."),
    ),
    Page(
        "public",
        _("For everybody"),
        _("You teach, learn, report or run a school. Find a tool, and check what is said of it."),
    ),
)
MATTERS = (
    Page(
        "assurance",
        _("How much proof there is"),
        _("Five levels say how much stands behind an answer, and whose word it is."),
    ),
    Page(
        "verifying",
        _("How checking works"),
        _("A certificate can be checked by its number, by its file, and without trusting us."),
    ),
    Page(
        "api",
        _("For programs"),
        _("Everything public can be read by programs, without an account."),
    ),
    Page(
        "account",
        _("Your account"),
        _("How you sign in, what the portal asks of you, and what it tells you."),
    ),
    Page(
        "templates",
        _("Templates"),
        _("Documents to fill in: privacy notice for children, record of processing and others."),
    ),
    Page(
        "terms",
        _("Terms of use"),
        _("What a certificate says, what it does not say, and who answers for what."),
    ),
    Page(
        "privacy",
        _("Privacy"),
        _("What we keep about people, why, how long, and who sees it."),
    ),
    Page(
        "accessibility",
        _("Accessibility statement"),
        _("How these pages meet WCAG 2.2, what is not known yet, and how to tell us."),
    ),
    Page(
        "glossary",
        _("Words we use"),
        _("Each word has one meaning here, the same on every page."),
    ),
)
PAGES = {page.slug: page for page in (*PEOPLE, *MATTERS)}


def spoken() -> Iterator[tuple[str, str]]:
    """What each page says in the languages of the portal, by its slug: title and purpose, and its
    words as they were written."""
    for slug, page in PAGES.items():
        for code, _language in settings.LANGUAGES:
            with override(code):
                yield slug, f"{page.title} {page.lede}"
        source = get_template(page.template).template.source  # type: ignore[attr-defined]
        yield slug, strip_tags(TEMPLATE_TAG.sub(" ", source))


TEMPLATE_TAG = re.compile(r"{[%#{].*?[%#}]}", re.DOTALL)


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/help.html", {"people": PEOPLE, "matters": MATTERS})


@login_not_required
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in PAGES:
        raise Http404
    about = PAGES[slug]
    context = {
        "page": about,
        "people": PEOPLE,
        "matters": MATTERS,
        "centre": Organisation.objects.centre(),
        "to_fill_in": paper_templates.spoken().values(),
        "signed_in": sessions.lengths(),
        "few": FEW,
        "full_weight": FULL_WEIGHT,
        "highest": HIGHEST,
        "apart": APART,
        "formats": [format.title for format in FORMATS.values()],
        "feeds": [(name, subject.title) for name, subject in FEEDS.items()],
        "papers": [FORMATS[key].title for key in SET_OUT],
    }
    return render(request, about.template, context)
