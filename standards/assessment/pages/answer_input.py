"""What a reader said of one criterion, read from what their page sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.saving import revision_sent
from standards.assessment.answers import Answer
from standards.assessment.sheet_rows import print_of

LONGEST = 10_000


@dataclass(frozen=True)
class Said:
    """An answer as typed. `note` None: the page did not show it. `shown`: print of what it did."""

    value: str = ""
    reason: str = ""
    note: str | None = None
    revision: int = 0
    shown: str = ""

    @property
    def print(self) -> str:
        texts = (self.reason,) if self.note is None else (self.reason, self.note)
        return print_of(self.value, *texts)

    def changed(self, stored: Answer) -> bool:
        """Whether the reader changed what the page showed, to something else than what stands."""
        note = stored.note if self.note is None else self.note
        stands = (stored.value, stored.reason, stored.note) == (self.value, self.reason, note)
        return self.print != self.shown and not (stands and not stored.to_confirm)

    def give_to(self, answer: Answer, *, by: User, at: datetime) -> int:
        """Write it; the new revision. A page that says no revision is refused."""
        return answer.give(
            value=self.value,
            reason=self.reason,
            note=answer.note if self.note is None else self.note,
            by=by,
            at=at,
            revision=self.revision,
        )


def said_of(sent: Mapping[str, str], pk: int) -> Said:
    """From the fields of a sheet (`v12`, `r12`, `n12`, `s12`) or plain ones; NotReady if odd."""
    whole, _, shown = sent.get(f"s{pk}", "").partition(".")
    revision = revision_sent({"revision": sent.get("revision", whole)})
    note = sent.get(f"n{pk}", sent.get("note"))
    given = Said(
        value=sent.get(f"v{pk}", sent.get("value", "")),
        reason=sent.get(f"r{pk}", sent.get("reason", "")).strip(),
        note=None if note is None else note.strip(),
        revision=revision,
        shown=shown,
    )
    if max(len(given.reason), len(given.note or "")) > LONGEST:
        raise NotReady(
            gettext("This text is too long. At most %(count)s characters go.") % {"count": LONGEST}
        )
    return given


def said_or_none(sent: Mapping[str, str], pk: int) -> Said | None:
    try:
        return said_of(sent, pk)
    except NotReady:
        return None
