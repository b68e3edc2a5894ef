"""Forms of the provider's pages: shape only, the verbs hold the rules."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import received_files
from certcentre.accounts.forms import WebsiteField
from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import NotReady
from standards.assessment import links
from standards.assessment.access_request import LONGEST
from standards.assessment.access_terms import AccessTerms
from standards.assessment.evidence import Evidence
from standards.assessment.learner_lists import LooksLikeLearners
from standards.assessment.solutions import Release, Solution

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SolutionForm(forms.ModelForm):
    """What a solution is called and what it does."""

    website = WebsiteField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": _("Give a web address that begins with https://.")},
        help_text=_("Where schools read about it."),
    )

    class Meta:
        model = Solution
        fields = ("name", "summary", "website")
        help_texts = {
            "name": _("As schools know it, without a version."),
            "summary": _(
                "Who uses it for what, in two or three sentences. Buyers read this first."
            ),
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "summary"):
            self.fields[name].widget.attrs["dir"] = "auto"


class NewSolutionForm(SolutionForm):
    """A solution with its first release."""

    release_label = forms.CharField(
        label=_("Release line"),
        max_length=40,
        help_text=_("Such as 4.x or 2026. Answers are about one line; small updates belong to it."),
    )


class EditSolutionForm(SolutionForm):
    """A change of words; carries a print of how they stood when the page was opened."""

    seen = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.wording


class ReleaseForm(forms.ModelForm):
    """A further line of a solution."""

    class Meta:
        model = Release
        fields = ("label",)
        help_texts = {
            "label": _("Such as 5.x or 2027. It starts with the facts of the newest release.")
        }


class ChangeForm(forms.Form):
    """What changed in the product without touching an answer."""

    reason = forms.CharField(
        label=_("What changed?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_(
            "Such as: 4.3 mends two faults in the printed report. Everybody can read it, and it "
            "stands in the log."
        ),
    )


class WhyForm(forms.Form):
    """Why a step is taken that everybody can read about."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Everybody can read it, and it stands in the log."),
    )


class ShareForm(forms.Form):
    """Who may open a piece of evidence, and where everybody may read it."""

    shown_to = forms.ChoiceField(
        label=_("Who may open it?"), choices=Evidence.ShownTo.choices, widget=forms.RadioSelect
    )
    public_link = forms.CharField(
        label=_("Public address"),
        required=False,
        max_length=links.LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", "dir": "ltr"}),
        help_text=_(
            "Only for a public link: where you publish it yourself. The file here stays private."
        ),
    )

    def __init__(self, *args: Any, piece: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(shown_to=piece.shown_to, public_link=piece.public_link)
        if piece.kind == Evidence.Kind.LINK:
            del self.fields["public_link"]
            self.fields["shown_to"].help_text = gettext("Public, it is this: %(link)s") % {
                "link": piece.link
            }


class AskForm(forms.Form):
    """What a buyer wants to see, what for, and on which terms.

    The field by which terms are accepted is called after them: where they changed meanwhile, they
    are read and accepted anew.
    """

    pieces = forms.ModelMultipleChoiceField(
        label=_("What you want to see"),
        queryset=Evidence.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("What do you need it for?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The provider reads it and decides by it. Nobody else does."),
    )

    def __init__(
        self, *args: Any, pieces: QuerySet[Evidence], terms: AccessTerms, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms.digest
        field: Any = self.fields["pieces"]
        field.queryset = pieces
        self.initial.setdefault("pieces", pieces)
        if terms.words:
            self.fields[self.accepting] = forms.BooleanField(
                label=_("We accept these terms for our organisation"),
                error_messages={"required": _("Read the provider’s terms and accept them.")},
            )

    @property
    def accepting(self) -> str:
        return f"accepted-{self.terms[:12]}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given.pop(self.accepting, None)
        return given | {"accepted": self.terms}


class TermsForm(forms.Form):
    """The terms on which a provider opens its evidence."""

    words = forms.CharField(
        label=_("Your terms"),
        required=False,
        max_length=AccessTerms.LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_(
            "Such as: what it may be used for, who may read it, when copies are to be deleted."
        ),
    )


FORM = "answer"  # the id of the form on the page that these fields belong to


def limits() -> str:
    """What evidence we take, before a file is chosen."""
    return f"{received_files.limits()} {gettext('No names or faces of learners.')}"


def day(label: "StrOrPromise", **fields: Any) -> forms.DateField:
    attrs = {"type": "date", "class": "input--short", "form": FORM}
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"), **fields
    )


class EvidenceForm(forms.Form):
    """A file or a link, its title, and the time it speaks for."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("Public, with the dates. The file or link itself stays confidential."),
        widget=forms.TextInput(attrs={"form": FORM}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"form": FORM}),
    )
    link = forms.CharField(
        label=_("Or a link"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"form": FORM, "inputmode": "url", "placeholder": "https://"}),
    )
    speaks_from = day(
        _("Speaks for the time from"),
        help_text=_("The day of the test, audit or publication, not of today’s upload."),
    )
    speaks_until = day(
        _("Until"), required=False, help_text=_("Left open, it counts for twelve months.")
    )
    no_learners = forms.BooleanField(
        label=_("Nobody in this file is a learner: the people are invented, or adults"),
        required=False,
        widget=forms.CheckboxInput(attrs={"form": FORM}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = lazystr(limits())
        self.asks_for_learners = "no_learners" in self.data

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, link = given.get("file"), given.get("link", "").strip()
        if not file and not link and not self.has_error("file"):
            self.add_error("file", gettext("Choose a file, or give a link."))
        if file and link:
            self.add_error("link", gettext("Give a file or a link, not both."))
        start, end = given.get("speaks_from"), given.get("speaks_until")
        if start and end and end < start:
            self.add_error("speaks_until", gettext("This day lies before the first one."))
        return given

    def file_it(self, organisation: Organisation, *, by: User, at: datetime) -> Evidence | None:
        """Put it on file, or say in the form why not."""
        given = self.cleaned_data
        fields = {name: given[name] for name in ("title", "speaks_from", "speaks_until")}
        try:
            if given["file"]:
                more = {"file": given["file"], "no_learners": given["no_learners"]}
                return Evidence.add_file(organisation, by=by, at=at, **more, **fields)
            link = given["link"].strip()
            return Evidence.add_link(organisation, by=by, at=at, link=link, **fields)
        except NotReady as refused:
            self.asks_for_learners = isinstance(refused, LooksLikeLearners)
            self.add_error("file" if given["file"] else "link", " ".join(refused.problems))
            return None


class AssignForm(forms.Form):
    """Whose the criteria are that are ticked, and until when."""

    assignee = forms.ModelChoiceField(queryset=User.objects.none(), required=False)
    due = forms.DateField(required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assignee"]
        field.queryset = people


class RemarkForm(forms.Form):
    """What somebody says beside an answer, and whom it asks."""

    words = forms.CharField(required=False, strip=True)
    asks = forms.ModelChoiceField(queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["asks"]
        field.queryset = colleagues
