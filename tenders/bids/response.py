"""What a bidder says of a requirement: the four words that every form and file of bids has."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Obligation


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

    def is_read(self, *, by_hand: bool, scored: bool, enough: bool) -> bool:
        """Whether somebody reads the bidder's words: people score them, or nothing in the portal
        stands for what they say. `by_hand`: the bidder says all of it; `enough`: what stands in
        the portal meets what is asked, whatever it is called."""
        alone = self == Response.EQUIVALENT or (by_hand and not self.falls_short)
        return scored or (alone and not enough)

    def is_judged(self, obligation: str, *, by_hand: bool, scored: bool, enough: bool) -> bool:
        """Whether people say if they accept it: it stands on words, and a must or points hang on it
        (rule R74). `scored`: people give it a score."""
        hangs = obligation in (Obligation.MUST, Obligation.SHOULD)
        return hangs and not scored and self.is_read(by_hand=by_hand, scored=scored, enough=enough)

    def wants_words(self, *, scored: bool) -> bool:
        """Whether it says nothing without words: what makes it equivalent, or what people score."""
        return self == Response.EQUIVALENT or (scored and self != Response.NOT)


_TONES = {
    Response.COMPLIES: "good",
    Response.EQUIVALENT: "warn",  # somebody reads the proof
    Response.PARTLY: "warn",
    Response.NOT: "bad",
}
