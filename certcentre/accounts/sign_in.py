"""The forms of signing in, in our words: labels instead of placeholders."""

from typing import Any

from allauth.account import forms as stock
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base import forms as second
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.factors import serves
from certcentre.accounts.people import User
from certcentre.operator_log import tell

# what reading a passkey's answer that somebody made up by hand, or its signature, comes to
UNREADABLE = (AttributeError, InvalidSignature, LookupError, TypeError, ValueError)
APP_DIGITS = 6
WORDS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Password until now"),
    "password1": _("New password"),
    "password2": _("New password, again"),
    "remember": _("Stay signed in on this device"),
    "code": _("Code"),
}


class Worded:
    """Gives each field its label and takes the placeholder away."""

    fields: dict[str, Any]
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = WORDS.get(name, field.label)
            if name == "code" and self.is_bound:  # its error stands beside it, and nowhere else
                field.widget.attrs["autofocus"] = True
            if name == "password1":
                field.help_text = _("10 characters or more, such as four words that do not fit.")


class Login(Worded, stock.LoginForm):
    """Address and password."""


class Signup(Worded, stock.SignupForm):
    """A new account: name, address, password twice."""

    field_order = ["name", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password, again")

    def clean(self) -> dict[str, Any]:
        """The password is measured with the name too."""
        given: dict[str, Any] = super().clean()
        if "password1" in given:
            person = User(name=given.get("name", ""), email=given.get("email", ""))
            try:
                validate_password(given["password1"], person)
            except ValidationError as easy:
                self.add_error("password1", easy)
        return given

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """A known address takes as long as a new one, whose password is hashed."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        kept: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return kept


class AddEmail(Worded, stock.AddEmailForm):
    """Another address of the same person, who is told of it at the one in use."""

    def save(self, request: HttpRequest) -> EmailAddress:
        added: EmailAddress = super().save(request)
        about = {"added_email": added.email}
        get_adapter().send_notification_mail("account/email/email_added", self.user, about)
        return added


class ChangePassword(Worded, stock.ChangePasswordForm):
    """The password until now, and the new one twice."""


class SetPassword(Worded, stock.SetPasswordForm):
    """A first password for an account that has none."""


class ResetPassword(Worded, stock.ResetPasswordForm):
    """Where to send the link."""


class ResetPasswordKey(Worded, stock.ResetPasswordKeyForm):
    """The new password twice, behind the link."""


class Reauthenticate(Worded, stock.ReauthenticateForm):
    """The password once more, before something that matters."""


class Told:
    """A second step that does not fit is a line for the operator, with the person's random id:
    none where a passkey that nobody here has was shown."""

    user: User | None

    def add_error(self, field: str | None, error: ValidationError) -> None:
        person = str(self.user.pk) if self.user else None
        tell("second step refused", person=person, why=getattr(error, "code", None), way=field)
        super().add_error(field, error)  # type: ignore[misc]


class Typed(Told, Worded):
    """What the app shows has 6 digits, a code for emergencies 8: wrong ones of each are counted
    apart, so that whoever mistypes the one still has the other. Each code serves once."""

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])  # type: ignore[attr-defined]
        of_app = len(normalize_user_code(code)) <= APP_DIGITS
        kind = Authenticator.Type.TOTP if of_app else Authenticator.Type.RECOVERY_CODES
        count = {"action": "login_failed", "key": f"{kind} {self.user.pk}"}  # type: ignore[union-attr]
        if not ratelimit.consume(context.request, **count):
            many = "too_many_codes" if of_app else "too_many_recovery_codes"
            raise factor_adapter().validation_error(many)
        own = Authenticator.objects.filter(user=self.user, type=kind).first()
        if own and (
            serves(own, code, at=timezone.now()) if of_app else own.wrap().validate_code(code)
        ):
            ratelimit.clear(context.request, **count)
            own.user = self.user
            self.authenticator = own
            return code
        if own:
            self._emit_authentication_failed(own)  # type: ignore[attr-defined]
        raise factor_adapter().validation_error("incorrect_code")


class Code(Typed, second.AuthenticateForm):
    """The second step: what the app shows, or a code to recover with."""


class CodeAgain(Typed, second.ReauthenticateForm):
    """The code once more, before something that matters."""


class DeviceAnswer(forms.JSONField):
    """What a passkey's device answered; nested too deep to be read, or with a number too long for
    that, it does not fit."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> str | None:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise factor_adapter().validation_error("incorrect_passkey") from error


class Shown(Told):
    """What a device answered; whatever cannot be read or checked of it does not fit."""

    def clean_credential(self) -> Authenticator:
        try:
            passkey: Authenticator = super().clean_credential()  # type: ignore[misc]
        except (*UNREADABLE, ValidationError) as error:
            many = getattr(error, "code", None) == "too_many_login_attempts"
            words = "too_many_passkeys" if many else "incorrect_passkey"
            raise factor_adapter().validation_error(words) from error
        return passkey


class Passkey(Shown, passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second step."""

    credential = DeviceAnswer()


class PasskeyAlone(Shown, passkeys.LoginWebAuthnForm):
    """A passkey in the place of address and password."""

    credential = DeviceAnswer()


class PasskeyAgain(Shown, passkeys.ReauthenticateWebAuthnForm):
    """A passkey once more, before something that matters."""

    credential = DeviceAnswer()


class FirstCode(Worded, ActivateTOTPForm):
    """What the app shows first, so that it is known to work."""

    def fours(self) -> list[str]:
        """The key as one reads it: four letters at a time."""
        return [self.secret[at : at + 4] for at in range(0, len(self.secret), 4)]


class AddPasskey(Worded, passkeys.AddWebAuthnForm):
    """A passkey and its name. Each may sign in by itself, if the device asks who holds it."""

    name = forms.CharField(label=_("Name of the passkey"), required=False, max_length=60)
    credential = DeviceAnswer()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        try:
            given: dict[str, Any] = super().clean()
        except UNREADABLE as error:
            raise factor_adapter().validation_error("incorrect_passkey") from error
        return given


class NamePasskey(Worded, passkeys.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=60)
