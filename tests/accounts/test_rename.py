"""A verified organisation is renamed by a step: the name before stays findable (rule R131)."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from certcentre.accounts.models import NewName, Organisation, OrganisationWords
from certcentre.desk.record_check import organisations
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tests import make
from tests.make.moment import AT

NEW = {"name": "Moonrise Tools", "since": date(2026, 10, 30), "reason": "Extract of today"}
OLD = "Sunset Learning"


@pytest.fixture
def provider(centre):
    return make.organisation(name=OLD)


def rename(organisation, by, at, **words):
    NewName.of(organisation).rename(by=by, at=at, **NEW | words)


def test_an_officer_renames_with_day_and_reason(client, centre, provider):
    client.force_login(centre.officer)
    address = reverse("new-name-rename", args=[provider.pk])
    assert address in client.get(provider.get_absolute_url()).text
    kept = client.post(address, {**NEW, "reason": ""})
    assert kept.status_code == 422
    assert NEW["name"] in kept.text
    assert client.post(address, NEW).status_code == 302
    provider.refresh_from_db()
    assert provider.name == NEW["name"]
    assert provider.earlier_names == [{"name": OLD, "until": "2026-10-30"}]
    logged = LogEntry.objects.about(provider).last()
    assert (logged.step, logged.visibility) == ("organisation.renamed", "public")
    page = client.get(provider.get_absolute_url()).text
    assert f"Renamed; called {OLD} before" in page
    assert f"<bdi>{OLD}</bdi>" in page


def test_no_page_of_the_centre_overwrites_a_verified_name(client, centre, provider):
    client.force_login(centre.officer)
    address = reverse("organisation-correct", args=[provider.pk])
    number = {"country": "KE", "register_number": "77", "reason": "Extract"}
    assert client.post(address, {**number, "name": "Other"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.name, provider.register_number) == (OLD, "77")


def test_only_an_officer_without_a_tie_renames(centre, provider, at):
    tied = make.member(provider, "editor")
    for person in (provider.person, tied):
        with pytest.raises(NotAllowed):
            rename(provider, person, at)
    own = make.organisation(name="Their own")
    own.memberships.create(user=centre.officer, role="editor", since=at)
    with pytest.raises(NotAllowed, match="ask a colleague"):
        rename(own, centre.officer, at)


def test_what_was_never_verified_its_manager_corrects_and_nothing_is_kept(centre, at):
    registered = make.organisation(verified=False)
    with pytest.raises(IllegalMove, match="its manager"):
        rename(registered, centre.officer, at)
    registered.change_details(by=registered.person, at=at, name="Right")
    registered.refresh_from_db()
    assert (registered.name, registered.earlier_names) == ("Right", [])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"name": OLD}, "already"),
        ({"name": "  "}, "how it is called"),
        ({"since": AT.date() + timedelta(days=1)}, "still to come"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_what_makes_no_renaming_changes_nothing(centre, provider, words, problem):
    with pytest.raises(NotReady, match=problem):
        rename(provider, centre.officer, AT, **words)
    provider.refresh_from_db()
    assert (provider.name, provider.earlier_names) == (OLD, [])


def test_each_name_has_a_later_day_than_the_one_before(centre, provider):
    make.renamed(provider, "Second", since=date(2026, 10, 2))
    with pytest.raises(NotReady, match="later day"):
        rename(provider, centre.officer, AT, since=date(2026, 10, 1))
    make.renamed(provider, OLD, since=date(2026, 10, 3))
    provider.refresh_from_db()
    assert [each["name"] for each in provider.earlier_names] == [OLD, "Second"]
    assert provider.former_names == "Second", "it bears the other again"


@pytest.mark.parametrize("words", [OLD, NEW["name"], "sunset", "moonrise"])
def test_it_is_found_by_each_name(client, centre, provider, words):
    solution = make.listed(organisation=provider)
    control = make.listed("Zebra Maths", organisation=make.organisation(name="Quite different"))
    make.renamed(provider, NEW["name"])
    page = client.get(reverse("solutions"), {"q": words}).text
    assert solution.name in page
    assert OLD in page, "and it says why it was found by that"
    assert control.name not in page
    assert list(Organisation.objects.found_by(words)) == [provider]
    client.force_login(centre.officer)
    assert provider.get_absolute_url() in client.get(reverse("organisations"), {"q": words}).text


def test_a_body_is_found_by_the_name_before(client, centre):
    accreditation = make.accreditation(make.body(name=OLD))
    make.renamed(accreditation.body, NEW["name"])
    page = client.get(reverse("search"), {"q": "sunset"}).text
    assert accreditation.get_absolute_url() in page
    assert f"It was called {OLD}" in page
    assert OLD in client.get(accreditation.get_absolute_url()).text


def test_the_index_made_anew_keeps_the_name_before(provider):
    make.renamed(provider, NEW["name"])
    call_command("index", "--check")
    call_command("index")
    assert list(Organisation.objects.found_by("sunset")) == [provider]
    line = OrganisationWords.objects.get(organisation=provider)
    OrganisationWords.objects.filter(pk=line.pk).update(names="moonrise", words="moonrise")
    with pytest.raises(CommandError, match="1 lines"):
        call_command("index", "--check")


def test_earlier_names_that_no_step_gave_are_seen(provider):
    make.renamed(provider, NEW["name"])
    assert list(organisations()) == []
    Organisation.objects.filter(pk=provider.pk).update(earlier_names=[])
    assert len(list(organisations())) == 1


def test_the_page_of_a_product_says_what_its_provider_was_called(client, provider):
    solution = make.listed(organisation=provider)
    page = reverse("solution", args=[solution.pk])
    assert "Formerly" not in client.get(page).text
    make.renamed(provider, NEW["name"])
    assert f"<bdi>{OLD}</bdi>" in client.get(page).text
    shown = client.get(f"/api/v1/solutions/{solution.pk}/").json()["provider"]
    assert shown["name"] == NEW["name"]
    assert shown["earlier_names"] == [{"name": OLD, "until": AT.date().isoformat()}]
