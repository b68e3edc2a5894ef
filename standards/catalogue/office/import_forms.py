"""Forms of bringing a standard in: the file, and what it does not say itself."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Domain, SeedCategory
from standards.catalogue.formats import AUTO, FORMATS, READ
from standards.catalogue.formats.parsing import LARGEST
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
    key = forms.CharField(
        label=_("Key of the edition"),
        required=False,
        max_length=80,
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

    name = forms.CharField(label=_("Name"), max_length=250)
    version = forms.CharField(label=_("Version"), max_length=200)
    issuing_body = forms.CharField(label=_("Issued by"), max_length=250)
    reference = forms.CharField(label=_("Reference"), max_length=250)
    published = forms.CharField(label=_("Published"), max_length=200, help_text=_("Year or day."))
    domain = forms.ChoiceField(label=_("Domain"), choices=Domain.choices)
    category = forms.ChoiceField(label=_("Kind"), choices=SeedCategory.choices)
    catalogue_licence = forms.CharField(
        label=_("Licence of these words"), max_length=40, help_text=_("Such as CC-BY-4.0.")
    )
    text_licence = forms.CharField(label=_("Licence of the official text"), max_length=500)
    language = forms.ChoiceField(label=_("Language of these words"), choices=settings.LANGUAGES)
    key = forms.CharField(label=_("Key of the edition"), max_length=80)

    def clean_key(self) -> str:
        return clean_key(self.cleaned_data["key"])


def clean_key(key: str) -> str:
    if key and not KEY.fullmatch(key):
        words = gettext("Use small letters, digits, dots and hyphens, a letter or digit first.")
        raise forms.ValidationError(words)
    return key
