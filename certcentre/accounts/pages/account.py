"""A person's own account: its language, and its end."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import EmailView
from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from certcentre.accounts.closing import close_account
from certcentre.accounts.devices import named
from certcentre.accounts.models import IdentityProvider, User
from certcentre.accounts.own_file import own_file
from certcentre.accounts.people import reaches_nobody, signed_in_user
from certcentre.cross_origin import from_our_pages
from certcentre.step_page import or_nothing, posted, prove


@from_our_pages
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of the pages, and of the mails to whoever is signed in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response = set_language(request)
    if urlsplit(response.headers.get("Location", "")).path == request.path:
        response.headers["Location"] = reverse("home")  # nothing is to be seen here
    return response


def account_home(request: HttpRequest) -> HttpResponse:
    """Everything about the own account, by one link each."""
    user = signed_in_user(request)
    steps = Authenticator.objects.filter(user=user)
    context = {
        "second_step": steps.exclude(type=Authenticator.Type.RECOVERY_CODES).exists(),
        "connected": SocialAccount.objects.filter(user=user).exists(),
        "own_sign_ons": IdentityProvider.objects.of_people(user).exists(),
    }
    return render(request, "accounts/account_home.html", context)


class Addresses(EmailView):
    """The own addresses; one that was typed or chosen before somebody was asked who they are is
    kept."""

    kept: QueryDict = QueryDict()
    _did_send_verification_email = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """allauth writes down the address of an account; one that was withheld is none."""
        go_on = self.as_it_is if signed_in_user(request).is_withheld else super().dispatch
        response: HttpResponseBase = go_on(request, *args, **kwargs)
        return response

    @method_decorator(rate_limit(action="manage_email"))
    def as_it_is(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super(EmailView, self).dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.kept = posted(request) or QueryDict()
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_initial(self) -> dict[str, str]:
        return {"email": self.kept.get("email", "")} if "action_add" in self.kept else {}

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """A step is offered where it can change something."""
        context: dict[str, Any] = super().get_context_data(**given)
        radios = [
            radio
            for radio in context["emailaddress_radios"]
            if not reaches_nobody(radio["emailaddress"].email)
        ]
        addresses = [radio["emailaddress"] for radio in radios]
        chosen = self.kept.get("email")
        if chosen in [address.email for address in addresses]:
            for radio in radios:
                radio["checked"] = radio["emailaddress"].email == chosen
        return context | {
            "emailaddress_radios": radios,
            "emailaddresses": addresses,
            "several": len(addresses) > 1,
            "unconfirmed": any(not address.verified for address in addresses),
        }


def account_sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; each of them, or all others, can be ended."""
    user, here = signed_in_user(request), request.session.session_key
    if request.method == "POST":
        others = UserSession.objects.filter(user=user).exclude(session_key=here)
        which = request.POST.get("end", "")
        ended = [each for each in others if which in ("others", str(each.pk))]
        for each in ended:
            each.end()
        words = ngettext("%(n)s ended.", "%(n)s ended.", len(ended)) % {"n": len(ended)}
        messages.success(request, or_nothing(words, len(ended)))
        return redirect("account-sessions")
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda each: each.created_at)
    for session in sessions:
        session.device = named(session.user_agent)
    context = {"sessions": sessions, "here": here}
    return render(request, "accounts/account_sessions.html", context)


def account_file(request: HttpRequest) -> HttpResponse:
    """Everything about the person, to take away; asked for by them, and nobody at their screen."""
    prove(request)
    told = own_file(signed_in_user(request), at=timezone.now())
    options = {"ensure_ascii": False, "indent": 1}
    response = JsonResponse(told, json_dumps_params=options)
    response.headers["Content-Disposition"] = 'attachment; filename="account.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


class CloseForm(forms.Form):
    """The password, so that an open screen closes nobody's account."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        if not self.user.check_password(given):
            raise forms.ValidationError(gettext("This is not your password."))
        return given


def account_close(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    if not user.has_usable_password():
        prove(request)
    form = CloseForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        close_account(user, at=timezone.now())
        logout(request)
        messages.success(request, gettext("Your account is closed. We no longer know your name."))
        return redirect("home")
    return render(request, "accounts/account_close.html", {"form": form})
