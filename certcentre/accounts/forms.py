"""Forms of people and organisations: shape only, the verbs hold the rules."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.issuers import DOMAINS, domains_of, issuer_of
from certcentre.accounts.models import IdentityProvider, Interest, Organisation, Role, User
from certcentre.lifecycle import NotReady
from certcentre.places import countries


class SignupForm(forms.Form):
    """What sign-up asks beside address and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = get_language() or "en"
        user.save(update_fields=["name", "language"])

    def clean_name(self) -> Any:
        return self.cleaned_data["name"].strip()


class WebsiteField(forms.URLField):
    """An address of a website. One validator, so that one fault is said once."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class DetailsForm(forms.ModelForm):
    """What an organisation says of itself."""

    country = forms.ChoiceField(label=_("Country"))
    website = WebsiteField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Give a web address that begins with https://.")},
    )

    class Meta:
        model = Organisation
        fields = [*Organisation.VERIFIED_DETAILS, *Organisation.OPEN_DETAILS, "two_people"]
        help_texts = {
            "name": _("As it stands in the business register."),
            "register_number": _("The centre looks it up. A tax or charity number will do too."),
            "two_people": _(
                "Whoever wrote in a version of a tender then does not publish it. A manager alone "
                "may change this; the history keeps who did."
            ),
        }

    def __init__(self, *args: Any, may_change: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", "---------"), *countries()]
        for name in [name for name in self.fields if may_change and name not in may_change]:
            del self.fields[name]


class RegisterForm(DetailsForm):
    """A new organisation. The centre itself is set up by its operator."""

    kind = forms.ChoiceField(
        label=_("What does it do?"),
        widget=forms.RadioSelect,
        choices=[
            ("provider", _("It offers learning products")),
            ("auditor", _("It examines products, as an auditing body")),
            ("buyer", _("It buys for schools")),
        ],
        help_text=_("One kind each. Register twice if you both sell and buy."),
    )

    class Meta(DetailsForm.Meta):
        fields = ["kind", *Organisation.VERIFIED_DETAILS, *Organisation.OPEN_DETAILS]


class InviteForm(forms.Form):
    """Whom to let in, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Organisation.ROLES[Organisation.Kind(kind)]
        roles: Any = self.fields["roles"]
        roles.choices = [(role.value, role.label) for role in map(Role, offered)]


class InterestForm(forms.ModelForm):
    """A tie to another organisation."""

    class Meta:
        model = Interest
        fields = ["other", "nature"]
        labels = {"other": _("Organisation")}
        help_texts = {"nature": _("For example: we own part of it, we share staff, we trade.")}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = Organisation.objects.in_force().exclude(pk=organisation.pk)


class HowForm(forms.Form):
    """How the centre checked an organisation."""

    how = forms.CharField(
        label=_("How was it checked?"),
        max_length=300,
        help_text=_("Shown to the public, such as: business register, extract of 3 November 2026."),
    )


class NothingForm(forms.Form):
    """A step that asks nothing but to be pressed."""


class ReasonForm(forms.Form):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The organisation reads it, and it stands in the log."),
    )


class PublicReasonForm(ReasonForm):
    """Why a step is taken that everybody hears of."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = _("Everybody can read it: it stands in the public log.")


def longest(field: str, model: type[Model] = Organisation) -> int | None:
    """How much a field of an organisation, or of another record, holds."""
    return model._meta.get_field(field).max_length  # type: ignore[union-attr]


class CorrectForm(PublicReasonForm):
    """What the centre has verified, as the business register has it now."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    register_number = forms.CharField(
        label=_("Register number"), max_length=longest("register_number")
    )
    field_order = ("country", "register_number", "reason")


class NewNameForm(ReasonForm):
    """The name that an organisation asks to bear."""

    name = forms.CharField(label=_("New name"), max_length=longest("name"))
    field_order = ("name", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].help_text = _("As it stands in the business register.")
        self.fields["reason"].help_text = _(
            "Since when, and where the centre finds it. The officers read it, and it stands in the "
            "log."
        )


class RenameForm(PublicReasonForm):
    """The name that an organisation bears now."""

    name = forms.CharField(label=_("New name"), max_length=longest("name"))
    since = forms.DateField(
        label=_("Since"),
        help_text=_("The day from which the business register has it."),
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
    )
    field_order = ("name", "since", "reason")


class IdentityProviderForm(forms.Form):
    """Through whom the people of an organisation sign in."""

    issuer = forms.CharField(
        label=_("Address of the identity provider"),
        max_length=longest("issuer", IdentityProvider),
        help_text=_("Its issuer, such as https://login.school.example."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
    )
    client_id = forms.CharField(
        label=_("Client id"),
        max_length=longest("client_id", IdentityProvider),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=500,
        help_text=_("Kept encrypted and never shown. Left empty, the one that is kept stays."),
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    domains = forms.CharField(
        label=_("Domains of your mail addresses"),
        required=False,
        max_length=DOMAINS * 255,
        help_text=_(
            "What stands after the @, one on each line. An officer of the centre confirms that "
            "they are yours; then whoever types such an address is led to your sign-in."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
    )
    only = forms.BooleanField(
        label=_("Members must sign in through it"),
        required=False,
        help_text=_(
            "From their next sign-in on: who is signed in another way stays so until then. "
            "Managers keep every way in, so that nobody is shut out while the identity provider is "
            "away."
        ),
    )

    def __init__(self, *args: Any, callback: str, first: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["client_id"].help_text = gettext(
            "Your identity provider gives both for an application for the web. It asks where to "
            "send people back to: %(address)s"
        ) % {"address": callback}
        if settings.MFA_ROLES:
            self.fields["only"].help_text += " " + gettext("They need a second step of signing in.")
        if first:
            self.fields["client_secret"].required = True
            self.fields["client_secret"].help_text = _("Kept encrypted and never shown.")

    def clean_issuer(self) -> str:
        """As it is asked."""
        try:
            return issuer_of(self.cleaned_data["issuer"])
        except NotReady as error:
            raise forms.ValidationError(error.problems) from error

    def clean_domains(self) -> list[str]:
        try:
            return domains_of(re.split(r"[\s,;]+", self.cleaned_data["domains"]))
        except NotReady as error:
            raise forms.ValidationError(error.problems) from error


class DomainsHowForm(forms.Form):
    """How the centre found that domains are an organisation's."""

    how = forms.CharField(
        label=_("How was it checked?"),
        max_length=300,
        help_text=_("Its people read it, such as: called the number in the business register."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
