"""Describing a product, changing its words, and taking it off the register."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from certcentre.accounts.models import Organisation
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict
from certcentre.step_page import Question, posted, step_page
from standards.assessment.forms import EditSolutionForm, NewSolutionForm, WhyForm
from standards.assessment.pages.fetching import own_solution, trail
from standards.assessment.provider_roles import offering, require_offering
from standards.assessment.solutions import Solution
from standards.catalogue.pages.applies import stated

NEW = Question(
    gettext_lazy("Describe a product"),
    gettext_lazy(
        "Give its name, what it does, and the release you want to answer for. Nothing is public "
        "until you declare."
    ),
    gettext_lazy("Go on to its facts"),
    gettext_lazy("Your product is here. Say now what it is; each answer decides what applies."),
)
EDIT = Question(
    gettext_lazy("Change name, summary or website"),
    gettext_lazy(
        "Once listed, everybody sees the new words at once. Answers and declarations stay."
    ),
    gettext_lazy("Save the change"),
    gettext_lazy("Changed."),
    verb="edit",
)
WITHDRAW = Question(
    gettext_lazy("Withdraw this solution"),
    gettext_lazy(
        "It leaves the register for good, and this cannot be undone. Its numbers and pages stay, "
        "and the bodies are asked to withdraw its certificates."
    ),
    gettext_lazy("Withdraw it for good"),
    gettext_lazy("Withdrawn. It is no longer on the register."),
    destructive=True,
    verb="withdraw",
)


@require_safe
def solution_new_for(request: HttpRequest) -> HttpResponse:
    """For whom; with one organisation there is nothing to choose."""
    able = list(offering(signed_in_user(request)))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if len(able) == 1:
        return redirect(reverse("solution-new", args=[able[0].pk]) + query)
    context = {"organisations": able, "query": query, "trail": trail()}
    return render(request, "assessment/solution_new_for.html", context)


def solution_new(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A product with its first release; answers in the address become its first facts."""
    mine = Organisation.objects.acted_for_by(request.user).filter(kind="provider")
    provider = get_object_or_404(mine, pk=pk)
    require_offering(provider, by=signed_in_user(request))
    facts = stated(request.GET)

    def create(**fields: Any) -> str:
        made = Solution.create(provider, facts=facts, **fields).releases.get()
        return reverse("release-facts", args=[made.pk])

    return step_page(
        request,
        NEW,
        NewSolutionForm(posted(request)),
        create,
        back=reverse("assessments"),
        trail=trail(),
        template="assessment/solution_new.html",
        onward=True,
        organisation=provider,
        facts=len(facts),
    )


def solution_edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    solution = own_solution(request, pk)
    form = EditSolutionForm(posted(request), instance=solution)
    back, template = reverse("assessments"), "assessment/solution_edit.html"
    try:
        return step_page(
            request,
            EDIT,
            form,
            solution.edit,
            back=back,
            trail=trail(),
            template=template,
            of=solution,
        )
    except Conflict as conflict:
        stored, again = conflict.stored, request.POST.copy()
        again["seen"] = stored.wording
        shown = {
            "question": EDIT,
            "form": EditSolutionForm(again, instance=stored),
            "stored": Solution.objects.get(pk=pk),
            "problems": conflict.problems,
            "back": back,
            "trail": trail(),
        }
        return render(request, template, shown, status=409)


def solution_withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    solution = own_solution(request, pk)
    return step_page(
        request,
        WITHDRAW,
        WhyForm(posted(request)),
        solution.withdraw,
        back=reverse("assessments"),
        trail=trail(),
        of=solution,
        kicker=_("Solution: %(name)s") % {"name": solution.name},
    )
