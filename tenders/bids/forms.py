"""Forms of a bid: shape only, the verbs hold the rules."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places, received_files, zones
from certcentre.accounts.models import Organisation
from certcentre.tables.rows import MEGABYTE, megabytes
from standards.assessment.solutions import Release
from tenders.amounts import AmountField, CurrencyField
from tenders.bids import form_file
from tenders.bids.bid import Bid
from tenders.bids.received import Received, Way
from tenders.bids.response import Response
from tenders.bids.self_declaration import Answer, Declared, Said
from tenders.forms import text
from tenders.grounds import ANSWERS, EXCLUSION
from tenders.notice_forms import ClockField
from tenders.notice_terms import SIGNED
from tenders.requirements import LONGEST
from tenders.tender import Tender

MOST_FORMS = 20  # returned forms in one go
LARGEST_GO = 25 * MEGABYTE  # bytes of all of them; the proxy takes 30 MB (.compose/Caddyfile)


def longest(name: str) -> int:
    """How many letters a column of a bid holds."""
    return int(getattr(Bid._meta.get_field(name), "max_length", 0) or 0)


class StartForm(forms.Form):
    """Whose bid it is, where somebody acts for several providers."""

    organisation = forms.ModelChoiceField(
        label=_("Which provider bids?"), queryset=Organisation.objects.none()
    )

    def __init__(self, *args: Any, bidders: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = bidders
        if len(bidders) == 1:
            organisation.required = False
        self.only = bidders[0] if len(bidders) == 1 else None

    def clean_organisation(self) -> Organisation | None:
        return self.cleaned_data["organisation"] or self.only


class OfferForm(forms.Form):
    """What is offered, and at which price."""

    releases = forms.ModelMultipleChoiceField(
        label=_("Products that you offer"),
        queryset=Release.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several together, where one does not meet all of it."),
    )
    price = AmountField(label=_("Price"), help_text=_("Of the whole contract, without tax."))
    currency = CurrencyField()
    price_words = text(
        _("What the price covers"),
        help_text=_("Licences, training, support, and what is not in it."),
    )
    offer = text(_("Your offer in words"), rows=5, help_text=_("Short. The buyer reads it first."))

    def __init__(self, *args: Any, bid: Bid, offerable: QuerySet[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        releases: Any = self.fields["releases"]
        releases.queryset = offerable
        if not bid.lot.about_products:
            del self.fields["releases"]
        for name in ("price_words", "offer"):
            field: Any = self.fields[name]
            field.max_length = LONGEST


class DeclarationForm(forms.Form):
    """What the bidder declares of each ground; nothing is ticked beforehand."""

    ANSWER, WORDS = "answer-", "words-"

    def __init__(self, data: QueryDict | None, *, said: Sequence[Said]) -> None:
        super().__init__(data)
        self.said = said
        for each in said:
            code, kind = each.ground["code"], each.ground["kind"]
            self.fields[f"{self.ANSWER}{code}"] = forms.ChoiceField(
                label=_("Your answer"),
                choices=[(key, Answer(key).label) for key in ANSWERS[kind]],
                widget=forms.RadioSelect,
                required=False,
                initial=each.answer,
            )
            words = text(
                _("In your words"),
                rows=2,
                help_text=_("Needed where it applies: what it is, and what was done about it.")
                if kind == EXCLUSION
                else _("Such as figures, names and dates that show it."),
            )
            words.initial = each.words
            self.fields[f"{self.WORDS}{code}"] = words

    @property
    def lines(self) -> list[tuple[Said, forms.BoundField, forms.BoundField]]:
        """Each ground with the fields for answer and words."""
        return [
            (
                each,
                self[f"{self.ANSWER}{each.ground['code']}"],
                self[f"{self.WORDS}{each.ground['code']}"],
            )
            for each in self.said
        ]

    @property
    def declared(self) -> Declared:
        """What is answered or has words, by code."""
        given = self.cleaned_data
        declared = {
            each.ground["code"]: {
                "answer": given[f"{self.ANSWER}{each.ground['code']}"],
                "words": given[f"{self.WORDS}{each.ground['code']}"],
            }
            for each in self.said
        }
        return {code: each for code, each in declared.items() if any(each.values())}


class ReplyForm(forms.Form):
    """What the bidder says of one requirement."""

    response = forms.ChoiceField(
        label=_("Your answer"), choices=[("", ""), *Response.choices], required=False
    )
    words = text(_("How, and the proof"))


class FormFileForm(forms.Form):
    """The form of a tender that comes back."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=format_lazy(_("XLSX, at most {limit} MB."), limit=megabytes(form_file.LARGEST)),
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one go; cleans to a list of them."""

    widget = ManyFilesInput

    def clean(self, data: Sequence[object], initial: object = None) -> Any:
        files = [super(ManyFilesField, self).clean(each, initial) for each in data or [None]]
        return [file for file in files if file is not None]


class ReturnedFormsForm(forms.Form):
    """Forms that bidders returned, who are not here."""

    returned = ManyFilesField(
        label=_("Returned forms"),
        help_text=format_lazy(
            _("XLSX, at most {limit} MB each; in one go at most {most}, with {all} MB together."),
            limit=megabytes(form_file.LARGEST),
            most=MOST_FORMS,
            all=megabytes(LARGEST_GO),
        ),
        allow_empty_file=True,
    )

    def clean_returned(self) -> Any:
        files = self.cleaned_data["returned"]
        if len(files) > MOST_FORMS:
            words = gettext("%(n)d files; at most %(most)d in one go.")
            raise forms.ValidationError(words % {"n": len(files), "most": MOST_FORMS})
        if too_much := too_large_a_go(files):
            raise forms.ValidationError(too_much)
        return files


def too_large_a_go(files: Iterable[Any]) -> str:
    """Why these files are too much for one go; empty where they are not."""
    if (size := sum(each.size for each in files)) <= LARGEST_GO:
        return ""
    words = gettext("%(n)d MB in all; at most %(most)d MB in one go. Bring fewer at once.")
    return words % {"n": -(-size // MEGABYTE), "most": megabytes(LARGEST_GO)}


class ReceivedForm(forms.Form):
    """When and how a returned form came to the buyer, and what came with it."""

    received = ClockField(label=_("Received on"))
    way = forms.ChoiceField(label=_("How it came"), choices=[("", "–"), *Way.choices])
    late = text(
        _("It came late: why is it taken all the same?"),
        help_text=_("The reason stands beside the bid and in the report of the evaluation."),
    )
    annexes = ManyFilesField(
        label=_("What came with it"),
        required=False,
        help_text=format_lazy(
            _("Such as annexes, scanned; with this bid they are frozen. {kinds}"),
            kinds=lazy(received_files.limits, str)(),
        ),
    )

    def __init__(self, *args: Any, tender: Tender, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tender, self.at = tender, at
        place = gettext("Day and time of %(zone)s at which it reached you, as noted on it.")
        zone = zones.name_of(tender.zone, str(places.locale())) if tender.zone else "UTC"
        self.fields["received"].help_text = place % {"zone": zone}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            moment = zones.moment_of(given["received"], self.tender.zone)
        except zones.NoSuchTime as skipped:
            self.add_error("received", str(skipped))
            return given
        received = Received(moment, given["way"], given["late"])
        self.fields["late"].required = received.is_late(self.tender)  # as it is shown again
        for part, words in received.problems(self.tender, at=self.at):
            self.add_error(part, words)
        return {**given, "stated": received}

    @property
    def again(self) -> bool:
        """Whether files were chosen with it, which whoever sees it again chooses again."""
        return bool(self.files.getlist(self.add_prefix("annexes")))

    @property
    def asks_why(self) -> bool:
        """Whether the reason is asked for: it is late, or something was written there."""
        return self.is_bound and bool(self["late"].errors or self["late"].value())


class HandInForm(forms.Form):
    """The signature."""

    signatory_name = forms.CharField(
        label=_("Name of the person who signs"), max_length=longest("signatory_name")
    )
    signatory_role = forms.CharField(
        label=_("Their role"),
        max_length=longest("signatory_role"),
        help_text=_("Such as managing director."),
    )
    agreed = forms.BooleanField(label=SIGNED)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given.pop("agreed", None)
        return given
