"""The operator helps somebody who lost phone, keys and codes."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from tests import make


@pytest.fixture
def person(db):
    made = make.user(email="person@example.org", language="fr")
    TOTP.activate(made, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return made


def test_the_second_step_is_gone_and_the_person_is_told(person, mailoutbox):
    call_command("reset_second_step", "Person@example.org ")
    assert not person.authenticator_set.exists()
    assert mailoutbox[0].to == [person.email]


@pytest.mark.parametrize("address", ["nobody@example.org", "without@example.org"])
def test_where_there_is_nothing_to_take_it_says_so(address, person, mailoutbox):
    make.user(email="without@example.org")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reset_second_step", address)
    assert person.authenticator_set.exists()
    assert mailoutbox == []
