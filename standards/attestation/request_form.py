"""The form by which a provider asks a body: editions, levels, criteria."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.attestation.forms import words
from standards.catalogue.editions import Criterion, Edition, Level


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
        within = {one.level_id for one in criteria}
        levels = [one for one in edition.levels.all() if one.cumulative and one.pk in within]
        made.append(Offer(edition, levels, criteria))
    return made


class RequestForm(forms.Form):
    """Cleans to what `Engagement.request` takes. What lies above a chosen level is left out."""

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
        levels = [(str(one.pk), one.text("label")) for one in offer.levels]
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
            choices=[(str(one.pk), f"{one.ref} {one.text('title')}") for one in offer.criteria],
            initial=[str(one.pk) for one in offer.criteria],
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
            said = given.get(offer.tick)
            if not said:
                continue
            level = next((one for one in offer.levels if str(one.pk) == said), None)
            ticked = set(given.get(offer.chosen) or ())
            criteria += [
                one.pk
                for one in offer.criteria
                if str(one.pk) in ticked and (not level or one.level.position <= level.position)
            ]
            editions.append((offer.edition, level))
        return {
            "body": self.body,
            "editions": editions,
            "criteria": criteria,
            "message": given.get("message", ""),
        }
