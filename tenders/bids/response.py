"""What a bidder says of a requirement: the four words that every form and file of bids has."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Response(models.TextChoices):
    COMPLIES = "complies", _("Complies")
    EQUIVALENT = "equivalent", _("Equivalent")
    PARTLY = "partly", _("Partly complies")
    NOT = "not", _("Does not comply")

    @property
    def tone(self) -> str:
        """good, warn or bad."""
        return _TONES[self]

    @property
    def falls_short(self) -> bool:
        """Whether a must answered so is not met."""
        return self in (Response.PARTLY, Response.NOT)

    def is_read(self, *, by_hand: bool, scored: bool) -> bool:
        """Whether somebody reads the bidder's words: people score them, or nothing in the portal
        stands for what they say. `by_hand`: the bidder says all of it."""
        return scored or self == Response.EQUIVALENT or (by_hand and not self.falls_short)

    def wants_words(self, *, scored: bool) -> bool:
        """Whether it says nothing without words: what makes it equivalent, or what people score."""
        return self == Response.EQUIVALENT or (scored and self != Response.NOT)


_TONES = {
    Response.COMPLIES: "good",
    Response.EQUIVALENT: "warn",  # somebody reads the proof
    Response.PARTLY: "warn",
    Response.NOT: "bad",
}
