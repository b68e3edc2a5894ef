"""A shortlist is kept as it was: whatever is said later, its files stay the same bytes."""

import hashlib
import json

import pytest
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from certcentre.lifecycle import NotAllowed
from standards.assessment import claims
from standards.assessment.claims import Ending
from tenders.models import Shortlist
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


def built_tender():
    """Three musts; one solution has all, one lacks the third, one is offered elsewhere."""
    made = make.tender(countries=["KE"])
    keys = [f"{made.edition.key}:{place}" for place in (1, 2, 3)]
    there, elsewhere = {"countries_offered": ["KE"]}, {"countries_offered": ["UG"]}
    made.whole = make.listed("Whole", claims=dict.fromkeys(keys, 2), facts=there)
    make.listed("Nearly", claims=dict.fromkeys(keys[:2], 1), facts=there)
    make.listed("Elsewhere", claims=dict.fromkeys(keys, 1), facts=elsewhere)
    make.listed("Silent", claims=dict.fromkeys(keys, 1))
    return made


kept_tender = make.kept(built_tender)


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


def save(tender):
    return Shortlist.keep(tender.lot, by=tender.person, at=AT)


def end_everything(release):
    with transaction.atomic():
        claims.change([release.pk], end=[Ending(Q(), "withdrawn")], at=AT)


def test_it_says_who_qualified_and_why_the_others_did_not(tender):
    found = save(tender).content
    said = {
        one["name"]: (one["qualifies"], one["place"], one["lacks"]) for one in found["solutions"]
    }
    assert said == {
        "Whole": (True, "", []),
        "Nearly": (False, "", ["L1-003"]),
        "Elsewhere": (False, "elsewhere", []),
        "Silent": (False, "unsaid", []),
    }
    assert found["counts"]["qualifying"] == 1
    assert [one["lacking"] for one in found["requirements"]] == [0, 0, 1]


def test_it_keeps_the_claims_and_facts_that_were_used(tender):
    whole = save(tender).content["solutions"][0]
    assert whole["countries"] == ["KE"]
    first = whole["claims"][0]
    assert (first["outcome"], first["assurance"], first["enough"]) == ("met", 2, True)
    assert first["source"] == "DC-2026-000001"


def test_a_change_of_a_claim_changes_no_byte_of_it(client, tender):
    kept = save(tender)
    client.force_login(tender.person)
    files = [
        reverse("shortlist-file", args=[tender.reference, kept.pk, format])
        for format in ("json", "csv")
    ]
    before = [client.get(url).content for url in files]
    end_everything(tender.whole.current_release)
    tender.whole.current_release.declared_facts.clear()
    assert [client.get(url).content for url in files] == before
    assert hashlib.sha256(before[0]).hexdigest() == kept.digest
    again = save(tender)
    assert again.content["counts"]["qualifying"] == 0
    assert again.clock > kept.clock


def test_publishing_keeps_one_for_each_lot(tender):
    tender.add_lot(by=tender.person, at=AT, title="Second").add_words(
        "Prints", by=tender.person, at=AT, justification="They print"
    )
    tender.publish(by=tender.person, at=AT)
    assert [one.reason for one in tender.shortlists.all()] == ["published", "published"]
    assert sorted(one.content["counts"]["qualifying"] for one in tender.shortlists.all()) == [1, 2]


def test_only_an_editor_of_the_buyer_keeps_one(tender):
    with pytest.raises(NotAllowed):
        Shortlist.keep(tender.lot, by=make.user(), at=AT)
    assert not tender.shortlists.exists()


def test_the_page_shows_it_and_the_builder_leads_there(client, tender):
    client.force_login(tender.person)
    save_url = reverse("shortlist-save", args=[tender.reference, tender.lot.pk])
    page = client.post(save_url, follow=True).content.decode()
    assert "<strong>1 of 4</strong>" in page
    assert "Not offered in the countries or languages asked for" in page
    assert (
        tender.shortlists.get().get_absolute_url()
        in client.get(tender.get_absolute_url()).content.decode()
    )


def test_the_page_names_who_could_answer_apart_from_the_others(client, tender):
    client.force_login(tender.person)
    page = client.get(save(tender).get_absolute_url()).content.decode()
    able, _summary, others = page.partition("The others, and what each lacked")
    assert "<bdi>Whole</bdi>" in able
    assert "<bdi>Nearly</bdi>" not in able
    assert "<bdi>Nearly</bdi>" in others
    end_everything(tender.whole.current_release)
    page = client.get(save(tender).get_absolute_url()).content.decode()
    assert "None." in page.partition("The others, and what each lacked")[0]


def test_the_bytes_are_one_canonical_value(tender):
    kept = save(tender)
    assert json.loads(bytes(kept.body)) == kept.content
    assert kept.content["clock"] == kept.clock
