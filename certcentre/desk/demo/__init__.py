"""Example organisations, products and tenders, made by the real verbs with dates in the past."""

from datetime import datetime

from django.db import transaction

from certcentre.accounts.models import User
from certcentre.desk.demo import people


def build(*, at: datetime) -> bool:
    """Make all of it, or nothing; False when it is there already."""
    if User.objects.filter(email=people.ACCOUNTS[0].email).exists():
        return False
    with transaction.atomic():
        people.make(at=at)
    return True
