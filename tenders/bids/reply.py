"""What a bidder writes beside one requirement of a lot."""

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from certcentre.lifecycle import Conflict
from tenders.bids.response import Response
from tenders.requirements import LONGEST, Requirement


class Reply(models.Model):
    """The bidder's words on a requirement, and their answer where the portal knows none."""

    bid = models.ForeignKey("Bid", on_delete=models.CASCADE, related_name="replies")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    response = models.CharField(
        _("answer"), max_length=10, choices=Response.choices, blank=True
    )  # empty: as the products stand
    words = models.TextField(_("how, and the proof"), max_length=LONGEST, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("answer to a requirement")
        constraints = [
            models.UniqueConstraint(fields=["bid", "requirement"], name="reply_once_for_each")
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} {self.response}"

    @classmethod
    def keep(
        cls, bid_id: object, requirement: Requirement, *, revision: int, response: str, words: str
    ) -> int:
        """Write it if nobody did since `revision`; the new one. Conflict, with what stands."""
        rows = cls.objects.filter(bid=bid_id, requirement=requirement)
        given = {"response": response, "words": words, "revision": revision + 1}
        if rows.filter(revision=revision).update(**given):
            return revision + 1
        try:
            with transaction.atomic():
                if revision == 0:
                    cls.objects.create(bid_id=bid_id, requirement=requirement, **given)
                    return 1
        except IntegrityError:
            pass
        raise Conflict(rows.first())
