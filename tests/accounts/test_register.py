"""Registering an organisation."""

import re

import pytest
from django.urls import reverse

from certcentre.accounts.models import Organisation
from certcentre.lifecycle import IllegalMove, NotAllowed
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {
    "kind": "provider",
    "name": 'مختبر مثال <b>"O\'Neil"</b>',
    "country": "EG",
    "register_number": "77-1",
    "website": "https://example.org",
    "size": "micro",
}


def send(client, person, **changed):
    client.force_login(person)
    return client.post(reverse("organisation-new"), GIVEN | changed)


def test_registering_makes_you_its_manager(client, stranger):
    answer = send(client, stranger)
    made = Organisation.objects.get(register_number="77-1")
    assert answer.url == made.get_absolute_url()
    assert stranger.acts_for(made, "manager")
    assert made.status == "registered"


@pytest.mark.parametrize(
    ("kind", "next_step"),
    [("provider", "Describe a product"), ("buyer", "Start a tender"), ("auditor", "")],
)
def test_after_registering_the_page_says_what_can_be_begun(client, stranger, kind, next_step):
    page = client.get(send(client, stranger, kind=kind).url).content.decode()
    for words in ("Describe a product", "Start a tender"):
        assert (words in page) == (words == next_step)
    made = Organisation.objects.get(register_number="77-1")
    client.force_login(make.member(made, "manager"))
    assert "Describe a product" not in client.get(made.get_absolute_url()).content.decode()


def test_who_comes_to_register_a_provider_finds_the_kind_chosen(client, stranger):
    client.force_login(stranger)
    page = client.get(reverse("assessments")).content.decode()
    (address,) = set(re.findall(r'href="([^"]*organisations/new/[^"]*)"', page))
    form = client.get(address.replace("&amp;", "&")).content.decode()
    (chosen,) = re.findall(r"<input[^>]*checked[^>]*>", form)
    assert 'value="provider"' in chosen


def test_who_holds_several_roles_is_one_row(client, stranger):
    page = client.get(send(client, stranger).url).content.decode()
    people = page[page.index('id="members"') : page.index('id="history"')]
    assert people.count('<th scope="row"') == 1
    assert people.count("End this role") == 2  # the last manager stays
    for role in ("Manager", "Editor", "Signatory"):
        assert role in people


def test_a_name_in_any_script_with_markup_is_shown_as_text(client, stranger):
    shown = client.get(send(client, stranger).url).content.decode()
    assert "مختبر مثال &lt;b&gt;&quot;O&#x27;Neil&quot;&lt;/b&gt;" in shown
    assert "Egypt" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "centre"),
        ("kind", "robot"),
        ("country", "XX"),
        ("name", "  "),
        ("name", "n" * 201),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://example.org"),
        ("register_number", ""),
        ("size", "huge"),
    ],
)
def test_bad_input_is_explained_and_kept(client, stranger, field, value):
    answer = send(client, stranger, **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert GIVEN["register_number"] in answer.content.decode() or field == "register_number"
    assert not Organisation.objects.exists()


def test_pressed_twice_makes_one(stranger, at):
    Organisation.register(by=stranger, at=at, **GIVEN)
    with pytest.raises(IllegalMove):
        Organisation.register(by=stranger, at=at, **GIVEN)
    assert Organisation.objects.count() == 1


def test_one_body_may_sell_and_buy(stranger, at):
    for kind in ("provider", "buyer"):
        Organisation.register(by=stranger, at=at, **GIVEN | {"kind": kind})
    assert Organisation.objects.count() == 2


def test_nobody_registers_the_centre(stranger, at):
    with pytest.raises(NotAllowed):
        Organisation.register(by=stranger, at=at, **GIVEN | {"kind": "centre"})
    assert make.centre().kind == "centre"
