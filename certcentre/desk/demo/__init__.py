"""Example organisations, products and tenders: what `manage.py demo` fills a portal with."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from certcentre.accounts.models import User
from certcentre.desk.demo import declaring, examining, people, tendering
from certcentre.desk.notices import start_here
from standards.catalogue.mappings import HUB, Mapping
from standards.catalogue.reviewing import Review


def build(*, at: datetime) -> bool:
    """Make all of it, or nothing; False when it is there already. Needs the catalogue."""
    if User.objects.filter(email=people.ACCOUNTS[0].email).exists():
        return False
    with transaction.atomic():
        cast = people.make(at=at)
        examining.accredit(cast.bodies, cast.officer, at=at)
        sign_mappings(cast.officer, at=at)
        declared = declaring.make(cast.providers, examining.solid(), at=at)
        examining.make(declared, cast.bodies, at=at)
        examining.file_external(declared, cast.officer, at=at)
        tendering.make(*cast.buyers[0], list(cast.providers.values()), at=at)
        start_here(at=at)
    return True


def sign_mappings(officer: User, *, at: datetime) -> None:
    """What relates laws to the common duties is signed, so that it offers answers."""
    to_hub = Q(source__edition__standard__key=HUB) | Q(target__edition__standard__key=HUB)
    for mapping in Mapping.objects.filter(to_hub, status=Review.PROPOSED):
        mapping.publish(by=officer, at=at)
