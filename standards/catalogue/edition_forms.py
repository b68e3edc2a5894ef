"""An edition, its levels and a criterion as forms; what they give is checked as a file is."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.places import languages
from standards.catalogue.editions import (
    Criterion,
    Domain,
    Edition,
    Level,
    Nature,
    Obligation,
    SeedCategory,
)
from standards.catalogue.forms import LinesField, prose, reason, text
from standards.catalogue.methods import Method, joined, needed
from standards.catalogue.records import Data
from standards.catalogue.standards import Standard

NEW = ""
OURS = "CC-BY-4.0"
CUMULATIVE = "+"


class LevelsField(LinesField):
    """Levels, one a line: key | obligation | label; cleans to records of a content file."""

    def clean(self, value: object) -> Any:
        found = []
        for line in super().clean(value):
            if not isinstance(line, str):
                return value
            parts = [part.strip() for part in line.split("|", 2)]
            if len(parts) != 3 or not all(parts):
                raise forms.ValidationError(
                    gettext("“%(line)s” needs a key, an obligation and a label, with | between.")
                    % {"line": line[:60]}
                )
            key, obligation, label = parts
            obligation, plus = obligation.rstrip(CUMULATIVE).strip(), CUMULATIVE in obligation
            found.append(
                {"id": key, "obligation": obligation, "label": label}
                | ({"cumulative": True} if plus else {})
            )
        return found

    def prepare_value(self, value: object) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{one['id']} | {one['obligation']}{CUMULATIVE if one.get('cumulative') else ''}"
            f" | {one['label']}"
            for one in value
        )


class EditionForm(forms.Form):
    """What an edition says of itself, and its levels."""

    standard = forms.ChoiceField(label=_("Standard"), required=False)
    standard_key = text(
        _("Key of a new standard"),
        Standard,
        "key",
        required=False,
        help_text=_("Where none above fits."),
    )
    id = text(
        _("Key"),
        Edition,
        "key",
        help_text=_("Permanent: small letters, digits, dots, hyphens, as reading-1."),
    )
    name = text(_("Name"), Edition, "name")
    version = text(_("Version"), Edition, "version")
    language = forms.ChoiceField(label=_("Language of its words"), initial="en")
    issuing_body = text(_("Issuing body"), Edition, "issuing_body")
    published = text(
        _("Published by its issuer"),
        Edition,
        "published_text",
        help_text=_("A date or year in words."),
    )
    reference = text(
        _("Reference"), Edition, "reference", help_text=_("As it is cited in a tender.")
    )
    seed_category = forms.ChoiceField(label=_("Kind"), choices=SeedCategory.choices)
    domain = forms.ChoiceField(label=_("Domain"), choices=Domain.choices)
    nature = forms.ChoiceField(
        label=_("What it rests on"),
        choices=Nature.choices,
        required=False,
        help_text=_(
            "A tender asks for a standard “or equivalent”, and for a law “as the law requires”."
        ),
    )
    jurisdictions = LinesField(
        _("Where"), required=True, rows=2, help_text=_("Country codes, EU or global, one a line.")
    )
    supersedes = forms.ChoiceField(label=_("Follows the edition"), required=False)
    level_structure = LevelsField(
        _("Levels"),
        required=True,
        help_text=_(
            "One a line, from low to high: key | must, should or may | label. A + behind the "
            "obligation says that the level includes the lower ones, as “AA | must+ | Level AA”."
        ),
    )
    text_licence = prose(_("Licence of the official text"), rows=2)
    may_quote_text = text(
        _("May its text be quoted?"), Edition, "may_quote_text", help_text=_("Yes, no, or how far.")
    )
    catalogue_licence = text(_("Licence of our words"), Edition, "catalogue_licence")
    notice = prose(_("Notice"), required=False, rows=2, help_text=_("Printed in every export."))
    notes = prose(_("Notes"), required=False, help_text=_("Readers see them."))
    source_basis = prose(
        _("What it was made from"),
        required=False,
        help_text=_("What was read, where and when, and what was not. Readers see it."),
    )
    office_notes = prose(
        _("Notes for editors"), required=False, help_text=_("Only the centre’s officers see them.")
    )
    reason = reason()

    FROZEN = ("standard", "standard_key", "id", "name", "version", "language", "supersedes")
    NAMES = ("name", "version", "language", "issuing_body", "published", "reference")
    TEXTS = ("notice", "notes", "source_basis", "office_notes")
    MORE = (
        *("seed_category", "domain", "nature", "jurisdictions", "text_licence"),
        "may_quote_text",
    )

    def __init__(
        self, data: QueryDict | None = None, *, edition: Edition | None = None, stored: Data
    ) -> None:
        self.edition, self.stored = edition, stored
        start: Data = {"catalogue_licence": OURS, "jurisdictions": ["global"], "published": ""}
        start |= {
            "level_structure": [
                {"id": "A", "obligation": Obligation.MUST.value, "label": "Level A"}
            ]
        }
        super().__init__(data, initial={**start, **stored})
        fields: Any = self.fields
        families = Standard.objects.order_by("name")
        fields["standard"].choices = [(NEW, _("A new one")), *((s.key, s.name) for s in families)]
        fields["language"].choices = [pair for pair in languages() if len(pair[0]) == 2]
        others = Edition.objects.exclude(status=Edition.Status.WITHDRAWN).order_by("name")
        if edition:
            others = others.exclude(pk=edition.pk)
        fields["supersedes"].choices = [("", _("None")), *((e.key, e.name) for e in others)]
        if edition:
            fields["id"].disabled = fields["standard"].disabled = True
            del fields["standard_key"]
        if edition and edition.status != Edition.Status.DRAFT:
            for name in (*self.FROZEN, "level_structure"):
                if name in fields:
                    fields[name].disabled = True

    def clean(self) -> Data:
        said = super().clean() or {}
        if not self.edition and not said.get("standard") and not said.get("standard_key"):
            self.add_error(
                "standard", _("Choose the standard it is an edition of, or name a new one.")
            )
        return said

    def record(self) -> Data:
        """The edition as a file holds it: what is not asked here is kept."""
        said = self.cleaned_data
        base = {name: said[name] for name in (*self.NAMES, *self.MORE, "catalogue_licence")}
        base |= {"id": said["id"], "edition": said["version"][:60]}
        base["standard"] = said.get("standard") or said.get("standard_key", "")
        more = {name: said[name] for name in (*self.TEXTS, "supersedes")}
        levels = [self.kept(level) for level in said["level_structure"]]
        return {"criteria": [], **self.stored, **base, **more, "level_structure": levels}

    def kept(self, level: Data) -> Data:
        """A level with the translations that it has already."""
        old = {one["id"]: one for one in self.stored.get("level_structure", [])}
        return {**level, "translations": old.get(level["id"], {}).get("translations", {})}


class CriterionForm(forms.Form):
    """One criterion of a draft; of a published edition only what helps to answer it."""

    ref = text(
        _("Ref"),
        Criterion,
        "ref",
        help_text=_("As it is cited, such as 1.2. It stays once published."),
    )
    title = text(_("Title"), Criterion, "title")
    statement = prose(
        _("What it asks"), help_text=_("One thing that can be answered and examined.")
    )
    level = forms.ChoiceField(label=_("Level"))
    domain = forms.ChoiceField(label=_("Domain"), choices=Domain.choices)
    group = text(_("Heading it stands under"), Criterion, "group", required=False)
    verification = forms.MultipleChoiceField(
        label=_("How it is verified"),
        choices=Method.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick what an auditor must do to see it. Where nothing is ticked, any will do."
        ),
    )
    force = forms.ChoiceField(label=_("In force"), choices=Criterion.Force.choices, required=False)
    guidance = prose(_("Guidance"), required=False)
    evidence_hint = prose(_("What would show it"), required=False)
    reason = reason()

    HINTS = ("guidance", "evidence_hint")

    def __init__(
        self, data: QueryDict | None = None, *, edition: Edition, levels: list[Level], stored: Data
    ) -> None:
        self.stored = stored
        methods = needed(stored.get("verification", ""))
        initial = {"domain": edition.domain, **stored, "verification": methods}
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["level"].choices = [(level.key, f"{level.key}: {level.label}") for level in levels]
        if edition.status != Edition.Status.DRAFT:
            for name, field in fields.items():
                field.disabled = name not in (*self.HINTS, "reason")

    def record(self) -> Data:
        said = self.cleaned_data | {"verification": joined(self.cleaned_data["verification"])}
        return {**self.stored, **{name: said[name] for name in said if name != "reason"}}
