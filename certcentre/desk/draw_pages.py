"""The yearly draw for everybody; announcing and drawing by the centre."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.abilities import abilities
from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.desk.draw import NOTICE, PER_CENT, Draw
from certcentre.step_page import Question, posted, require, step_page
from standards.registry.credentials.pages import ALWAYS_ASK, open_file, served

ANNOUNCE = Question(
    _("Announce the yearly draw"),
    _(
        "A new seed is made by the portal and stands in the public log at once. On the day that "
        "you name it draws, from the open data of that day, what bodies look at again."
    ),
    _("Publish the seed"),
    _("Published. Draw on the day that you named."),
    weighty=True,
)


class AnnounceForm(forms.Form):
    """The day of the draw."""

    draw_on = forms.DateField(
        label=_("Day of the draw"),
        help_text=_("At least a week from now, so that everybody knows the seed before."),
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
    )


@require_safe
@login_not_required
def surveillance(request: HttpRequest) -> HttpResponse:
    """Each year's seed, day and what it drew, with how anybody draws the same."""
    user, at = request.user, timezone.now()
    lines = [(draw, abilities(draw, user, at=at)) for draw in Draw.objects.all()]
    context = {
        "lines": [(draw, able.may["draw"], able["draw"]) for draw, able in lines],
        "officer": isinstance(user, User) and user.is_officer(),
        "per_cent": PER_CENT,
        "notice": NOTICE.days,
    }
    return render(request, "desk/surveillance.html", context)


@open_file
def draw_script(request: HttpRequest) -> HttpResponse:
    """The script by which anybody draws the same, to keep."""
    script = settings.BASE_DIR / "docs" / "surveillance_draw.py"
    answer = served(script.read_bytes(), "text/x-python; charset=utf-8", ALWAYS_ASK)
    answer["Content-Disposition"] = f'attachment; filename="{script.name}"'
    return answer


def draw_announce(request: HttpRequest) -> HttpResponse:
    require(signed_in_user(request).is_officer())
    back = reverse("surveillance")
    trail = [(gettext("Yearly draw"), back)]
    form = AnnounceForm(posted(request))
    return step_page(request, ANNOUNCE, form, Draw.announce, back=back, trail=trail)


@require_POST
def draw_draw(request: HttpRequest, year: int) -> HttpResponse:
    draw = get_object_or_404(Draw, year=year)
    draw.draw(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("Drawn. The bodies are told."))
    return redirect(draw)
