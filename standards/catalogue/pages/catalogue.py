"""The entry of the centre's people to the catalogue."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import signed_in_user
from certcentre.step_page import Question, posted, step_page
from standards.catalogue.abilities import drafts, officer
from standards.catalogue.editions import Edition
from standards.catalogue.forms import StandardForm
from standards.catalogue.pages.kinds import KINDS, Kind
from standards.catalogue.reviewing import Review
from standards.catalogue.standards import Standard
from standards.catalogue.succession import Standing, standing
from standards.catalogue.translation_sets import SETS


@dataclass(frozen=True)
class Line:
    """One edition in the list."""

    edition: Edition
    standing: Standing
    own: bool  # the reader wrote or changed it, so somebody else publishes it


def catalogue(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and every edition with its days."""
    user, today = officer(request), timezone.localdate()
    rows = Edition.objects.annotate(of=Count("criteria")).select_related("supersedes")
    theirs = set(drafts(user, timezone.now()).values_list("pk", flat=True))
    lines = [Line(row, standing(row, today), row.pk not in theirs) for row in rows.order_by("name")]
    context: dict[str, Any] = {
        "standards": Standard.objects.annotate(of=Count("editions")),
        "sets": [(key, words) for key, (_model, words) in SETS.items()],
        "kinds": [counted(kind) for kind in KINDS.values()],
        "drafts": [line for line in lines if line.edition.status == Edition.Status.DRAFT],
        "editions": [line for line in lines if line.edition.status != Edition.Status.DRAFT],
    }
    return render(request, "catalogue/office/catalogue.html", context)


def counted(kind: Kind) -> dict[str, Any]:
    """How many of a kind are published and proposed. One statement."""
    rows = kind.model.objects.values_list("status").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    return {
        "title": kind.title,
        "url": reverse(f"catalogue-{kind.key}"),
        "published": counts.get(Review.PUBLISHED, 0),
        "proposed": counts.get(Review.PROPOSED, 0),
    }


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
    if not signed_in_user(request).is_officer():
        known = known.filter(editions__in=Edition.objects.published()).distinct()
    family = get_object_or_404(known, key=key)
    officer(request)
    shown = {"name": family.name, "issuing_body": family.issuing_body}

    def take(**said: Any) -> None:
        family.rename(**said)

    return step_page(
        request,
        RENAME,
        StandardForm(posted(request), initial=shown),
        take,
        back=reverse("catalogue") + "#standards",
        trail=[(gettext("The catalogue"), reverse("catalogue"))],
        kicker=family.key,
    )
