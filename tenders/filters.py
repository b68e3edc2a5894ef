"""How published tenders are narrowed, on the page and in the API."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from standards.catalogue.filters import said_in
from standards.registry.search.place_filters import country_filter
from tenders.tender import Tender

STATES = [
    ("open", _("Open for bids")),
    ("closed", _("Bids closed")),
    ("awarded", _("Awarded")),
    ("cancelled", _("Cancelled")),
    ("replaced", _("Replaced by a newer version")),
]


class TenderFilter(django_filters.FilterSet):
    """What a reader may narrow published tenders by."""

    q = django_filters.CharFilter(
        label=_("Words in title, buyer or reference"), max_length=200, method="by_words"
    )
    state = django_filters.ChoiceFilter(label=_("State now"), choices=STATES, method="by_state")
    country = country_filter(_("Country of the buyer"))
    buyer = django_filters.UUIDFilter(label=_("Buyer"), field_name="buyer")

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at
        country: Any = self.filters["country"]
        country.field_name = "buyer__country"

    def by_words(self, rows: QuerySet[Tender], name: str, value: str) -> QuerySet[Tender]:
        return rows.filter(said_in(value, "title", "buyer__name", "reference", "summary"))

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        tenders: Any = rows
        if value == "open":
            return tenders.open(at=self.at)
        if value == "closed":
            return tenders.in_force().filter(deadline__lte=self.at)
        if value == "replaced":
            return tenders.filter(replaced_at__isnull=False)
        return tenders.filter(status=value)
