"""How hard a password is to guess, also for somebody who knows the person."""

import re
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from certcentre.accounts.models import Organisation, User

HARD_ENOUGH = 3  # of 4: some 10^8 guesses
LOOKED_AT = 72  # letters; more are never easier to guess
OURS = ("certification", "centre", "portal")
OWN = "user_inputs"  # as zxcvbn calls the words that it is given
TOO_EASY = _("It is too easy to guess.")
WHY = {
    OWN: _("It is made of your name, your address or your organisation."),
    "dictionary": _("It is made of words that many people use."),
    "spatial": _("Its letters lie beside each other on the keyboard."),
    "repeat": _("It says the same again and again."),
    "sequence": _("Its letters or digits follow each other."),
    "regex": _("It is made of a year."),
    "date": _("It is made of a date."),
}


class HardToGuess:
    """Refuses what zxcvbn guesses soon, and what is mostly the person's own words."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = [*OURS, *(words_of(user) if user else ())]
        measured = zxcvbn(password[:LOOKED_AT], user_inputs=words)
        parts = [Part(kind_of(match), match["token"]) for match in measured["sequence"]]
        own = sum(len(part.token) for part in parts if part.kind == OWN)
        if measured["score"] >= HARD_ENOUGH and own * 2 < len(password):
            return
        longest = max(parts, key=lambda part: len(part.token), default=Part("", ""))
        why = WHY[OWN] if own * 2 >= len(password) else WHY.get(longest.kind, TOO_EASY)
        advice = _("Take four words that do not belong together, or a generated one.")
        raise ValidationError([str(why), str(advice)], code="easy_to_guess")

    def get_help_text(self) -> str:
        return gettext("Hard to guess, also for somebody who knows you.")


class Part(NamedTuple):
    """A part of a password, and how it is guessed."""

    kind: str
    token: str


def kind_of(match: dict[str, Any]) -> str:
    """How a part is guessed: from the person's own words, or by its pattern."""
    return OWN if match.get("dictionary_name") == OWN else str(match["pattern"])


def words_of(user: User) -> list[str]:
    """What somebody who knows the person would try first."""
    texts = [user.name, user.email]
    if user.memberships.exists():
        texts += Organisation.objects.acted_for_by(user).values_list("name", flat=True)
    words = [re.split(r"[\W_]+", text) for text in texts]
    parts = [part for each in words for part in each if len(part) > 2]
    return [*dict.fromkeys([*texts, *("".join(each) for each in words), *parts])]
