"""What a release is, on one short page a group, and what applies to it."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_able
from certcentre.accounts.people import signed_in_user
from standards.assessment.assessments import Assessment, describe
from standards.assessment.pages.fetching import own_release, trail
from standards.assessment.solutions import Release
from standards.catalogue.applicability import is_answered
from standards.catalogue.applies_summary import show
from standards.catalogue.facts import Fact, groups
from standards.catalogue.pages.applies import Address, asking, form_of, leads_to
from standards.catalogue.rules import applied


def pages_of(release: Release) -> Address:
    """The address of each page of questions; of what applies, for none."""

    def address(group: str) -> str:
        if not group:
            return reverse("release-applies", args=[release.pk])
        return reverse("release-facts-group", args=[release.pk, group])

    return address


@require_safe
def release_facts(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The pages of questions with how many are answered, and the answers."""
    release = own_release(request, pk)
    address = pages_of(release)
    parts = [part(release, label, address(key), facts) for key, label, facts in groups()]
    context = {
        "release": release,
        "parts": parts,
        "known": sum(part.done for part in parts),
        "asked": sum(len(part.lines) for part in parts),
        "next": next((part for part in parts if part.done < len(part.lines)), None),
        "trail": trail(release),
        **abilities(release, request.user, at=timezone.now(), of=("state_facts",)).context,
    }
    return render(request, "assessment/facts.html", context)


@dataclass(frozen=True)
class Part:
    """One page of questions: its address, and each question with the answer in words."""

    label: str
    url: str
    lines: list[tuple[str, str]]

    @property
    def done(self) -> int:
        return sum(bool(answer) for _ask, answer in self.lines)


def part(release: Release, label: str, url: str, facts: list[Fact]) -> Part:
    stated = [(fact, release.facts.get(fact.key)) for fact in facts]
    lines = [
        (fact.text("ask"), fact.said(value) if is_answered(value) else "") for fact, value in stated
    ]
    return Part(label, url, lines)


def release_facts_group(request: HttpRequest, pk: uuid.UUID, group: str) -> HttpResponse:
    """One page of questions; an answered page leads to the next, or to what applies."""
    release, user, now = own_release(request, pk), signed_in_user(request), timezone.now()
    require_able(release, "state_facts", user, at=now)
    pages, address = groups(), pages_of(release)
    if group not in {key for key, _label, _facts in pages}:
        raise Http404
    form = form_of(request, group, pages, release.facts)
    if request.method == "POST" and form.is_valid():
        describe(release, form.facts(), of=form.fields, by=user, at=now)
        messages.success(request, _("Saved."))
        return redirect(address(leads_to(request, pages)))
    context = asking(form, group, pages, release.facts, address)
    context |= {"release": release, "trail": trail(release)}
    status = 422 if form.is_bound else None
    return render(request, "assessment/facts_group.html", context, status=status)


@require_safe
def release_applies(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which standards apply to the release, why, and what would decide more."""
    release, now = own_release(request, pk), timezone.now()
    facts = [fact for _key, _label, some in groups() for fact in some]
    shown = show(applied(release.facts, at=now), facts, address=pages_of(release))
    able = abilities(release, request.user, at=now, of=("assess",))
    draft = release.assessments.filter(status=Assessment.Status.DRAFT).first()
    start = draft.get_absolute_url() if draft else reverse("release-assess", args=[release.pk])
    context = {
        "release": release,
        "shown": shown,
        "draft": draft,
        "start": start if able.may["assess"] else "",
        "trail": trail(release),
    }
    return render(request, "assessment/applies.html", context)
