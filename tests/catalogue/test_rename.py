"""What a standard is called is corrected by the centre, with a reason, in the public log."""

import pytest
from django.urls import reverse

from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tests import make
from tests.make.moment import AT

NEW = {"name": "Reading aloud", "issuing_body": "Example Board", "reason": "The board merged."}


@pytest.fixture
def family(db):
    return make.edition("ex").standard


def test_the_page_renames_and_the_log_says_who_when_and_why(client, centre, family):
    client.force_login(centre.officer)
    address = reverse("catalogue-standard", args=[family.key])
    assert f'value="{family.name}"' in client.get(address).content.decode()
    was = family.name
    assert client.post(address, NEW).status_code == 302
    family.refresh_from_db()
    assert (family.name, family.issuing_body) == ("Reading aloud", "Example Board")
    entry = LogEntry.objects.get(step="standard.renamed")
    assert entry.actor == centre.officer
    assert b"The board merged." in bytes(entry.body)
    assert was.encode() in bytes(entry.body)
    assert "Reading aloud" in client.get(reverse("catalogue")).content.decode()


def test_editions_keep_what_they_say_of_themselves(centre, family):
    edition = family.editions.get()
    digest, name = edition.words_digest, edition.name
    family.rename(**NEW, by=centre.officer, at=AT)
    edition.refresh_from_db()
    assert (edition.words_digest, edition.name) == (digest, name)


def test_nothing_different_is_said_and_not_logged(centre, family):
    same = {"name": family.name, "issuing_body": family.issuing_body, "reason": "x"}
    with pytest.raises(NotReady, match="Nothing is different"):
        family.rename(**same, by=centre.officer, at=AT)
    assert not LogEntry.objects.filter(step="standard.renamed").exists()


def test_only_the_centre_renames(family, provider):
    with pytest.raises(NotAllowed):
        family.rename(**NEW, by=provider.person, at=AT)
    family.refresh_from_db()
    assert family.name != NEW["name"]


def test_a_family_of_drafts_is_not_there_for_others(client, provider):
    drafted = make.edition("dr", published=False).standard
    client.force_login(provider.person)
    assert client.get(reverse("catalogue-standard", args=[drafted.key])).status_code == 404
