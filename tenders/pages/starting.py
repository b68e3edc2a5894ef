"""Starting a tender, and saying what it is about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotAllowed, NotReady
from certcentre.log.models import LogEntry, digest
from certcentre.plain_text import plain
from certcentre.step_page import posted
from certcentre.tables.rows import LARGEST, too_large
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import published
from tenders import call_data, read_back, readiness, sources
from tenders.amending import copy
from tenders.frozen_body import lots_of
from tenders.independence import buying, require_buying
from tenders.notice_check import asked_of_address
from tenders.notice_forms import AboutForm, TenderForm
from tenders.pages.fetching import trail, writable
from tenders.pages.versions import beside
from tenders.tender import Tender

TYPED = ("summary", "countries", "languages", "deadline")  # counts more than what a file says
MOST_TOLD = 12  # sentences, or parts, that a page tells of a file
TWICE = timedelta(seconds=20)  # the same again within is one press too many


class StartForm(AboutForm):
    """A new draft: who buys what, and what it begins with."""

    buyer = forms.ModelChoiceField(label=_("Who buys?"), queryset=Organisation.objects.none())
    profile = forms.ChoiceField(
        label=_("Begin with a profile"),
        required=False,
        help_text=_("Requirements that most buyers ask for, and those of the law where you named "
                    "the countries. You can change each of them."),
    )  # fmt: skip
    needs = forms.MultipleChoiceField(
        label=_("Learners whom it must serve"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    copied = forms.ModelChoiceField(
        label=_("Or copy an earlier tender"),
        required=False,
        queryset=Tender.objects.none(),
        help_text=_(
            "Its lots and requirements come along with the reasons you gave then; so does who "
            "answers and how to bid, and where you name no countries or languages, its own."
        ),
    )

    file = forms.FileField(
        label=_("Or begin from a file of a tender"),
        required=False,
        help_text=_(
            "The JSON (OCDS) of a tender of any portal, or the response form (XLSX) of one that is "
            "published here. Lots, requirements, terms, language and law come from it. Title, what "
            "you want to buy, countries, languages and closing day stand where you type them."
        ),
    )

    def __init__(self, *args: Any, buyers: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["title"].required = False
        fields["buyer"].queryset = buyers
        fields["copied"].queryset = Tender.objects.filter(buyer__in=buyers)
        fields["profile"].choices = [("", _("Nothing yet")), *sources.profile_choices()]
        fields["needs"].choices = sources.need_choices()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        copied, buyer = given.get("copied"), given.get("buyer")
        if copied and buyer and copied.buyer_id != buyer.pk:
            self.add_error("copied", _("This tender is another organisation’s."))
        if copied and (given.get("profile") or given.get("needs")):
            self.add_error("copied", _("Begin with a profile and needs, or with a copy."))
        if given.get("file") and (copied or given.get("profile") or given.get("needs")):
            self.add_error("file", _("Begin with a file, or with something else."))
        if not (given.get("title") or given.get("file") or self.has_error("file")):
            self.add_error("title", forms.Field.default_error_messages["required"])
        return given

    def clean_file(self) -> call_data.Release | None:
        """What the file says."""
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        if upload.size > LARGEST:
            raise forms.ValidationError(too_large(upload.size, LARGEST).reasons)
        try:
            content = upload.read()
            self.cleaned_data["file_digest"] = digest(content)
            return call_data.read(content)
        except NotReady as refused:
            raise forms.ValidationError(refused.problems) from refused


def tender_new(request: HttpRequest) -> HttpResponse:
    """A new draft, empty or begun from a profile, from learner needs, or from an earlier one."""
    user, now = signed_in_user(request), timezone.now()
    buyers = buying(user, at=now)
    if not buyers:
        mine = Organisation.objects.acted_for_by(user, Role.EDITOR)
        for buyer in mine.filter(kind=Organisation.Kind.BUYER)[:1]:
            require_buying(buyer, by=user, at=now)  # says why
        raise NotAllowed(gettext("Only an editor of a buying organisation starts a tender."))
    initial = {"buyer": request.GET.get("buyer") or buyers[0].pk, "copied": request.GET.get("copy")}
    only = buyers[0] if len(buyers) == 1 else None
    form = StartForm(
        posted(request), request.FILES or None, buyers=buyers, of=only, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        made, problems = start(form.cleaned_data, by=user, at=now)
        messages.success(request, gettext("Begun. Nobody outside your organisation sees it yet."))
        if release := form.cleaned_data["file"]:
            tell_of_file(request, read_back.unlike_file(made, release), problems)
        return redirect(made)
    context = {"form": form, "trail": trail(), "copies": form.fields["copied"]}
    status = 422 if form.is_bound else 200
    return render(request, "tenders/new.html", context, status=status)


def tell_of_file(request: HttpRequest, different: list[str], problems: list[str]) -> None:
    """How far the draft says what the file says, and what was left out."""
    for words in problems[:MOST_TOLD]:
        messages.warning(request, plain(words))
    if not different:
        messages.success(request, gettext("What it asks for is what the file says, word for word."))
        return
    words = ngettext(
        "%(n)d part is not as in the file: %(parts)s. Read it.",
        "%(n)d parts are not as in the file: %(parts)s. Read them.",
        len(different),
    )
    parts = [part[:150] for part in different[:MOST_TOLD]] + ["…"] * (len(different) > MOST_TOLD)
    messages.warning(request, words % {"n": len(different), "parts": plain(", ".join(parts))})


def start(given: dict[str, Any], *, by: User, at: datetime) -> tuple[Tender, list[str]]:
    """Make the draft with everything it begins with, or nothing; with it come sentences on what a
    file says and the draft cannot."""
    buyer, copied, release = given["buyer"], given["copied"], given["file"]
    problems: list[str] = []
    details = {name: given[name] for name in Tender.DETAILS if name in given and name != "title"}
    title = given["title"] or release.title
    if copied:
        details |= {name: getattr(copied, name) for name in Tender.LASTING}
        of_use = [name for name in ("countries", "languages") if not details.get(name)]
        details |= {name: getattr(copied, name) for name in of_use}  # lots without own go by them
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=buyer.pk)  # pressed twice
        twin = Tender.objects.filter(buyer=buyer, created_by=by, title=title)
        twin = twin.filter(status=Tender.Status.DRAFT, created_at__gt=at - TWICE)
        file = given.get("file_digest", "")
        if twice := begun_from(file, list(twin)):
            return twice, []
        made = Tender.start(buyer, by=by, at=at, title=title, begun_from=file, **details)
        if copied:
            copy(copied, made, by=by, at=at)
        if release:
            typed = [name for name in TYPED if given.get(name)]
            problems = read_back.fill(made, release, by=by, at=at, typed=typed)
        lot = made.lots.order_by("number").first()
        if lot and given["profile"]:
            profile = published(Profile).get(key=given["profile"])
            criteria = sources.of_profile(profile, made.countries, at=at)
            lot.add(criteria, by=by, at=at, **sources.fill_of(profile))
        if lot and given["needs"]:
            for need in published(Need).filter(key__in=given["needs"]):
                wanted, others = sources.of_need(need)
                lot.add(wanted, by=by, at=at, obligation="must", alternatives=others)
    return made, problems


def begun_from(file: str, drafts: Sequence[Tender]) -> Tender | None:
    """The draft that was begun from a file of this digest; from none where it is empty."""
    steps = LogEntry.objects.told(drafts) if drafts else {}
    for draft in drafts:
        if steps[str(draft.pk)][0]["detail"].get("file", "") == file:
            return draft
    return None


def tender_details(request: HttpRequest, reference: str) -> HttpResponse:
    tender = writable(request, reference)
    initial = {name: getattr(tender, name) for name in Tender.DETAILS}
    form = TenderForm(posted(request), of=tender.buyer, initial=initial)
    context = {"form": form, "tender": tender, "trail": trail(tender), "seen": tender.details_print}
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        by, seen = signed_in_user(request), request.POST.get("seen", "")
        try:
            tender.state(by=by, at=timezone.now(), seen=seen, **form.cleaned_data)
        except Conflict as conflict:
            context |= {
                "problems": conflict.problems,
                "stored": beside(conflict.stored, form.cleaned_data),
            }
            status = 409
        except NotReady as refused:
            form.add_error("language", list(refused.problems))
        else:
            messages.success(request, gettext("The details are changed."))
            for warned in readiness.elsewhere(lots_of(tender)):
                messages.warning(request, warned.words)
            if words := asked_of_address(tender):
                messages.warning(request, words)
            return redirect(tender)
    return render(request, "tenders/details.html", context, status=status)
