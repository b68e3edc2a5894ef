"""A person takes everything that is held about them away as a file."""

import json

from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.urls import reverse

from certcentre.accounts.models import Interest, User
from certcentre.accounts.own_file import TOLD_APART, own_file
from tests import make
from tests.make.moment import AT


def taken(client, person):
    client.force_login(person)
    answer = client.get(reverse("account-file"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="account.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    return json.loads(answer.content)


def test_account_roles_letters_and_ties(client, provider, buyer):
    person = provider.person
    make.invitation(provider, email="new@example.org")
    make.invitation(buyer, email=person.email)
    Interest.declare(provider, other=buyer, nature="We share staff", by=person, at=AT)
    told = taken(client, person)
    assert told["account"]["address"] == person.email
    assert [role["role"] for role in told["roles"]] == ["manager", "editor", "signatory"]
    assert told["roles"][0]["organisation"] == provider.name
    assert told["invitations"][0]["organisation"] == buyer.name
    assert told["invited"][0]["email"] == "new@example.org"
    assert told["ties_declared"][0]["nature"] == "We share staff"
    assert told["addresses"] == [{"email": person.email, "verified": True, "primary": True}]


def test_steps_and_records_by_their_numbers(client, provider):
    declaration = make.declaration(organisation=provider)
    told = taken(client, make.signer(provider))
    assert declaration.number in [record["called"] for record in told["records"]]
    assert "assessment.declared" in [step["step"] for step in told["steps"]]


def test_nothing_of_anybody_else_and_no_secret(client, provider, buyer):
    TOTP.activate(provider.person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    text = json.dumps(taken(client, provider.person))
    assert buyer.person.email not in text
    assert provider.person.password not in text
    assert "secret" not in text


def test_no_table_that_names_people_is_left_out(db):
    """Where a table comes to name people, it is in the file by itself."""
    person = make.user()
    naming = [
        model
        for model in apps.get_models()
        if any(field.related_model is User for field in model._meta.fields)
        and model not in TOLD_APART
    ]
    assert len(naming) > 10
    assert own_file(person, at=AT)["records"] == []


def test_a_visitor_gets_nothing(client, db):
    assert client.get(reverse("account-file")).status_code == 302
