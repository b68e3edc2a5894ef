"""The award criteria of a lot: what the price counts, and how quality is scored."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict, NotReady
from standards.catalogue.editions import Obligation
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import scoring
from tenders.requirements import Requirement, RequirementQuerySet

HOLDS = (
    models.CheckConstraint(
        condition=Q(price_weight=None) | Q(price_weight__gte=1, price_weight__lt=FULL_WEIGHT),
        name="lot_price_weight_leaves_some",
    ),
    models.CheckConstraint(
        condition=Q(threshold=None) | Q(threshold__gte=1, threshold__lte=100),
        name="lot_threshold_is_a_share",
    ),
)


class AwardCriteria(models.Model):
    """How bids for a lot are scored. Where no *should* is asked for, the price alone decides."""

    class Price(models.TextChoices):
        PRICE = "price", _("The price")
        COST = "cost", _("The cost over the whole contract")

    class Formula(models.TextChoices):
        RATIO = scoring.RATIO, _("Lowest price ÷ price: twice the lowest price gets half")
        LINEAR = (
            scoring.LINEAR,
            _("Linear: down evenly, twice the lowest price gets nothing"),
        )

    class Earns(models.TextChoices):
        FULL = scoring.FULL, _("All of its points, once met at the assurance asked for")
        LEVEL = (
            scoring.LEVEL,
            format_lazy(
                _("By assurance: {parts}"),
                parts=", ".join(f"AL{n} {share} %" for n, share in scoring.LEVELS.items()),
            ),
        )

    AWARD = (
        *("price_kind", "price_words", "price_weight", "price_formula"),
        *("earns", "threshold", "scores"),
    )

    price_kind = models.CharField(
        _("what is compared"), max_length=5, choices=Price.choices, default=Price.PRICE
    )
    price_words = models.CharField(_("what it covers"), max_length=300, blank=True)
    price_weight = models.PositiveSmallIntegerField(  # None: not said yet
        _("points for the price"), null=True, blank=True
    )
    price_formula = models.CharField(
        _("formula of the price"), max_length=6, choices=Formula.choices, default=Formula.RATIO
    )
    earns = models.CharField(
        _("what a should earns"), max_length=5, choices=Earns.choices, default=Earns.FULL
    )
    threshold = models.PositiveSmallIntegerField(  # hundredths of the points for quality
        _("least share of the points for quality, in %"), null=True, blank=True
    )
    scores = models.JSONField(  # what 0, 1, … mean; "" as in the annex's own words
        _("what the scores mean"), default=list, blank=True
    )

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        tender: Any
        requirements: Any

    @property
    def scored(self) -> RequirementQuerySet:
        """What earns points for quality, in order."""
        shoulds: RequirementQuerySet = self.requirements.filter(obligation=Obligation.SHOULD)
        return shoulds.order_by("position")

    @property
    def left_for_quality(self) -> int:
        """The points that shoulds share; all of them, while the price's are not said."""
        return FULL_WEIGHT - (self.price_weight or 0)

    @property
    def room_for_shoulds(self) -> int:
        """How many can earn a point each; the price gets one at least."""
        return min(self.left_for_quality, FULL_WEIGHT - 1)

    @property
    def award_print(self) -> str:
        """A short print of the criteria and the weights, to tell what a change began from."""
        weights = list(self.scored.values_list("pk", "weight", "least_score"))
        texts = [str(getattr(self, name)) for name in self.AWARD] + [str(weights)]
        return f"{zlib.crc32(chr(31).join(texts).encode()):x}"

    def state_award(
        self,
        *,
        by: User,
        at: datetime,
        seen: str = "",
        weights: Mapping[str, int | None] | None = None,
        least_scores: Mapping[str, int | None] | None = None,
        evenly: bool = False,
        **terms: Any,
    ) -> None:
        """Say how bids are scored: any of AWARD, and by key the weights of shoulds, and the scores
        below which a bid is not considered.

        `seen` is their `award_print` when the change was begun; Conflict, with what is stored, when
        somebody changed them since. `evenly` shares what the price leaves over all shoulds instead.
        """
        unknown = set(terms) - set(self.AWARD)
        if unknown:
            raise TypeError(f"Not award criteria of a lot: {', '.join(sorted(unknown))}")
        with self.tender.edited(by=by, at=at):
            rows = type(self)._default_manager.filter(pk=self.pk)
            stored = rows.get()
            each = {"weight": weights or {}, "least_score": least_scores or {}}
            if seen and stored.award_print != seen and not stored.says(terms, each):
                raise Conflict(stored)
            rows.update(**terms)
            for name, value in terms.items():
                setattr(self, name, value)
            self._set("least_score", each["least_score"])
            if evenly:
                self.share_evenly()
            else:
                self._set("weight", each["weight"])

    def says(self, terms: Mapping[str, Any], each: Mapping[str, Mapping[str, int | None]]) -> bool:
        """Whether it stands so already, of the lot and of each should."""
        if any(getattr(self, name) != value for name, value in terms.items()):
            return False
        rows = {str(row.pk): row for row in self.scored}
        return all(
            getattr(rows[key], name) == value
            for name, values in each.items()
            for key, value in values.items()
            if key in rows
        )

    def _set(self, name: str, values: Mapping[str, int | None]) -> None:
        """Give shoulds these numbers; whoever has one of them open meets that it was changed."""
        if any(value == 0 for value in values.values()):
            raise NotReady(gettext("Give each should at least 1 point."))
        changed = []
        for requirement in self.scored if values else ():
            value = values.get(str(requirement.pk), getattr(requirement, name))
            if value != getattr(requirement, name):
                setattr(requirement, name, value)
                requirement.revision += 1
                changed.append(requirement)
        Requirement.objects.bulk_update(changed, [name, "revision"], batch_size=500)

    def share_evenly(self) -> None:
        """Spread what the price leaves over the shoulds; the first take what is left over.

        Inside `tender.edited`. Refused where one would get nothing.
        """
        shoulds = list(self.scored)
        if len(shoulds) > self.room_for_shoulds:
            raise NotReady(self.too_many(len(shoulds)))
        each, over = divmod(self.left_for_quality, len(shoulds) or 1)
        points = {str(row.pk): each + (place < over) for place, row in enumerate(shoulds)}
        self._set("weight", points)

    def too_many(self, shoulds: int) -> str:
        """Why so many shoulds cannot share the points, and what to do."""
        left = self.room_for_shoulds
        points = ngettext(
            "%(shoulds)d shoulds cannot share %(left)d point: some would get 0, and what gets 0 is "
            "not scored.",
            "%(shoulds)d shoulds cannot share %(left)d points: some would get 0, and what gets 0 "
            "is not scored.",
            left,
        )
        more = gettext(
            "Make %(over)d of them a must or a may, take them out, or leave quality more points."
        )
        counts = {"shoulds": shoulds, "left": left, "over": shoulds - left}
        return f"{points % counts} {more % counts}"
