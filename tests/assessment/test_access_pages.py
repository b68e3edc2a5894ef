"""Asking to see evidence, and answering: the pages of both sides."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.assessment.access_request import AccessRequest
from standards.assessment.evidence import Evidence
from tests import make
from tests.abilities.people import belong

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def declared(provider, now):
    return make.proven(provider, at=now)


def page(client, person, address):
    client.force_login(person)
    return " ".join(client.get(address).content.decode().split())


def form(piece, **more):
    return {"pieces": [str(piece.pk)], "purpose": "To judge bids.", **more}


def ask_address(declared, buyer):
    return reverse("access-ask", args=[declared.number, buyer.pk])


def test_the_product_and_the_declaration_lead_to_asking(client, declared, provider, now):
    way = f'href="{reverse("access-ask-for", args=[declared.number])}"'
    addresses = [declared.release.solution.get_absolute_url(), declared.get_absolute_url()]
    assert all(way in client.get(each).content.decode() for each in addresses)
    Evidence.objects.update(shown_to="buyers")  # nobody needs to ask
    assert not any(way in client.get(each).content.decode() for each in addresses)
    Evidence.objects.update(shown_to="asked")
    declared.withdraw(by=provider.person, at=now, reason="A mistake.")
    assert way not in client.get(addresses[1]).content.decode()


def test_a_buyer_asks_and_the_provider_lets_it_in(client, declared, provider, buyer):
    piece = Evidence.objects.get()
    client.force_login(buyer.person)
    got = client.get(reverse("access-ask-for", args=[declared.number]))
    assert got["Location"] == ask_address(declared, buyer)
    assert client.post(got["Location"], form(piece)).status_code == 302
    request = AccessRequest.objects.get()
    assert piece.get_absolute_url() not in page(client, buyer.person, request.get_absolute_url())
    assert "asks to see evidence of" in page(client, provider.person, reverse("work"))
    assert "To judge bids." in page(client, provider.person, request.get_absolute_url())
    assert client.post(reverse("access-grant", args=[request.pk])).status_code == 302
    assert piece.get_absolute_url() in page(client, buyer.person, request.get_absolute_url())
    assert client.get(reverse("evidence-file", args=[piece.pk])).status_code == 200


def test_who_has_asked_is_led_to_what_they_asked(client, declared, buyer, now):
    request = make.access_request(declaration=declared, buyer=buyer, at=now)
    client.force_login(buyer.person)
    assert client.get(ask_address(declared, buyer))["Location"] == request.get_absolute_url()
    again = client.post(ask_address(declared, buyer), form(Evidence.objects.get()))
    assert again.status_code == 409
    assert "You have asked already" in again.content.decode()


def test_what_was_typed_is_kept(client, declared, buyer):
    client.force_login(buyer.person)
    got = client.post(ask_address(declared, buyer), {"purpose": "To judge bids."})
    assert got.status_code == 422
    assert "To judge bids." in got.content.decode()
    got = client.post(
        ask_address(declared, buyer), form(Evidence.objects.get(), purpose="x" * 2001)
    )
    assert got.status_code == 422


@pytest.mark.parametrize("pieces", ["nothing", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_pieces_that_are_not_offered_are_refused(client, declared, buyer, pieces):
    client.force_login(buyer.person)
    sent = {"pieces": pieces, "purpose": "To judge bids."}
    assert client.post(ask_address(declared, buyer), sent).status_code == 422
    assert not AccessRequest.objects.exists()


def test_who_buys_for_several_chooses_for_whom(client, declared, buyer):
    other = make.organisation("buyer")
    belong(buyer.person, other, "editor")
    shown = page(client, buyer.person, reverse("access-ask-for", args=[declared.number]))
    assert ask_address(declared, buyer) in shown
    assert ask_address(declared, other) in shown


def test_who_buys_for_nobody_is_told_who_may_ask(client, declared, stranger):
    shown = page(client, stranger, reverse("access-ask-for", args=[declared.number]))
    assert "no verified buyer" in shown


def test_terms_stand_above_and_are_read_anew_where_they_changed(client, declared, provider, buyer):
    make.terms(provider, "For one purchase.")
    client.force_login(buyer.person)
    first = client.get(ask_address(declared, buyer))
    assert "For one purchase." in first.content.decode()
    field = first.context["form"].accepting
    make.terms(provider, "For two purchases.")
    sent = form(Evidence.objects.get(), **{field: "on"})
    got = client.post(ask_address(declared, buyer), sent)
    assert got.status_code == 422
    assert "For two purchases." in got.content.decode()
    sent = form(Evidence.objects.get(), **{got.context["form"].accepting: "on"})
    assert client.post(ask_address(declared, buyer), sent).status_code == 302
    assert AccessRequest.objects.get().terms == "For two purchases."


def test_a_second_after_it_ran_out_the_asker_reads_when_and_how_to_renew(client, buyer, now):
    request = make.access_request("granted", buyer=buyer, at=now - timedelta(days=90, seconds=1))
    piece = request.pieces.get()
    client.force_login(buyer.person)
    got = client.get(reverse("evidence-file", args=[piece.pk]))
    assert got.status_code == 403
    for shown in (got.content.decode(), page(client, buyer.person, piece.get_absolute_url())):
        assert "Your access ended on" in shown
        assert request.get_absolute_url() in shown
    shown = page(client, buyer.person, request.get_absolute_url())
    assert reverse("access-renew", args=[request.pk]) in shown
    stranger = make.organisation("buyer").person
    client.force_login(stranger)
    for name, key in (("evidence-file", piece.pk), ("access-request", request.pk)):
        unknown = client.get(reverse(name, args=[uuid.UUID(int=0)]))
        hidden = client.get(reverse(name, args=[key]))
        assert (hidden.status_code, hidden.content) == (404, unknown.content)


def test_a_suspended_buyer_finds_nothing(client, buyer, centre, now):
    request = make.access_request("granted", buyer=buyer, at=now)
    address = reverse("evidence-file", args=[request.pieces.get().pk])
    client.force_login(buyer.person)
    assert client.get(address).status_code == 200
    buyer.suspend(by=centre.officer, at=now, reason="Under review.")
    assert client.get(address).status_code == 404
    buyer.verify(by=centre.officer, at=now, how="Looked again.")
    assert client.get(address).status_code == 200


def test_renewing_begins_with_what_was_asked(client, buyer, now):
    request = make.access_request("granted", buyer=buyer, at=now - timedelta(days=85))
    assert "Access to the evidence of" in page(client, buyer.person, reverse("work"))
    address = reverse("access-renew", args=[request.pk])
    assert "To judge bids." in page(client, buyer.person, address)
    got = client.post(address, form(request.pieces.get()))
    assert got["Location"] != request.get_absolute_url()
    assert AccessRequest.objects.alike(request).waiting().count() == 1


def test_a_reason_for_ending_is_read_by_the_other_side(client, buyer, now):
    request = make.access_request("granted", buyer=buyer, at=now)
    client.force_login(request.signatory)
    address = reverse("access-end", args=[request.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "The purchase is over."}).status_code == 302
    shown = page(client, buyer.person, request.get_absolute_url())
    assert "The purchase is over." in shown
    assert "Ended on" in shown


def test_the_list_takes_the_same_statements_for_many(
    client, provider, now, django_assert_num_queries
):
    declared = make.proven(provider, at=now)
    client.force_login(provider.person)
    make.access_request(declaration=declared, at=now)
    with django_assert_num_queries(7) as few:
        client.get(reverse("access-requests"))
    for _ in range(5):
        make.access_request("granted", declaration=declared, at=now)
    with django_assert_num_queries(len(few)):
        assert client.get(reverse("access-requests")).content.count(b"Open to") == 5
