"""A second rater: asking one, and the scores that they give alone."""

import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from certcentre.abilities import abilities, require_person
from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.step_page import UNPROCESSABLE, Question, posted
from standards.attestation import rating as ratings
from standards.attestation import sheet
from standards.attestation.engagement import Engagement
from standards.attestation.pages.engagements import step, trail, visible
from standards.attestation.rating import LIMIT, LONGEST, SECOND, Rating, Scores
from standards.catalogue.sheet_page import key_of

PER_PAGE = 100
ASK = Question(
    _("Ask for a second opinion"),
    _(
        "An evaluator of your body scores the criteria alone and sees nothing of the findings "
        "before handing in. The decision waits for it. Whoever scores does not decide."
    ),
    _("Ask"),
    _("Asked. The decision waits until the scores are handed in."),
    verb="ask_rating",
)


class RatingForm(forms.Form):
    """Who scores alone, and how much may differ."""

    rater = forms.ModelChoiceField(label=_("Who scores?"), queryset=User.objects.none())
    limit = forms.IntegerField(
        label=_("From how many per cent of difference is a third asked?"),
        min_value=0,
        max_value=100,
        initial=LIMIT,
    )

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["rater"].queryset = ratings.raters(engagement, at=timezone.now())
        if engagement.ratings.next_place() != SECOND:
            del fields["limit"]


def engagement_ask_rating(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    form = RatingForm(posted(request), engagement=engagement)
    return step(request, engagement, ASK, form, partial(ratings.ask_rating, engagement))


@require_POST
def engagement_drop_rating(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    ratings.drop_rating(engagement, by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("Taken back. Nobody scores it now."))
    return redirect(engagement)


def own_rating(request: HttpRequest, pk: uuid.UUID) -> Rating:
    """The rating that the reader is asked for; 404 to whoever is asked for none."""
    engagement, user = visible(request, pk), signed_in_user(request)
    rating = get_object_or_404(engagement.ratings, rater=user)
    rating.engagement = engagement
    return rating


def engagement_scores(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The criteria with what the provider said, and the reader's own score of each."""
    rating, user, at = own_rating(request, pk), signed_in_user(request), timezone.now()
    if rating.handed_at:
        return redirect(rating.engagement)
    require_person(rating, "score", user, at=at)
    typed: Scores = {}
    problems: list[str] = []
    if request.method == "POST":
        typed = scores_of(request.POST)
        problems = rating.score(typed, by=user, at=at)
        if not problems:
            messages.success(request, gettext("Saved."))
            return redirect(f"{rating.get_absolute_url()}?page={page_asked(request)}")
    rows = rating.asked_of().in_order()  # type: ignore[attr-defined]
    page = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(page_asked(request))
    stored = {score.finding_id: (score.result, score.note) for score in rating.scores.all()}
    given = stored | dict(typed)
    context = {
        "rating": rating,
        "engagement": rating.engagement,
        "page": page,
        "rows": [
            (row, *given.get(row.pk, ("", "")))
            for row in sheet.rows(rating.engagement, list(page.object_list))
        ],
        "done": len(stored),
        "of": page.paginator.count,
        "problems": problems,
        "longest": LONGEST,
        "trail": trail(rating.engagement),
        **sheet.choices(),
        **abilities(rating, user, at=at).context,
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "attestation/scores.html", context, status=status)


def page_asked(request: HttpRequest) -> str:
    page = request.GET.get("page", "1")
    return page if page.isascii() and page.isdigit() and len(page) < 5 else "1"


def scores_of(sent: QueryDict) -> Scores:
    """The scores as typed: `v12` with the words `n12`."""
    keys = [key_of(name[1:]) for name in sent if name[:1] == "v" and sent[name]]
    return {key: (str(sent[f"v{key}"]), sent.get(f"n{key}", "")) for key in keys if key}


@require_POST
def engagement_hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is typed is saved first."""
    rating, user, at = own_rating(request, pk), signed_in_user(request), timezone.now()
    if typed := scores_of(request.POST):
        problems = rating.score(typed, by=user, at=at)
        for problem in problems:
            messages.error(request, problem)
        if problems:
            return redirect(rating)
    rating.hand_in(by=user, at=at)
    messages.success(request, gettext("Handed in. You see now how far you agree."))
    return redirect(rating.engagement)
