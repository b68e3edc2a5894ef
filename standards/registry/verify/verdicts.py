"""What a check comes to: one answer in plain words, with what was looked at. Pure."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """The answer. Only the first means that one may rely on it now."""

    VALID = "valid", _("Valid")
    SUSPENDED = "suspended", _("Suspended: do not rely on it now")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced by a newer one")
    EXPIRED = "expired", _("Expired")
    NOT_YET = "not_yet_valid", _("Not yet valid")
    DISAGREES = "disagrees", _("Our records disagree: do not rely on it")
    CHANGED = "changed", _("Changed after signing")
    NOT_ISSUED = "not_issued", _("Not issued by us")
    ELSEWHERE = "elsewhere", _("Not issued by us; signed by somebody else, and unchanged since")
    REFUSED = "refused", _("Refused: it cannot be relied on")
    UNREADABLE = "unreadable", _("This cannot be read as a credential")


KIND = {State.VALID: "good", State.SUSPENDED: "warn", State.SUPERSEDED: "warn"}
KIND |= {State.NOT_YET: "warn", State.ELSEWHERE: "warn"}
ADVICE: dict[str, Promise] = {
    State.SUSPENDED: _("It may come back into force. Look again before you decide anything."),
    State.WITHDRAWN: _("It proves nothing any more, whatever a copy of it shows."),
    State.SUPERSEDED: _("Ask for the newer one; its page leads to it."),
    State.EXPIRED: _("Its time is over. Ask its holder for a new one."),
    State.NOT_YET: _("Its time has not begun."),
    State.DISAGREES: _("What the register holds is not what its log says. Tell the centre."),
    State.CHANGED: _("What you hold is not what was signed. Ask its holder for the original."),
    State.NOT_ISSUED: _("Do not rely on it, and tell the centre where you got it."),
    State.ELSEWHERE: _(
        "We do not know this issuer and cannot see whether it was suspended or withdrawn. "
        "Ask the issuer."
    ),
    State.UNREADABLE: _("Paste the whole file, or choose it. Nothing that you sent was kept."),
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and whether it was in order."""

    name: str
    passed: bool
    text: str


@dataclass(frozen=True)
class Part:
    """Something that a reader may rely on, because signed words say what it means."""

    name: str
    value: str


@dataclass(frozen=True)
class Verdict:
    """The answer with its reasons. `number` and `path` lead to our own page, where there is one."""

    state: State
    text: str = ""
    checks: list[Check] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    results: list[Part] = field(default_factory=list)  # criterion by criterion
    notes: list[str] = field(default_factory=list)
    number: str = ""
    path: str = ""
    altered: bool = False  # it came in a file that is not the one we made

    @property
    def doubtful(self) -> bool:
        """Valid, but what it came in may show something else."""
        return self.altered and self.state == State.VALID

    @property
    def in_part(self) -> bool:
        """Valid, but one of the checks says that not all of it holds any more."""
        return self.state == State.VALID and any(not check.passed for check in self.checks)

    @property
    def kind(self) -> str:
        return "warn" if self.doubtful or self.in_part else KIND.get(self.state, "bad")

    @property
    def title(self) -> str:
        if self.doubtful:
            return gettext("Valid, but this paper is not the file that we made")
        if self.in_part:
            return gettext("Valid, but not all of it holds any more")
        return str(self.state.label)

    @property
    def advice(self) -> str:
        return str(ADVICE.get(self.state, ""))


class Refused(Exception):
    """Why it cannot be relied on, in the reader's words."""

    def __init__(self, name: str, text: str, state: State = State.REFUSED) -> None:
        super().__init__(text)
        self.check = Check(name, False, text)
        self.state = state
