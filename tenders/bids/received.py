"""When and how the bid of a bidder who is not here came to the buyer (rule R80)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.plain_text import plain
from tenders.frozen_body import moment
from tenders.notice import Notice
from tenders.requirements import LONGEST


class Way(models.TextChoices):
    """How it came."""

    POST = "post", _("By post or courier, sealed")
    HAND = "hand", _("Handed over, sealed")
    UNSEALED = "unsealed", _("On paper, not sealed")
    MAIL = "mail", _("By e-mail")
    OTHER = "other", _("Through another portal")


@dataclass(frozen=True)
class Received:
    """`late`: why it is taken all the same, where it came after bids closed."""

    at: datetime
    way: str
    late: str = ""

    def is_late(self, tender: Notice) -> bool:
        """Whether none is taken any more at that moment, by the tender in force."""
        return not tender.is_open(at=self.at)

    def problems(self, tender: Notice, *, at: datetime) -> Iterator[tuple[str, str]]:
        """What is wrong with it at `at`: the part that it is said in, and why."""
        if self.at > at:
            yield "received", gettext("Nothing is received after now.")
        first = tender.published_at
        if first and self.at < first.replace(second=0, microsecond=0):
            words = gettext("The form is of what was published %(day)s; it cannot come before.")
            yield "received", words % {"day": zones.written(first, tender.zone)}
        if self.way not in Way.values:
            yield "way", gettext("Say how it came.")
        if self.is_late(tender):
            if not self.late.strip():
                words = gettext(
                    "Bids closed %(day)s: it is late. Say why it is taken all the same."
                )
                yield "late", words % {"day": zones.written(tender.deadline or at, tender.zone)}
        elif self.late.strip():
            yield "late", gettext("It is not late. Leave this empty, or correct the time.")
        if len(self.late) > LONGEST:
            yield "late", gettext("At most %(most)d letters.") % {"most": LONGEST}

    def written(self) -> dict[str, str]:
        """As it is frozen in the bid, for `of`."""
        return {"received": moment(self.at), "way": self.way, "late": plain(self.late.strip())}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Received | None":
        """What the bytes of a bid say; None where it was not brought, or before it was asked."""
        brought = content.get("brought") or {}
        if "received" not in brought:
            return None
        return cls(datetime.fromisoformat(brought["received"]), brought["way"], brought["late"])

    @property
    def way_words(self) -> str:
        return str(Way(self.way).label)
