"""Where a record or a page is; empty where nothing shows it."""

import re

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from certcentre.accounts.people import Reader
from certcentre.desk.cases.case import Case
from certcentre.numbers import CASE, number_in
from standards.assessment.solutions import Solution
from standards.attestation.engagement import Engagement
from standards.registry.verify.records import record_of
from tenders.models import Tender

HEX = "[0-9a-f]"
SOLUTION = re.compile(rf"/solutions/({HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}})(?![0-9a-f-])")


def of(record: Model) -> str:
    """The page of a record."""
    try:
        return str(record.get_absolute_url())  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


def named(name: str) -> str:
    """The page of this name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def numbered(words: str, user: Reader) -> Model | None:
    """The record of the number that was typed; None where there is none that the user may see.

    A certificate, declaration, accreditation, external certificate, engagement, or one version of
    a tender; of a listed solution the address of its page.
    """
    if path := SOLUTION.search(words):
        return Solution.objects.listed().filter(pk=path[1]).first()
    number = number_in(words)
    if number.startswith("TD"):
        return Tender.objects.published().filter(reference=number).first()
    if number.startswith("EN"):
        return Engagement.objects.visible_to(user).filter(number=number).first()
    if number.startswith(CASE):
        return Case.objects.filter(number=number).first()
    return record_of(number)
