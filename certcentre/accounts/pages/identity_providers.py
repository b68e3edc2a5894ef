"""An organisation's own provider of sign-ins, and the way to it from the page of signing in."""

import uuid
from functools import partial
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from certcentre import links
from certcentre.abilities import abilities, require_able
from certcentre.accounts import openid
from certcentre.accounts.forms import DomainsHowForm, IdentityProviderForm, ReasonForm
from certcentre.accounts.identity_providers import IdentityProvider
from certcentre.accounts.pages.organisations import visible
from certcentre.accounts.people import User, signed_in_user
from certcentre.accounts.sign_on import offered
from certcentre.lifecycle import NotReady
from certcentre.limits import limited
from certcentre.step_page import UNPROCESSABLE, Question, posted, prove, step_page

MOST = 20  # organisations that the search names
LEAST = 3  # letters to search for
LONGEST = User._meta.get_field("email").max_length  # letters of an address


def provider_of(request: HttpRequest, pk: uuid.UUID, verb: str) -> IdentityProvider:
    """The organisation's provider, kept or not yet, for whoever may take this step on it."""
    provider = IdentityProvider.of(visible(request, pk))
    require_able(provider, verb, signed_in_user(request), at=timezone.now())
    return provider


@limited("search")
def identity_provider(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set the provider, or set it otherwise. A new address is asked first whether it is one."""
    provider = provider_of(request, pk, "change")
    prove(request)
    callback = links.full(reverse("openid_connect_callback", args=[provider.key]))
    form = IdentityProviderForm(
        posted(request), initial=set_now(provider), callback=callback, first=not provider.is_set
    )
    if request.method == "POST" and form.is_valid():
        user, now = signed_in_user(request), timezone.now()
        try:
            if form.cleaned_data["issuer"] != provider.issuer:
                openid.number_of_keys(form.cleaned_data["issuer"])
            provider.change(by=user, at=now, **form.cleaned_data)
        except OAuth2Error as error:
            words = gettext(
                "We could not read what the identity provider says of itself. %(reason)s"
            )
            form.add_error("issuer", words % {"reason": error})
        except NotReady as missing:
            form.add_error(None, missing.problems)
        else:
            messages.success(request, gettext("The sign-in is set. Its managers are written to."))
            return redirect("identity-provider", pk)
    with signed_in_user(request).memberships_read_once():
        able = abilities(provider, signed_in_user(request), at=timezone.now())
    context = {
        "form": form,
        "organisation": provider.organisation,
        "provider": provider,
        "waiting": provider.domain_names(confirmed=False),
        "confirmed": provider.domain_names(confirmed=True),
        "unreadable": provider.is_set and not provider.secret(),
        **able.context,
    }
    status = UNPROCESSABLE if form.is_bound and not form.is_valid() else None
    return render(request, "accounts/identity_provider.html", context, status=status)


def set_now(provider: IdentityProvider) -> dict[str, Any]:
    """What the form shows of it: everything but the secret."""
    return {
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "domains": "\n".join(provider.domain_names()),
        "only": provider.only,
    }


@require_POST
@limited("search")
def identity_provider_test(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the provider for what it publishes, and say what came of it."""
    provider = provider_of(request, pk, "remove")
    try:
        keys = openid.number_of_keys(provider.issuer)
    except OAuth2Error as error:
        words = gettext("We could not read what the identity provider says of itself. %(reason)s")
        messages.error(request, words % {"reason": error})
    else:
        words = ngettext(
            "The identity provider answers and publishes %(n)s key. Whether client id and secret "
            "fit shows at a sign-in: connect your own account first.",
            "The identity provider answers and publishes %(n)s keys. Whether client id and secret "
            "fit shows at a sign-in: connect your own account first.",
            keys,
        )
        messages.success(request, words % {"n": keys})
    return redirect("identity-provider", pk)


# verb → the words of its page, and what it asks
STEP_PAGES: dict[str, tuple[Question, type[forms.Form]]] = {
    "remove": (
        Question(
            _("Take the sign-in of %(name)s away"),
            _(
                "Nobody signs in through it any more, and whoever did is signed out. Accounts, "
                "roles and work stay. Who has no password asks for a new one by e-mail."
            ),
            _("Take it away"),
            _("The sign-in is taken away."),
            destructive=True,
            verb="remove",
            weighty=True,
        ),
        forms.Form,
    ),
    "confirm": (
        Question(
            _("Confirm the domains of %(name)s"),
            _(
                "You have found that address and domains are this organisation’s, by a way that is "
                "not its manager’s word alone. Its people with such an address are then let in as "
                "its identity provider says. A domain in which anybody gets an address is nobody’s "
                "own."
            ),
            _("Confirm"),
            _("The domains are confirmed. We are writing to its managers."),
            verb="confirm",
            weighty=True,
        ),
        DomainsHowForm,
    ),
    "decline": (
        Question(
            _("Do not confirm the domains of %(name)s"),
            _("They are taken out again. Its managers get your reason, and may name others."),
            _("Do not confirm them"),
            _("Not confirmed. We are writing to its managers."),
            destructive=True,
            verb="decline",
            weighty=True,
        ),
        ReasonForm,
    ),
}


def identity_provider_step(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """A manager takes it away; an officer confirms its domains, or does not: what the page showed,
    of which the form carries the print."""
    organisation = visible(request, pk)
    provider = IdentityProvider.of(organisation)
    question, form = STEP_PAGES[verb]
    back = organisation.get_absolute_url()
    trail = [(gettext("Your organisations"), reverse("organisations")), (str(organisation), back)]
    names = provider.domain_names()
    take = getattr(provider, verb)
    if verb != "remove":
        take = partial(take, seen=request.POST.get("seen", ""))
    return step_page(
        request,
        question.about(name=organisation.name),
        form(posted(request)),
        take,
        back=back,
        trail=trail,
        template="accounts/identity_provider_step.html",
        of=provider,
        provider=provider,
        domains=names,
        seen=provider.print_of(names),
    )


@login_not_required
@limited("search")
def sign_on_organisation(request: HttpRequest) -> HttpResponse:
    """From an address, or a name that is picked, to the provider of an organisation. Which domains
    have one may be known; whose address has an account may not, so none is looked for."""
    typed = request.POST.get("login", "").strip()[:LONGEST]
    providers: list[IdentityProvider] = []
    if "@" in typed:
        if provider := IdentityProvider.objects.for_address(typed):
            return openid.begin(request, provider.key)
    elif len(typed) >= LEAST:
        named = IdentityProvider.objects.in_force().filter(organisation__name__icontains=typed)
        providers = list(named.order_by("organisation__name", "pk")[: MOST + 1])
    context = {
        "typed": typed,
        "longest": LONGEST,
        "asked": request.method == "POST",
        "short": "@" not in typed and len(typed) < LEAST,
        "by_address": "@" in typed,
        "providers": [offered(provider) for provider in providers[:MOST]],
        "more": len(providers) > MOST,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "socialaccount/organisation.html", context)
