"""Releases that a rule holds: the centre looks at the facts, then clears or refuses."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.models import Organisation
from certcentre.accounts.people import signed_in_user
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, require, step_page
from standards.assessment.declarations import Declaration
from standards.assessment.forms import WhyForm
from standards.assessment.release_summary import holding
from standards.assessment.solutions import Release
from standards.catalogue.applicability import BLOCK
from standards.catalogue.applies_summary import because
from standards.catalogue.facts import Fact
from standards.catalogue.rules import applied

PER_PAGE = 25
CLEAR = Question(
    gettext_lazy("Clear this release"),
    gettext_lazy(
        "What is declared of it becomes public at once, and the same rule does not hold it again. "
        "The provider reads your reason, and it stands in the log."
    ),
    gettext_lazy("Clear it"),
    gettext_lazy("Cleared. The provider is told, with your reason."),
    verb="clear",
    weighty=True,
)
PROPOSE = Question(
    gettext_lazy("Propose to clear a hold"),
    gettext_lazy(
        "A law prohibits what holds it, so two officers clear it. Say why it does not fall under "
        "the prohibition; another officer reads it and clears or refuses."
    ),
    gettext_lazy("Propose it"),
    gettext_lazy("Proposed. Another officer decides."),
    verb="propose",
    weighty=True,
)
REFUSE = Question(
    gettext_lazy("Refuse to list this release"),
    gettext_lazy(
        "It stays out of the register. The provider reads your reason, may correct the facts and "
        "declare again; it then comes back to you."
    ),
    gettext_lazy("Refuse it"),
    gettext_lazy("Refused. The provider is told, with your reason."),
    destructive=True,
    verb="refuse",
    weighty=True,
)


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Held releases, the longest waiting first."""
    require(signed_in_user(request).is_officer())
    rows = Release.objects.filter(status=Release.Status.HELD)
    releases = rows.select_related("solution__organisation").annotate(since=Min("holds__held_at"))
    page = Numbered(releases.order_by("since", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessment/held.html", {"page": page})


def judged(request: HttpRequest, pk: uuid.UUID) -> Release:
    """The release for an officer; 404 to whoever may not see it, 403 to the provider's people."""
    seen = Release.objects.visible_to(request.user).select_related("solution__organisation")
    release = get_object_or_404(seen, pk=pk)
    require(signed_in_user(request).is_officer())
    return release


@require_safe
def hold(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rules that hold it, the answers that fired them, and what was decided before."""
    release = judged(request, pk)
    at = timezone.now()
    able = abilities(release, request.user, at=at, of=("clear", "refuse"))
    context = before_you_decide(release) | able.context
    for hold, _rule, _because in context["lines"]:
        hold.release = release
    context["proposable"] = {
        hold.pk
        for hold, _rule, _because in context["lines"]
        if hold.by_two and abilities(hold, request.user, at=at).may["propose"]
    }
    return render(request, "assessment/hold.html", context)


def before_you_decide(release: Release) -> dict[str, Any]:
    """What an officer reads: rules in words, with the answers they rest on as declared."""
    facts = {fact.key: fact for fact in Fact.objects.all()}
    now = applied(release.declared_facts, at=timezone.now())
    fired = {rule.rule: rule for rule in now.rules if rule.effect == BLOCK}
    lines = [
        (
            hold,
            rule,
            because(fired[hold.rule_key], now.facts, facts) if hold.rule_key in fired else None,
        )
        for hold, rule in holding(release)
    ]
    stated = [
        (fact.text("ask"), fact.said(release.declared_facts[key]))
        for key, fact in facts.items()
        if key in release.declared_facts
    ]
    last = Declaration.objects.filter(release=release).defer("body").first()
    return {
        "release": release,
        "lines": [line for line in lines if not line[0].cleared_at and not line[0].refused_at],
        "earlier": [line for line in lines if line[0].cleared_at or line[0].refused_at],
        "said": stated,
        "declaration": last,
        "waits": release.status == Release.Status.HELD,
        "in_force": release.solution.organisation.status == Organisation.Status.VERIFIED,
        "trail": trail(),
    }


def trail(release: Release | None = None) -> list[tuple[str, str]]:
    up = [(gettext("Held releases"), reverse("held"))]
    return [*up, (str(release), reverse("hold", args=[release.pk]))] if release else up


def hold_propose(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    release = judged(request, pk)
    hold = get_object_or_404(release.holds, pk=number)
    hold.release = release
    return step_page(
        request,
        PROPOSE,
        WhyForm(posted(request)),
        hold.propose,
        back=reverse("hold", args=[release.pk]),
        of=hold,
        template="assessment/hold_decide.html",
        kicker=str(release),
        **{**before_you_decide(release), "trail": trail(release)},
    )


def release_clear(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    release = judged(request, pk)
    return decided(request, CLEAR, release, release.clear)


def release_refuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    release = judged(request, pk)
    return decided(request, REFUSE, release, release.refuse)


def decided(
    request: HttpRequest, question: Question, release: Release, take: Callable[..., object]
) -> HttpResponse:
    return step_page(
        request,
        question,
        WhyForm(posted(request)),
        take,
        back=reverse("hold", args=[release.pk]),
        of=release,
        template="assessment/hold_decide.html",
        kicker=str(release),
        **{**before_you_decide(release), "trail": trail(release)},
    )
