"""A sentence that names a length of time names the one that the portal keeps to: whoever changes
such a length finds here which sentences promise the old one."""

import re
from datetime import date

from allauth.account import app_settings as allauth
from babel.messages import pofile
from django.conf import settings

from certcentre.accounts.factors import TIME_TO_SET_UP
from certcentre.accounts.invitations import INVITATION_LASTS
from certcentre.accounts.organisations import COOLING_OFF
from certcentre.desk import figures
from certcentre.desk.cases import appeal, case_file
from certcentre.desk.notices import KEPT
from standards.assessment.access_request import LASTS
from standards.assessment.periods import year_after
from standards.attestation.validity import GRACE, LONGEST
from standards.catalogue.publishing import NOTICE

NUMBERS = {"two": 2, "three": 3, "five": 5, "six": 6, "seven": 7, "twelve": 12}
COUNTED = re.compile(
    rf"\b(\d+|{'|'.join(NUMBERS)}) (?:more )?(day|week|month|year|minute)s\b", re.IGNORECASE
)


def days(length):
    return length.days, "day"


def months(length):
    return round(length.days * 12 / 365), "month"


def years(length):
    return round(length.days / 365), "year"


YEAR = months(year_after(date(2026, 3, 1)) - date(2026, 3, 1))
WRONG_SIGN_INS = int(re.search(r"/(\d+)s/key", allauth.RATE_LIMITS["login_failed"])[1])  # seconds

# where a sentence names a length, and the one that the portal keeps to
STATED = [
    ("last (24 months)", months(COOLING_OFF)),
    ("(24 months) at most|(24 months) after somebody", (LONGEST, "month")),
    ("(?:in for|open for|pieces for|for|ask for) (90 (?:more )?days)", days(LASTS)),
    ("acknowledge it within (5 days)", days(case_file.ACKNOWLEDGED_WITHIN)),
    ("decide within (30 days)|(30 days), what came of it", days(case_file.DECIDED_WITHIN)),
    ("within (30 days) of (?:a decision|the step)", days(appeal.WITHIN)),
    ("once, for (14 days)|works for (14 days)", days(INVITATION_LASTS)),
    ("within (seven days)|the (seven days) are over", days(TIME_TO_SET_UP)),
    ("(60 days) (?:past the next check|after it was due)", days(GRACE)),
    ("(six months)", months(NOTICE)),
    ("^(two years); all of it goes", years(KEPT)),
    ("(?:for|\\(|or) ?(12 months|twelve months)(?:$|\\.| from its start)|^(12 months)\\.", YEAR),
    ("ended in the last (twelve months)", (figures.YEAR, "month")),
    ("wait (five minutes)", (WRONG_SIGN_INS / 60, "minute")),
]
NO_PROMISE = ["Such as: all schools, three years", "8 days left"]


def lengths(sentence):
    """Each length that a sentence names, as written, with its number and unit."""
    for length in COUNTED.finditer(sentence):
        number, unit = length[1].lower(), length[2].lower()
        yield length.start(), (int(NUMBERS.get(number, number)), unit)


def broken(sentence, stated=STATED):
    """The lengths in a sentence that no rule stands behind, or another one."""
    kept = {}
    for pattern, length in stated:
        for place in re.finditer(pattern, sentence, re.IGNORECASE):
            kept |= {place.start(group): length for group in range(1, len(place.groups()) + 1)}
    return [length for start, length in lengths(sentence) if kept.get(start) != length]


def sentences():
    path = settings.LOCALE_PATHS[0] / "fr" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        for message in pofile.read_po(file):
            for sentence in [message.id] if isinstance(message.id, str) else message.id:
                if not any(re.match(words, sentence) for words in NO_PROMISE):
                    yield sentence


def test_each_length_in_a_sentence_is_the_one_that_is_kept_to():
    named = [sentence for sentence in sentences() if any(lengths(sentence))]
    assert len(named) > 50
    assert {sentence: broken(sentence) for sentence in named if broken(sentence)} == {}


def test_a_length_that_changed_is_seen_in_each_sentence_that_names_it():
    shorter = [
        (pattern, (60, "day") if length == days(LASTS) else length) for pattern, length in STATED
    ]
    assert broken("Let them in for 90 days", shorter) == [(90, "day")]
    assert broken("Let them in for 90 days") == []
    assert broken("You have 12 days to answer.") == [(12, "day")]
