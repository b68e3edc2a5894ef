"""Organisation: registered → verified, refused, closed · refused → verified ·
verified → suspended, closed · suspended → verified, closed."""

import pytest

from certcentre.accounts.models import Organisation
from certcentre.lifecycle import IllegalMove
from tests import make

ALLOWED = {
    ("registered", "verify"),
    ("registered", "refuse"),
    ("registered", "close"),
    ("refused", "verify"),
    ("verified", "suspend"),
    ("verified", "close"),
    ("suspended", "verify"),
    ("suspended", "close"),
}
STATES = ("registered", "verified", "refused", "suspended", "closed")
VERBS = {
    "verify": {"how": "Register"},
    "refuse": {"reason": "No such number"},
    "suspend": {"reason": "No longer in the register"},
    "close": {"reason": "Over"},
}
ENDS = {"verify": "verified", "refuse": "refused", "suspend": "suspended", "close": "closed"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_lifecycle(state, verb, centre, at):
    company = make.organisation()
    Organisation.objects.filter(pk=company.pk).update(status=state)
    company.refresh_from_db()
    step = getattr(company, verb)
    if (state, verb) in ALLOWED:
        step(by=centre.officer, at=at, **VERBS[verb])
        assert company.status == ENDS[verb]
    else:
        with pytest.raises(IllegalMove):
            step(by=centre.officer, at=at, **VERBS[verb])
