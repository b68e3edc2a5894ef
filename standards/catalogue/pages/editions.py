"""An edition at the centre: its days, its signature, its end, and what it changes."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.abilities import abilities
from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.people import User, signed_in_user
from certcentre.step_page import Question, posted, step_page
from standards.catalogue import history
from standards.catalogue.abilities import for_officer
from standards.catalogue.editions import Edition
from standards.catalogue.field_labels import about
from standards.catalogue.forms import DaysForm, PublishForm
from standards.catalogue.publishing import publish, reschedule
from standards.catalogue.succession import difference, standing
from standards.catalogue.vouching import agrees

PUBLISH = Question(
    _("Publish this edition"),
    _(
        "Its words, levels and refs stand from now on, and everybody sees it. You sign what a "
        "colleague drafted."
    ),
    _("Publish"),
    _("Published. Its words stand."),
    verb="publish",
    weighty=True,
)
WITHDRAW = Question(
    _("Withdraw this edition"),
    _(
        "Nobody may answer it or ask for it any more, and this cannot be undone. Its page and "
        "what rests on it stay. To replace it by a newer one, set its days instead."
    ),
    _("Withdraw"),
    _("Withdrawn. Its page stays."),
    destructive=True,
    verb="withdraw",
    weighty=True,
)
DAYS = Question(
    _("Set the days of this edition"),
    _(
        "Announce early: we promise at least six months between publishing and the end of the "
        "grace, unless a law says less."
    ),
    _("Set these days"),
    _("The days are set."),
    verb="reschedule",
)


def found(request: HttpRequest, key: str) -> Edition:
    rows = Edition.objects.select_related("standard", "supersedes", "proposed_by", "published_by")
    edition: Edition = for_officer(request, rows, key=key)
    return edition


def catalogue_edition(request: HttpRequest, key: str) -> HttpResponse:
    """Where it stands, what waits, and every step that was taken."""
    edition = found(request, key)
    before = edition.supersedes
    compared = difference(before, edition) if before else None
    context = {
        "edition": edition,
        "standing": standing(edition, timezone.localdate()),
        **abilities(edition, signed_in_user(request), at=timezone.now()).context,
        "criteria": edition.criteria.select_related("level").order_by("position"),
        "levels": list(edition.levels.order_by("position")),
        "compared": compared,
        "before": before,
        "about": about(edition),
        "after": list(edition.successors.order_by("effective_from", "pk")),
        "history": history.told(edition),
    }
    return render(request, "catalogue/office/edition.html", context)


def catalogue_edition_publish(request: HttpRequest, key: str) -> HttpResponse:
    edition = found(request, key)

    def take(*, by: User | None, at: datetime, signed: bool) -> None:
        publish([edition], by=by, at=at)

    return step(request, edition, PUBLISH, PublishForm(posted(request)), take)


def catalogue_edition_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    edition = found(request, key)
    return step(request, edition, WITHDRAW, PublicReasonForm(posted(request)), edition.withdraw)


def catalogue_edition_days(request: HttpRequest, key: str) -> HttpResponse:
    edition = found(request, key)
    shown = {name: getattr(edition, name) for name in DaysForm.DAYS}
    form = DaysForm(posted(request), initial=shown, follows=bool(edition.supersedes_id))

    def take(**said: Any) -> None:
        reschedule(edition, **said)

    return step(request, edition, DAYS, form, take)


def step(
    request: HttpRequest,
    edition: Edition,
    question: Question,
    form: Form,
    take: Callable[..., object],
) -> HttpResponse:
    back = reverse("catalogue-edition", args=[edition.key])
    trail = [(gettext("The catalogue"), reverse("catalogue")), (edition.name, back)]
    template = "catalogue/office/step.html"
    about: dict[str, Any] = {"back": back, "trail": trail, "template": template, "of": edition}
    return step_page(request, question, form, take, vouched=partial(agrees, edition), **about)
