"""The states of an engagement and of its corrections, where each leads, and whose turn it is in
each (rule R138)."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Correction(models.TextChoices):
    """Where a corrective action stands."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    ACCEPTED = "accepted", _("Plan accepted")
    RETURNED = "returned", _("Returned")
    CLOSED = "closed", _("Closed")


WITH_PROVIDER = (Correction.OPEN, Correction.RETURNED)


def asked(every: models.QuerySet[Any], resting: models.QuerySet[Any]) -> dict[str, Exists]:
    """What `turn` asks of each: whether the provider has to answer, whether somebody has to look
    at what it answered, and whether it stands still."""
    shown = every.filter(pk=OuterRef("pk"), findings__corrective_action__released_at__isnull=False)
    status = "findings__corrective_action__status__in"
    return {
        "unanswered": Exists(shown.filter(**{status: WITH_PROVIDER})),
        "answered": Exists(shown.filter(**{status: [Correction.ANSWERED]})),
        "rests": Exists(resting.filter(pk=OuterRef("pk"))),
    }


@dataclass(frozen=True)
class Turn:
    """Where an examination stands in words, and who does what next, as a sentence."""

    state: Promise | str
    words: Promise | str
    kind: str = "accent"  # of the tag


STANDS_STILL = _("It stands still until the body may attest all of it again.")
CORRECTING = _("The provider answers the nonconformities.")
TO_JUDGE = Turn(
    _("Corrections answered"), _("The provider has answered. An evaluator looks at the plans.")
)
TO_GO_ON = Turn(_("Plans accepted"), _("The plans are accepted. An evaluator goes on."))


class Stages:
    """What Engagement takes from here; its verbs move along LIFECYCLE."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXAMINING = "examining", _("Being examined")
        AWAITING_CORRECTIONS = "corrections", _("Awaiting corrections")
        READY = "ready", _("Ready for decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    OVER = (Status.DECLINED, Status.GRANTED, Status.REFUSED, Status.CANCELLED)
    LIFECYCLE = {
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.CANCELLED},
        Status.ACCEPTED: {Status.EXAMINING, Status.CANCELLED},
        Status.EXAMINING: {Status.AWAITING_CORRECTIONS, Status.READY, Status.CANCELLED},
        Status.AWAITING_CORRECTIONS: {Status.EXAMINING, Status.CANCELLED},
        Status.READY: {Status.EXAMINING, Status.GRANTED, Status.REFUSED, Status.CANCELLED},
        **{state: set() for state in OVER},
    }
    NEXT = {
        Status.REQUESTED: _("The body accepts or declines."),
        Status.ACCEPTED: _("An evaluator of the body begins."),
        Status.EXAMINING: _("The body examines."),
        Status.READY: _("A second person of the body decides."),
    }
    KINDS = {  # of the tag
        Status.GRANTED: "good",
        Status.REFUSED: "bad",
        Status.DECLINED: "bad",
        Status.CANCELLED: "",
    }
    DECIDED = (Status.GRANTED, Status.REFUSED)
    BEGUN = (Status.EXAMINING, Status.AWAITING_CORRECTIONS, Status.READY)

    @property
    def turn(self) -> Turn:
        """Whose turn it is, of one that was read `with_turns`."""
        here: Any = self
        if here.status == self.Status.AWAITING_CORRECTIONS and not here.unanswered:
            turn = TO_JUDGE if here.answered else TO_GO_ON
        elif here.status == self.Status.AWAITING_CORRECTIONS:
            turn = Turn(here.get_status_display(), CORRECTING, "warn")
        else:
            words = self.NEXT.get(here.status, _("Nothing is left to do here."))
            turn = Turn(here.get_status_display(), words, self.KINDS.get(here.status, "accent"))
        return Turn(turn.state, STANDS_STILL, turn.kind) if here.rests else turn
