"""A standard at the centre: the family of its editions, and its names."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask
from standards.catalogue.abilities import officer
from standards.catalogue.editions import Edition, Standard
from standards.catalogue.families import rename
from standards.catalogue.forms import FamilyForm

RENAME = Question(
    _("Rename this standard"),
    _(
        "It is how the family of its editions is called. Each edition keeps the words that it "
        "says of itself."
    ),
    _("Rename"),
    _("Renamed."),
)


def catalogue_standard(request: HttpRequest, key: str) -> HttpResponse:
    """Its name and issuing body. A family of drafts alone is not there for others."""
    known = Standard.objects.all()
    if not person(request).is_officer():
        known = known.filter(editions__in=Edition.objects.published()).distinct()
    family = get_object_or_404(known, key=key)
    officer(request)
    shown = {"name": family.name, "issuing_body": family.issuing_body}

    def take(**said: Any) -> None:
        rename(family, **said)

    return ask(
        request,
        RENAME,
        FamilyForm(sent(request), initial=shown),
        take,
        back=reverse("catalogue") + "#standards",
        trail=[(gettext("The catalogue"), reverse("catalogue"))],
        kicker=family.key,
    )
