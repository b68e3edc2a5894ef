"""An officer confirms of an organisation's own sign-in what the page showed, and nothing else."""

import re

import pytest
from django.urls import reverse

from certcentre.accounts.models import IdentityProvider
from certcentre.lifecycle import IllegalMove
from certcentre.log.models import LogEntry, detail_of
from tests import make
from tests.make.attestation import officer
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
WORDS = {"confirm": {"how": "By telephone."}, "decline": {"reason": "Not yours."}}
STANDS = {
    "issuer": "https://login.school.example",
    "client_id": "portal",
    "client_secret": "another",
    "domains": ["school.example"],
    "only": False,
}


@pytest.fixture
def school():
    return make.organisation("buyer", name="North School")


@pytest.fixture
def provider(school):
    return make.identity_provider(school, confirmed=False, domains=STANDS["domains"])


def hidden(page):
    """What the form of a page carries beside what is typed."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(pairs)


def address(school, verb):
    return reverse(f"identity-provider-{verb}", args=[school.pk])


def change(provider, **other):
    provider.change(by=provider.changed_by, at=AT, **STANDS | other)


def names(**which):
    return IdentityProvider.objects.get().domain_names(**which)


OTHERS = [
    {"domains": ["mail.example"]},
    {"domains": ["mail.example", "school.example"]},
    {"issuer": "https://login.elsewhere.example"},
    {"client_id": "another"},
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_was_changed_under_the_page_is_not_confirmed(other, client, school, provider):
    client.force_login(officer())
    shown = client.get(address(school, "confirm")).text
    change(provider, **other)
    answer = client.post(address(school, "confirm"), WORDS["confirm"] | hidden(shown))
    assert answer.status_code == 409
    assert "It was changed meanwhile. Look at it again." in answer.text
    assert "By telephone." in answer.text  # what was typed stays
    for text in other.get("domains", list(other.values())):
        assert f"<bdi>{text}</bdi>" in answer.text  # and what stands now is shown
    assert names(confirmed=True) == []
    assert not LogEntry.objects.filter(step="organisation.sign_on_confirmed").exists()
    client.post(address(school, "confirm"), WORDS["confirm"] | hidden(answer.text))
    assert names(confirmed=True) == other.get("domains", STANDS["domains"])


def test_what_the_page_showed_is_confirmed_and_the_log_names_it(client, school, provider):
    """The control: only whether members must come by it was changed, which nobody confirms."""
    client.force_login(officer())
    shown = client.get(address(school, "confirm")).text
    change(provider, only=True)
    answer = client.post(address(school, "confirm"), WORDS["confirm"] | hidden(shown))
    assert answer.status_code == 302
    assert names(confirmed=True) == ["school.example"]
    entry = LogEntry.objects.get(step="organisation.sign_on_confirmed")
    assert detail_of(entry.body) == {
        part: STANDS[part] for part in ("issuer", "client_id", "domains")
    }


@pytest.mark.parametrize("verb", WORDS)
@pytest.mark.parametrize("seen", ["", "0", "\0", "é"])
def test_without_what_was_seen_nothing_is_done(verb, seen, client, school, provider):
    client.force_login(officer())
    answer = client.post(address(school, verb), WORDS[verb] | {"seen": seen})
    assert answer.status_code == 409
    assert names(confirmed=False) == ["school.example"]


def test_what_was_changed_under_the_page_is_not_declined(client, school, provider):
    client.force_login(officer())
    shown = client.get(address(school, "decline")).text
    change(provider, domains=["other.example"])
    answer = client.post(address(school, "decline"), WORDS["decline"] | hidden(shown))
    assert answer.status_code == 409
    assert names() == ["other.example"]
    client.post(address(school, "decline"), WORDS["decline"] | hidden(answer.text))
    assert names() == []


@pytest.mark.parametrize("verb", WORDS)
def test_a_record_that_was_read_before_is_read_again_once_it_is_held(verb, provider):
    """Two at once: whoever read it first finds what the other one has written."""
    seen = provider.print_of(provider.domain_names())
    change(IdentityProvider.objects.get(), domains=["mail.example"])
    with pytest.raises(IllegalMove, match="changed meanwhile"):
        getattr(provider, verb)(by=officer(), at=AT, seen=seen, **WORDS[verb])
    assert names(confirmed=False) == ["mail.example"]


def test_what_is_confirmed_is_not_confirmed_again(provider):
    seen = provider.print_of(provider.domain_names())
    who = {"by": officer(), "at": AT, "seen": seen}
    provider.confirm(**who, how="So.")
    with pytest.raises(IllegalMove, match="No domain waits"):
        provider.confirm(**who, how="So.")


@pytest.mark.parametrize("other", OTHERS)
def test_another_domain_or_address_takes_the_confirmation_away(other, school):
    provider = make.identity_provider(school, domains=STANDS["domains"])
    assert names(confirmed=True) == STANDS["domains"]
    change(provider, **other)
    assert names(confirmed=True) == []
    assert IdentityProvider.objects.get().confirmed_at is None
