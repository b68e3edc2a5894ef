"""Forms of accreditations, examinations and certificates: shape only, the verbs hold the rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.places import countries
from standards.attestation.decision import Decision, terms
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from standards.attestation.sampling import LONGEST, MOST
from standards.attestation.scope import to_ask_for
from standards.attestation.validity import LONGEST as LONGEST_TERM
from standards.catalogue.editions import Criterion, Domain, Edition, Level
from standards.catalogue.levels import includes
from standards.catalogue.methods import Method

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


DAY = {"type": "date", "class": "input--short"}


def day(
    label: "StrOrPromise", *, required: bool = True, help_text: "StrOrPromise" = ""
) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )


def words(
    label: "StrOrPromise", *, required: bool = True, help_text: "StrOrPromise" = "", rows: int = 4
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CountriesField(forms.CharField):
    """Countries by code or name, with commas between; cleans to a list of codes."""

    def clean(self, value: object) -> Any:
        text = str(super().clean(value))
        known = {name.casefold(): code for code, name in countries()}
        known |= {code.casefold(): code for code, _name in countries()}
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if unknown := [part for part in parts if part.casefold() not in known]:
            raise forms.ValidationError(
                gettext("We do not know the country “%(name)s”.") % {"name": unknown[0]}
            )
        return sorted({known[part.casefold()] for part in parts})


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records. A key that is larger than any key names none."""

    def clean(self, value: list[str] | None) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid_list"]) from error


class GrantForm(forms.Form):
    """A new accreditation."""

    body = forms.ModelChoiceField(
        label=_("Auditing body"),
        queryset=Organisation.objects.none(),
        help_text=_("Only bodies that the centre verified."),
    )
    editions = SeveralField(
        label=_("Editions it may attest"),
        queryset=Edition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    countries = CountriesField(
        label=_("Countries of the providers"),
        required=False,
        help_text=_("Names or codes with commas between, such as Kenya, EE. Empty: every country."),
    )
    valid_from = day(_("First day"))
    valid_until = day(_("Last day"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        kind = Organisation.Kind.AUDITOR
        fields["body"].queryset = Organisation.objects.in_force().filter(kind=kind)
        published = Edition.objects.filter(status=Edition.Status.PUBLISHED)
        fields["editions"].queryset = published
        fields["editions"].choices = by_domain(published)
        self.initial.setdefault("valid_from", today)


def by_domain(editions: Iterable[Edition]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Editions as choices, grouped by what they are about."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for edition in editions:
        groups.setdefault(edition.domain, []).append((edition.pk, edition.text("name")))
    return [(str(Domain(domain).label), groups[domain]) for domain in Domain if domain in groups]


class NoteForm(forms.Form):
    """What a planned check saw."""

    note = words(_("What you checked and what you saw"))


class AcceptForm(forms.Form):
    """That the body takes an engagement on."""

    interest_statement = words(
        _("What ties your organisation to the provider?"),
        help_text=_(
            "Ownership, staff, trade, advice in the last 24 months. If nothing does, write that. "
            "The provider reads it."
        ),
    )
    due_on = day(_("Report due"), required=False, help_text=_("As you agreed with the provider."))


class SampleForm(forms.Form):
    """A part of something that is examined for some criteria."""

    what = forms.CharField(
        label=_("What is the sample drawn from?"),
        max_length=LONGEST,
        help_text=_("Such as: schools that use it, pages of the web application, user accounts."),
    )
    number = forms.IntegerField(label=_("How many are examined?"), min_value=1, max_value=MOST)
    of = forms.IntegerField(label=_("Of how many?"), min_value=1, max_value=MOST)
    drawn = words(_("How is it drawn, so that a second person draws the same?"), rows=2)
    findings = SeveralField(
        label=_("For which criteria?"),
        queryset=Finding.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        rows = engagement.findings.in_order().select_related("criterion__edition")
        fields["findings"].queryset = rows
        groups: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            label = f"{row.criterion.ref} {row.criterion.text('title')}"
            groups.setdefault(row.criterion.edition.text("name"), []).append((row.pk, label))
        fields["findings"].choices = list(groups.items())


class RescheduleForm(forms.Form):
    """Another day for the report."""

    due_on = day(_("Report due"), help_text=_("As you agreed with the provider."))
    reason = words(_("Reason"), help_text=_("The other side reads it, and it stands in the log."))


class CancelForm(forms.Form):
    """Why an engagement ends early; the provider need not say."""

    reason = words(_("Reason"), help_text=_("The other side reads it, and it stands in the log."))

    def __init__(self, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class ReadyForm(forms.Form):
    """The evaluator's summary for whoever decides."""

    summary = words(
        _("Summary of the examination"),
        help_text=_(
            "What you examined, how, on which sample, and what you saw. Whoever decides reads it, "
            "and after the decision the provider."
        ),
        rows=8,
    )


class DecideForm(forms.Form):
    """The body's word: only a refusal where a grant is not possible."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=Decision.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("You can only refuse.")},
    )
    months = forms.TypedChoiceField(
        label=_("For how long, if granted?"),
        choices=terms,
        coerce=int,
        initial=LONGEST_TERM,
    )
    reason = words(
        _("Reasons"), help_text=_("The provider reads them. A refusal says what would change it.")
    )

    def __init__(self, *args: Any, grantable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not grantable:
            outcome: Any = self.fields["outcome"]
            outcome.choices = [(Decision.Outcome.REFUSED, Decision.Outcome.REFUSED.label)]
            del self.fields["months"]


class AnswerForm(forms.Form):
    """What the provider does about a nonconformity."""

    plan = words(
        _("What do you do about it?"), help_text=_("What was or will be changed, and how.")
    )
    due_on = day(_("Done by"), help_text=_("Today where it is done already."))


class CloseForm(forms.Form):
    """How the body saw that a correction is done."""

    methods = forms.MultipleChoiceField(
        label=_("How did you see it done?"),
        choices=Method.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    reply = words(_("What you saw"), required=False)


class ExternalForm(forms.Form):
    """A certificate of an outside scheme, as its paper says."""

    issuer = forms.CharField(
        label=_("Issued by"), max_length=200, help_text=_("The body whose name stands on it.")
    )
    their_number = forms.CharField(label=_("Number on it"), max_length=120)
    scope = words(
        _("What it covers"),
        help_text=_("In the words of the certificate: products, sites, services, version."),
    )
    exclusions = words(
        _("What it leaves out"),
        help_text=_("Also in its words. If it leaves out nothing, write “nothing”."),
        rows=2,
    )
    valid_from = day(_("First day"))
    valid_until = day(
        _("Last day"),
        help_text=_("Where it names none, as the scheme says how long such a certificate counts."),
    )
    link = forms.URLField(
        label=_("Where its issuer shows it"), required=False, max_length=500, assume_scheme="https"
    )
    criteria = SeveralField(
        label=_("Criteria it supports"),
        help_text=_("Only those that lie inside what it covers."),
        queryset=Criterion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, supported: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criteria"]
        field.queryset = supported
        field.label_from_instance = lambda one: (
            f"{one.ref} {one.text('title')} ({one.edition.text('name')})"
        )


class SeenForm(forms.Form):
    """How somebody made sure of an external certificate."""

    seen = words(
        _("How did you make sure?"),
        help_text=_(
            "Such as: looked it up in the issuer’s register today, and its scope names this "
            "release. Everybody can read it."
        ),
    )


@dataclass(frozen=True)
class Offer:
    """An edition that the body may examine here: its levels that build up, what was declared."""

    edition: Edition
    levels: list[Level]
    criteria: list[Criterion]

    @property
    def tick(self) -> str:
        return f"edition_{self.edition.pk}"

    @property
    def chosen(self) -> str:
        return f"criteria_{self.edition.pk}"


def offers(declared: list[Criterion], may_attest: set[int]) -> list[Offer]:
    """What of a declaration a body may examine, by edition. Needs `edition__levels` prefetched."""
    groups: dict[int, list[Criterion]] = {}
    for criterion in declared:
        if criterion.edition_id in may_attest:
            groups.setdefault(criterion.edition_id, []).append(criterion)
    made = []
    for criteria in groups.values():
        edition = criteria[0].edition
        within = {criterion.level_id for criterion in criteria}
        made.append(Offer(edition, to_ask_for(edition.levels.all(), within), criteria))
    return made


class RequestForm(forms.Form):
    """Cleans to what `request_examination` takes. What lies above a chosen level is left out."""

    def __init__(self, *args: Any, body: Organisation, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.offers = body, offers
        for offer in offers:
            self.fields[offer.tick] = self._edition_field(offer)
            self.fields[offer.chosen] = self._criteria_field(offer)
        self.fields["message"] = words(
            _("Message to the body"),
            required=False,
            help_text=_("Dates, languages, how to reach a test account. No passwords here."),
        )

    def _edition_field(self, offer: Offer) -> forms.Field:
        name = offer.edition.text("name")
        if not offer.levels:
            return forms.BooleanField(label=name, required=False, initial=True)
        levels = [(str(level.pk), level.text("label")) for level in offer.levels]
        return forms.ChoiceField(
            label=gettext("%(edition)s: to which level?") % {"edition": name},
            required=False,
            choices=[("", gettext("Not this time")), *levels],
            initial=levels[-1][0],
            help_text=_("Lower levels are included. A certificate needs every criterion of it."),
        )

    def _criteria_field(self, offer: Offer) -> forms.Field:
        return forms.MultipleChoiceField(
            label=gettext("Criteria of %(edition)s") % {"edition": offer.edition.text("name")},
            required=False,
            choices=[(str(criterion.pk), criterion.called) for criterion in offer.criteria],
            initial=[str(criterion.pk) for criterion in offer.criteria],
            widget=forms.CheckboxSelectMultiple,
        )

    def groups(self) -> list[tuple[Any, Any, int]]:
        """For the page: the edition's field, its criteria's field, and how many there are."""
        return [
            (self[offer.tick], self[offer.chosen], len(offer.criteria)) for offer in self.offers
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        editions: list[tuple[Edition, Level | None]] = []
        criteria: list[int] = []
        for offer in self.offers:
            ticked_level = given.get(offer.tick)
            if not ticked_level:
                continue
            level = next((level for level in offer.levels if str(level.pk) == ticked_level), None)
            ticked = set(given.get(offer.chosen) or ())
            criteria += [
                criterion.pk
                for criterion in offer.criteria
                if str(criterion.pk) in ticked and (not level or includes(level, criterion.level))
            ]
            editions.append((offer.edition, level))
        return {
            "body": self.body,
            "editions": editions,
            "criteria": criteria,
            "message": given.get("message", ""),
        }
