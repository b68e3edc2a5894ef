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


_TONES = {
    Response.COMPLIES: "good",
    Response.EQUIVALENT: "warn",  # somebody reads the proof
    Response.PARTLY: "warn",
    Response.NOT: "bad",
}
SHORT = (Response.PARTLY, Response.NOT)  # a must answered so is not met
