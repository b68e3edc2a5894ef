"""Setting up the codes of an app."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse
from django.utils import timezone

from certcentre.accounts.factors import serves
from certcentre.accounts.sign_in import FirstCode


class Activate(ActivateTOTPView):
    """The code that set the app up has served: it does not sign in too."""

    def form_valid(self, form: FirstCode) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        serves(app, form.cleaned_data["code"], at=timezone.now())
        return response


activate = Activate.as_view()
