"""The page on which people say how and when they are told by mail."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certcentre import zones
from certcentre.accounts.organisations import Organisation
from certcentre.accounts.people import User, signed_in_user
from certcentre.desk.mailing import DIGEST_END
from certcentre.desk.models import Notice
from certcentre.desk.telling import GATHERED, Pace, Telling
from certcentre.step_page import posted
from certcentre.steps import matters


class TimeOfDay(forms.TimeField):
    """Hours and minutes, as browsers send them."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    input_formats = ["%H:%M"]
    default_error_messages = {"invalid": _("Give hours and minutes, such as 07:30.")}


class TellingForm(forms.Form):
    """What a person wishes; beside what is here, a field for each matter."""

    zone = forms.ChoiceField(label=_("Your time zone"))
    clock = TimeOfDay(label=_("Daily and weekly mails go at"))
    weekday = forms.TypedChoiceField(
        label=_("Weekly mails go on"), choices=list(WEEKDAYS.items()), coerce=int
    )
    quiet_from = TimeOfDay(label=_("No mail from"), required=False)
    quiet_until = TimeOfDay(label=_("No mail until"), required=False)

    def __init__(self, given: QueryDict | None, telling: Telling, country: str) -> None:
        own = ("zone", "clock", "weekday", "quiet_from", "quiet_until")
        initial = {name: getattr(telling, name) for name in own}
        super().__init__(given, initial=initial)
        zone: Any = self.fields["zone"]
        zone.choices = zones.choices(country)
        for name, matter in matters().items():
            self.fields[f"pace_{name}"] = forms.ChoiceField(
                label=str(matter.words),
                choices=Pace,
                widget=forms.RadioSelect,
                initial=telling.paces.get(name, Pace.NOW),
            )

    @property
    def paces(self) -> list[forms.BoundField]:
        return [self[f"pace_{name}"] for name in matters()]

    @property
    def when(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("pace_")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        begins, ends = given.get("quiet_from"), given.get("quiet_until")
        fine = not {"quiet_from", "quiet_until"} & self.errors.keys()
        if fine and (begins is None) != (ends is None):
            missing = "quiet_from" if begins is None else "quiet_until"
            self.add_error(missing, gettext("Give both times, or neither."))
        elif fine and begins is not None and begins == ends:
            self.add_error("quiet_until", gettext("Some hours of the day must be left for mails."))
        return given


def telling(request: HttpRequest) -> HttpResponse:
    """How and when whoever is signed in is told; what waits to be sent follows it."""
    person = signed_in_user(request)
    kept = Telling.of(person)
    countries = Organisation.objects.acted_for_by(person).order_by("pk")
    country = countries.values_list("country", flat=True).first() or ""
    form = TellingForm(posted(request), kept, country)
    if form.is_bound and form.is_valid():
        keep(form.cleaned_data, person)
        messages.success(request, gettext("Kept. From now on you are told so."))
        return redirect("inbox")
    status = 422 if form.is_bound else 200
    return render(request, "desk/telling.html", {"form": form}, status=status)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def digest_end(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the mail: no more of them. A press ends it (RFC 8058), opening the address
    ends nothing. What waited for the next is only in the inbox."""
    try:
        key = UUID(DIGEST_END.unsign(token))
    except (BadSignature, ValueError):
        raise Http404 from None
    person = get_object_or_404(User, pk=key, is_active=True)
    ended = request.method == "POST"
    if ended:
        Telling.of(person).end_gathered()
        waiting = Notice.objects.of(person).filter(sent_at=None, pace__in=GATHERED)
        waiting.update(next_try_at=None)
    return render(request, "desk/digest_end.html", {"ended": ended, "token": token})


def keep(given: dict[str, Any], person: User) -> None:
    paces = {name: given.pop(f"pace_{name}") for name in matters()}
    chosen = {name: pace for name, pace in paces.items() if pace != Pace.NOW}
    kept, _new = Telling.objects.update_or_create(
        person=person, defaults={**given, "paces": chosen}
    )
    at = timezone.now()
    waiting = Notice.objects.of(person).filter(sent_at=None, attempts=0, next_try_at__isnull=False)
    rows = list(waiting.select_related("entry"))
    for row in rows:
        step, matter = row.entry.step, row.matter
        row.pace, row.next_try_at = kept.pace(step, matter), kept.moment(step, at, matter)
    Notice.objects.bulk_update(rows, ["pace", "next_try_at"], batch_size=500)
