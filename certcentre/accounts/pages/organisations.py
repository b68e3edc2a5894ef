"""Organisations: what they are, who acts for them, and the steps on them."""

import uuid
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from certcentre.abilities import abilities, refusal, require_able
from certcentre.accounts.forms import (
    CorrectForm,
    DetailsForm,
    HowForm,
    InterestForm,
    InviteForm,
    NewNameForm,
    NothingForm,
    ReasonForm,
    RegisterForm,
    RenameForm,
)
from certcentre.accounts.models import (
    IdentityProvider,
    Interest,
    Invitation,
    Membership,
    NewName,
    Organisation,
    Role,
    User,
)
from certcentre.accounts.people import signed_in_user
from certcentre.accounts.steps import STEPS
from certcentre.lifecycle import NotReady
from certcentre.log.history import history_lines
from certcentre.log.models import LogEntry
from certcentre.paging import Numbered
from certcentre.step_page import UNPROCESSABLE, Question, posted, prove, step_page
from certcentre.worklist import tasks_about

PAGE = 50
RECENT = 20  # entries of the history on an organisation's page


def organisations(request: HttpRequest) -> HttpResponse:
    """Mine; for the centre's officers also what waits, and a search over all."""
    user = signed_in_user(request)
    context: dict[str, Any] = {"mine": Organisation.objects.acted_for_by(user)}
    if user.is_officer():
        words = request.GET.get("q", "").strip()[:200]
        matching = Organisation.objects.found_by(words) if words else Organisation.objects.all()
        context |= {
            "officer": True,
            "q": words,
            "waiting": Organisation.objects.waiting(),
            "page": Numbered(matching, PAGE).get_page(request.GET.get("page")),
        }
    return render(request, "accounts/organisations.html", context)


def organisation_new(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(posted(request), initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        user, now = signed_in_user(request), timezone.now()
        made = Organisation.register(by=user, at=now, **form.cleaned_data)
        messages.success(
            request, gettext("Registered. The centre verifies name and number, then writes to you.")
        )
        return redirect(made)
    return render(request, "accounts/organisation_new.html", {"form": form})


def visible(request: HttpRequest, pk: uuid.UUID) -> Organisation:
    """The organisation if the person may see it; 404 like one that does not exist."""
    rows = Organisation.objects.visible_to(request.user).select_related("verified_by")
    return get_object_or_404(rows, pk=pk)


def organisation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    with signed_in_user(request).memberships_read_once():
        context = shown(visible(request, pk), signed_in_user(request))
        return render(request, "accounts/organisation.html", context)


def shown(organisation: Organisation, user: User) -> dict[str, Any]:
    """What the page of an organisation says and offers."""
    now = timezone.now()
    able = abilities(organisation, user, at=now)
    members = organisation.memberships.filter(until=None).select_related("user", "organisation")
    twins = Organisation.objects.filter(
        country=organisation.country, register_number=organisation.register_number
    ).exclude(pk=organisation.pk)
    officer = user.is_officer()
    provider, new_name = IdentityProvider.of(organisation), NewName.of(organisation)
    entries = LogEntry.objects.filter(organisation=organisation, step__in=STEPS)
    return {
        "organisation": organisation,
        "members": {
            person: [(membership, refusal(membership, "end", user, now)) for membership in roles]
            for person, roles in groupby(
                members.order_by("user__name", "user", "pk"), key=lambda one: one.user
            )
        },
        "editing": user.acts_for(organisation, Role.EDITOR),
        "managing": user.acts_for(organisation, Role.MANAGER),
        "officer": officer,
        "twins": twins if officer else [],
        "invitations": organisation.invitations.open(at=now) if able.may["invite"] else [],
        "interests": organisation.interests.filter(until=None).select_related("other"),
        "history": history_lines(entries.select_related("actor").order_by("-pk")[:RECENT]),
        "tasks": tasks_about(organisation, user, at=now),
        "provider": provider,
        "sign_on_may": abilities(provider, user, at=now).may,
        "new_name": new_name,
        "name_may": abilities(new_name, user, at=now).may,
        **able.context,
    }


def managed(request: HttpRequest, pk: uuid.UUID, verb: str) -> Organisation:
    """The organisation for whoever may take this step on it."""
    organisation = visible(request, pk)
    require_able(organisation, verb, signed_in_user(request), at=timezone.now())
    return organisation


def details(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    organisation = managed(request, pk, "change_details")
    changeable = organisation.changeable_details()
    form = DetailsForm(
        posted(request),
        initial={name: getattr(organisation, name) for name in changeable},
        may_change=changeable,
    )
    if request.method == "POST" and form.is_valid():
        user, now = signed_in_user(request), timezone.now()
        if "two_people" in form.changed_data:  # who publishes is a weighty step
            prove(request)
        organisation.change_details(by=user, at=now, **form.cleaned_data)
        messages.success(request, gettext("The details are changed."))
        return redirect(organisation)
    return render(
        request, "accounts/organisation_details.html", {"form": form, "organisation": organisation}
    )


def invite(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    organisation = managed(request, pk, "invite")
    prove(request)
    form = InviteForm(posted(request), kind=organisation.kind)
    if request.method == "POST" and form.is_valid():
        user, now = signed_in_user(request), timezone.now()
        try:
            letter = Invitation.send(organisation, by=user, at=now, **form.cleaned_data)
        except NotReady as missing:
            form.add_error("email", [str(problem) for problem in missing.problems])
        else:
            words = gettext("We are writing to %(address)s.") % {"address": letter.email}
            messages.success(request, words)
            return redirect(organisation)
    context = {"form": form, "organisation": organisation}
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "accounts/invite.html", context, status=status)


@require_POST
def membership_end(request: HttpRequest, pk: uuid.UUID, membership: int) -> HttpResponse:
    organisation = visible(request, pk)
    role = get_object_or_404(Membership, organisation=organisation, pk=membership)
    role.end(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The role has ended."))
    stays = Organisation.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect(organisation) if stays else redirect("organisations")


def declare_interest(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    organisation = managed(request, pk, "declare_interest")
    form = InterestForm(posted(request), organisation=organisation)
    if request.method == "POST" and form.is_valid():
        user, now = signed_in_user(request), timezone.now()
        Interest.declare(organisation, by=user, at=now, **form.cleaned_data)
        messages.success(request, gettext("The interest is declared."))
        return redirect(organisation)
    context = {"form": form, "organisation": organisation}
    return render(request, "accounts/interest_declare.html", context)


# verb → the words of its page, and what it asks
STEP_PAGES: dict[str, tuple[Question, type[forms.Form]]] = {
    "verify": (
        Question(
            _("Verify %(name)s"),
            _(
                "You have checked name and register number. It may then declare, accept "
                "engagements or publish tenders."
            ),
            _("Verify"),
            _("Verified."),
            verb="verify",
            weighty=True,
        ),
        HowForm,
    ),
    "refuse": (
        Question(
            _("Refuse %(name)s"),
            _(
                "It stays registered with your reason. Its manager can correct the details, and "
                "you can verify it later."
            ),
            _("Refuse"),
            _("Verification refused."),
            destructive=True,
            verb="refuse",
            weighty=True,
        ),
        ReasonForm,
    ),
    "suspend": (
        Question(
            _("Suspend %(name)s"),
            _(
                "Its solutions leave the register at once and it can take no step. Numbers and "
                "pages stay."
            ),
            _("Suspend"),
            _("Suspended."),
            destructive=True,
            verb="suspend",
            weighty=True,
        ),
        ReasonForm,
    ),
    "correct": (
        Question(
            _("Correct the details of %(name)s"),
            _(
                "You have looked them up again. What was declared, certified or published before "
                "keeps the details of its day. Another name is entered by a step of its own."
            ),
            _("Correct"),
            _("Corrected. We are writing to its managers."),
            verb="correct",
        ),
        CorrectForm,
    ),
    "close": (
        Question(
            _("Close %(name)s"),
            _(
                "This cannot be undone. Its solutions leave the register; public numbers and "
                "pages stay."
            ),
            _("Close for good"),
            _("Closed."),
            destructive=True,
            verb="close",
            weighty=True,
        ),
        ReasonForm,
    ),
}


def organisation_step(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """The centre judges an organisation; its own manager or the centre closes it."""
    organisation = visible(request, pk)
    question, form = STEP_PAGES[verb]
    back = organisation.get_absolute_url()
    trail = [(gettext("Your organisations"), reverse("organisations")), (str(organisation), back)]
    return step_page(
        request,
        question.about(name=organisation.name),
        form(posted(request), initial=organisation.verified_details),
        getattr(organisation, verb),
        back=back,
        trail=trail,
        of=organisation,
    )


# verb → the words of its page, and what it asks
NAME_PAGES: dict[str, tuple[Question, type[forms.Form]]] = {
    "ask": (
        Question(
            _("Ask for a new name of %(name)s"),
            _(
                "An officer of the centre looks it up and enters it. You are still found by the "
                "present name, and what was declared or certified in it keeps it."
            ),
            _("Ask for it"),
            _("Asked. The centre looks at it and writes to you."),
            verb="ask",
        ),
        NewNameForm,
    ),
    "take-back": (
        Question(
            _("Ask no longer for a new name of %(name)s"),
            _("The name stays as it is. You may ask again."),
            _("Ask no longer"),
            _("Taken back. The name stays as it is."),
            verb="take_back",
        ),
        NothingForm,
    ),
    "rename": (
        Question(
            _("Rename %(name)s"),
            _(
                "You have looked the new name up. From now on it stands everywhere, with the "
                "present one as the former one, by which it is still found. Certificates and "
                "declarations keep the name that they were made in and say how it is called now."
            ),
            _("Rename"),
            _("Renamed. We are writing to its people."),
            verb="rename",
            weighty=True,
        ),
        RenameForm,
    ),
    "decline": (
        Question(
            _("Do not rename %(name)s"),
            _("The name stays as it is. Its managers get your reason, and may ask again."),
            _("Do not rename it"),
            _("Not renamed. We are writing to its managers."),
            destructive=True,
            verb="decline",
            weighty=True,
        ),
        ReasonForm,
    ),
}


def new_name_step(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """A manager asks for another name, or no longer; an officer enters it, or does not."""
    organisation = visible(request, pk)
    new_name = NewName.of(organisation)
    question, form = NAME_PAGES[verb]
    back = organisation.get_absolute_url()
    trail = [(gettext("Your organisations"), reverse("organisations")), (str(organisation), back)]
    return step_page(
        request,
        question.about(name=organisation.name),
        form(posted(request), initial={"name": new_name.name}),
        getattr(new_name, question.verb),
        back=back,
        trail=trail,
        template="accounts/new_name_step.html",
        of=new_name,
        new_name=new_name,
    )
