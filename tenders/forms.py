"""Forms of tenders: shape only, the verbs hold the rules."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import received_files
from certcentre.accounts.models import Organisation
from certcentre.places import country
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import grounds, paper_languages
from tenders.award_criteria import AwardCriteria
from tenders.documents import Document
from tenders.invitee import invitable
from tenders.lot import Lot
from tenders.requirements import LONGEST, Requirement, place_of
from tenders.scoring import HIGHEST
from tenders.tender import Tender

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def text(
    label: "StrOrPromise", *, rows: int = 3, required: bool = False, help_text: "StrOrPromise" = ""
) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DocumentForm(forms.ModelForm):
    """A document of the call and what it is."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)

    class Meta:
        model = Document
        fields = ("title", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = lazystr(received_files.limits())


class ReasonForm(forms.Form):
    reason = text(_("Reason"), required=True, help_text=_("The public reads it."))


class InviteForm(forms.Form):
    """Providers that are ticked, and one reason for all of them."""

    providers = forms.ModelMultipleChoiceField(
        label=_("Providers"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick whom you invite.")},
    )
    reason = text(
        _("Why these are invited"),
        required=True,
        help_text=_("Your organisation reads it, and the report of the evaluation says it."),
    )

    def __init__(self, data: QueryDict | None, *, offered: Iterable[Organisation]) -> None:
        super().__init__(data)
        field: Any = self.fields["providers"]
        field.queryset = invitable()
        field.choices = [(each.pk, f"{each.name} ({country(each.country)})") for each in offered]


class DeclineForm(forms.Form):
    """Why an invited provider does not bid, where it says so."""

    reason = text(_("Why you do not bid"), help_text=_("The buyer reads it."))


class EnquiryForm(forms.Form):
    """A question, and what it is about."""

    question = text(
        _("Your question"),
        rows=6,
        required=True,
        help_text=_(
            "Everybody reads it with the answer, without your name. Write nothing by which others "
            "see who asks."
        ),
    )
    about = forms.CharField(
        label=_("Requirement"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "input--short"}),
        help_text=_("Its reference, such as L1-003, where the question is about one."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Which provider asks?"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(
        self, *args: Any, tender: Tender, providers: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tender = tender
        own: Any = self.fields["organisation"]
        if len(providers) > 1:
            own.queryset, own.required = providers, True
        else:
            del self.fields["organisation"]

    def clean_about(self) -> Requirement | None:
        return requirement_called(self.tender, self.cleaned_data["about"])


class ReplyForm(forms.Form):
    """The answer to a question, and what it is about."""

    reply = text(
        _("Your answer"),
        rows=6,
        required=True,
        help_text=_("Everybody reads it under your organisation’s name. It stays as you send it."),
    )
    about = forms.CharField(
        label=_("Requirement"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "input--short"}),
        help_text=_(
            "Its reference in the version in force, such as L1-003. The answer then stands at its "
            "row too."
        ),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tender = tender

    def clean_about(self) -> Requirement | None:
        return requirement_called(self.tender, self.cleaned_data["about"])


def requirement_called(tender: Tender, ref: str) -> Requirement | None:
    """What a tender calls by this reference; None for none."""
    if not ref:
        return None
    lot, number = place_of(ref.upper()) or (0, 0)
    rows = Requirement.objects.filter(lot__tender=tender, lot__number=lot)
    requirement = rows.called(number)
    if requirement is None:
        raise forms.ValidationError(gettext("This tender has no such requirement."))
    return requirement


class GroundsForm(forms.Form):
    """The grounds that bidders declare: each ticked or not, with words where it says nothing
    without."""

    PICK, ASKED = "pick-", "asked-"

    def __init__(self, data: QueryDict | None, *, picks: Sequence[grounds.Pick]) -> None:
        super().__init__(data)
        spoken, known = paper_languages.spoken(), {pick["code"]: pick["asked"] for pick in picks}
        for code, (_group, ground) in grounds.BY_CODE.items():
            self.fields[f"{self.PICK}{code}"] = forms.BooleanField(
                label=ground.title[spoken],
                help_text=ground.words[spoken],
                required=False,
                initial=code in known,
            )
            if ground.asks:
                self.fields[f"{self.ASKED}{code}"] = text(
                    _("What you ask for: %(ground)s") % {"ground": ground.title[spoken]},
                    rows=2,
                    help_text=ground.asks[spoken],
                )
                self.fields[f"{self.ASKED}{code}"].initial = known.get(code, "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for code, (_group, ground) in grounds.BY_CODE.items():
            words, ticked = given.get(f"{self.ASKED}{code}", ""), given.get(f"{self.PICK}{code}")
            if ground.asks and ticked and not words.strip():
                self.add_error(f"{self.ASKED}{code}", _("Say in your words what you ask for."))
            if ground.asks and words.strip() and not ticked:
                self.add_error(f"{self.PICK}{code}", _("Tick it, or empty the words below it."))
        return given

    @property
    def groups(self) -> list[tuple[grounds.Group, list[tuple[forms.BoundField, Any]]]]:
        """Each group with its fields: to tick and, where there is one, for the words."""
        return [
            (
                group,
                [
                    (
                        self[f"{self.PICK}{ground.code}"],
                        self[f"{self.ASKED}{ground.code}"] if ground.asks else None,
                    )
                    for ground in group.grounds
                ],
            )
            for group in grounds.LIST.groups
        ]

    @property
    def asked(self) -> dict[str, str]:
        """The words of each that is ticked, by code."""
        given = self.cleaned_data
        return {
            code: given.get(f"{self.ASKED}{code}", "")
            for code in grounds.BY_CODE
            if given[f"{self.PICK}{code}"]
        }


class UnansweredForm(forms.Form):
    reason = text(
        _("Why you do not answer"),
        required=True,
        help_text=_("Whoever asked reads it; of others only your organisation and the centre do."),
    )


WITH_TAX = re.compile(
    r"\bTTC\b|toutes taxes comprises|\b(?:incl(?:uding|usive of|\.)?|with) (?:VAT|tax|GST)\b", re.I
)


class AwardCriteriaForm(forms.Form):
    """How bids for a lot are scored, and what each of its shoulds counts."""

    price_kind = forms.ChoiceField(
        label=_("What is compared"), choices=AwardCriteria.Price.choices, widget=forms.RadioSelect
    )
    price_words = forms.CharField(
        label=_("What it covers"),
        required=False,
        max_length=300,
        help_text=_(
            "Such as: all schools, three years, with training and support. Prices are without tax "
            "in every paper, so say nothing else here."
        ),
    )
    price_formula = forms.ChoiceField(
        label=_("How the price is scored"),
        choices=AwardCriteria.Formula.choices,
        widget=forms.RadioSelect,
    )
    earns = forms.ChoiceField(
        label=_("What a should from the catalogue earns"),
        choices=AwardCriteria.Earns.choices,
        widget=forms.RadioSelect,
    )
    threshold = forms.IntegerField(
        label=_("Least share of the points for quality, in %"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("A bid below it is not considered. Left empty, there is none."),
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    price_weight = forms.IntegerField(
        label=_("Points for the price"),
        required=False,
        min_value=1,
        max_value=FULL_WEIGHT - 1,
        widget=forms.NumberInput(attrs={"class": "input--short weight"}),
    )
    WEIGHT, LEAST, SCORE = "weight-", "least-", "score-"
    EVENLY = "evenly"  # the button that shares the points: whatever stands in them gives way

    def clean_price_words(self) -> str:
        """Prices are without tax in every paper: nothing here says otherwise."""
        words = str(self.cleaned_data["price_words"])
        if otherwise := WITH_TAX.search(words):
            told = gettext("Prices are without tax in every paper. Take this out: %(words)s")
            raise forms.ValidationError(told % {"words": otherwise[0]})
        return words

    def __init__(
        self, data: QueryDict | None, *, lot: Lot, shoulds: Sequence[Requirement], read: bool
    ) -> None:
        """`read`: some of the shoulds are scored by people, so scores mean something."""
        super().__init__(data, initial={name: getattr(lot, name) for name in Lot.AWARD})
        if not shoulds:
            for name in ("price_formula", "earns", "threshold", "price_weight"):
                del self.fields[name]
        few = len(shoulds) < FULL_WEIGHT  # the price gets a point too
        evenly = data is not None and data.get("do") == self.EVENLY
        for each in shoulds if few else ():
            self.fields[f"{self.WEIGHT}{each.pk}"] = forms.IntegerField(
                label=_("Points for %(ref)s") % {"ref": each.ref},
                required=False,
                initial=each.weight,
                min_value=1,
                max_value=FULL_WEIGHT,  # one alone has them all, until the price has some
                disabled=evenly,
                widget=forms.NumberInput(attrs={"class": "input--short weight"}),
            )
            if each.scored_by_people:
                self.fields[f"{self.LEAST}{each.pk}"] = forms.TypedChoiceField(
                    label=_("Least score for %(ref)s") % {"ref": each.ref},
                    required=False,
                    initial=each.least_score,
                    choices=[("", "–"), *((n, str(n)) for n in range(1, HIGHEST + 1))],
                    coerce=int,
                    empty_value=None,
                    widget=forms.Select(attrs={"class": "w-auto"}),
                )
        self.language = lot.tender.language
        for score, usual in enumerate(paper_languages.of(self.language).scores if read else ()):
            own = lot.scores[score] if lot.scores else ""
            self.fields[f"{self.SCORE}{score}"] = forms.CharField(
                label=_("What %(score)d means") % {"score": score},
                required=False,
                max_length=300,
                initial=own or usual,
                widget=forms.Textarea(attrs={"rows": 2, "lang": self.language}),
            )

    def weight_of(self, requirement: Requirement) -> forms.BoundField:
        return self[f"{self.WEIGHT}{requirement.pk}"]

    def least_of(self, requirement: Requirement) -> forms.BoundField | None:
        name = f"{self.LEAST}{requirement.pk}"
        return self[name] if name in self.fields else None

    @property
    def score_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(self.SCORE)]

    @property
    def terms(self) -> dict[str, Any]:
        """As `AwardCriteria.AWARD` says them; scores in the annex's own words are left to it."""
        given = self.cleaned_data
        terms = {name: given[name] for name in AwardCriteria.AWARD if name in given}
        if fields := self.score_fields:
            usual = paper_languages.of(self.language).scores
            own = [
                "" if given[field.name] == words else given[field.name]
                for field, words in zip(fields, usual, strict=True)
            ]
            terms["scores"] = own if any(own) else []
        return terms

    @property
    def weights(self) -> dict[str, int | None]:
        return self._by_key(self.WEIGHT)

    @property
    def least_scores(self) -> dict[str, int | None]:
        return self._by_key(self.LEAST)

    def _by_key(self, kind: str) -> dict[str, int | None]:
        """What was sent of one kind, by the key of the requirement."""
        return {
            name.removeprefix(kind): value
            for name, value in self.cleaned_data.items()
            if name.startswith(kind)
        }
