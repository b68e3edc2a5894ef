"""Forms of bringing a standard in: the file, and what it does not say itself."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.tables.rows import LARGEST
from standards.catalogue.editions import Domain, Edition, SeedCategory
from standards.catalogue.fields import prose, text
from standards.catalogue.files import AUTO, FORMATS, READ
from standards.catalogue.shapes import KEY


class ImportForm(forms.Form):
    """A file, and in which format it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("At most 25 MB. Nothing is written before you have seen what it does."),
        allow_empty_file=True,
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[(AUTO, _("Tell by what is in it")), *((key, FORMATS[key].name) for key in READ)],
        initial=AUTO,
    )
    key = text(
        _("Key of the edition"),
        Edition,
        "key",
        required=False,
        help_text=_(
            "Its permanent name, such as ministry-edtech-2026. Left empty, it is made of the name."
        ),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        self.file_name = file.name
        if file.size > LARGEST:
            words = gettext("The file has over 25 MB. Split it, or leave out what is not needed.")
            raise forms.ValidationError(words)
        return bytes(file.read())

    def clean_key(self) -> str:
        return clean_key(self.cleaned_data["key"])


class FactsForm(forms.Form):
    """What an edition says of itself, where the file is silent or wrong."""

    name = text(_("Name"), Edition, "name")
    version = text(_("Version"), Edition, "version")
    issuing_body = text(_("Issued by"), Edition, "issuing_body")
    reference = text(_("Reference"), Edition, "reference")
    published = text(_("Published"), Edition, "published_text", help_text=_("Year or day."))
    domain = forms.ChoiceField(label=_("Domain"), choices=Domain.choices)
    category = forms.ChoiceField(label=_("Kind"), choices=SeedCategory.choices)
    catalogue_licence = text(
        _("Licence of these words"),
        Edition,
        "catalogue_licence",
        help_text=_("Such as CC-BY-4.0."),
    )
    text_licence = prose(_("Licence of the official text"), rows=2)
    language = forms.ChoiceField(label=_("Language of these words"), choices=settings.LANGUAGES)
    key = text(_("Key of the edition"), Edition, "key")
    hidden = forms.BooleanField(
        label=_("Take hidden rows and sheets too"),
        required=False,
        help_text=_("They are left out otherwise, as far as a table hides any."),
    )

    def clean_key(self) -> str:
        return clean_key(self.cleaned_data["key"])


def clean_key(key: str) -> str:
    if key and not KEY.fullmatch(key):
        words = gettext("Use small letters, digits, dots and hyphens, a letter or digit first.")
        raise forms.ValidationError(words)
    return key
