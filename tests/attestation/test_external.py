"""External certificates: filed, made sure of by somebody independent, and ended exactly."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from certcentre.accounts.models import Membership
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment.claims import effective
from standards.attestation.pages.external import counting
from standards.models import Claim, Scheme
from tests import make

pytestmark = pytest.mark.alike


@pytest.fixture
def filed(provider):
    return make.external(provider)


def standing(external, at):
    """Criterion → its level today."""
    found = effective([external.release_id], at=at)[external.release_id]
    return {key: claim.assurance for key, claim in found.items()}


def test_filing_gives_nothing(filed, at):
    assert set(standing(filed, at).values()) == {1}


def test_recording_gives_the_level_of_the_scheme(filed, centre, at):
    filed.record(seen="Looked it up.", by=centre.officer, at=at)
    levels = standing(filed, at)
    assert sorted(levels.values()) == [1, 4, 4]
    given = Claim.objects.filter(source=filed.number)
    assert {(one.basis, one.outcome) for one in given} == {("certificate", "met")}


@pytest.mark.parametrize(("level", "basis"), [(1, "evidence"), (2, "evidence"), (3, "certificate")])
def test_what_it_rests_on_follows_the_level(provider, centre, at, level, basis):
    external = make.external(provider, imports_as=level)
    external.record(seen="Looked it up.", by=centre.officer, at=at)
    assert {one.basis for one in Claim.objects.filter(source=external.number)} == {basis}
    assert {one.assurance for one in Claim.objects.filter(source=external.number)} == {level}


def test_it_counts_to_its_last_day_and_lowers_exactly_its_own(provider, centre, at):
    filed = make.external(provider, valid_until=date(2026, 12, 31))
    filed.record(seen="Looked it up.", by=centre.officer, at=at)
    last = at.replace(month=12, day=31, hour=23)
    assert sorted(standing(filed, last).values()) == [1, 4, 4]
    over = last + timedelta(hours=1)
    assert sorted(standing(filed, over).values()) == [1, 1, 1]


def test_ending_lowers_exactly_those(filed, centre, provider, at):
    filed.record(seen="Looked it up.", by=centre.officer, at=at)
    filed.end(reason="Suspended by its issuer.", by=provider.person, at=at + timedelta(days=1))
    assert sorted(standing(filed, at + timedelta(days=2)).values()) == [1, 1, 1]
    ended = Claim.objects.exclude(ended_at=None)
    assert {one.source for one in ended} == {filed.number}


def test_it_never_lasts_longer_than_its_level(provider, centre, at):
    long = make.external(provider, valid_until=at.date().replace(year=2040))
    long.record(seen="Looked it up.", by=centre.officer, at=at)
    until = Claim.objects.filter(source=long.number).first().valid_until
    assert until == at.replace(year=at.year + 2)


def test_its_page_says_to_when_it_counts(client, provider, centre, at):
    """One of a longer life counts as long as claims of its level last; another to its last day."""
    for until, counted in ((date(2040, 1, 1), date(2028, 11, 24)), (date(2027, 5, 1),) * 2):
        external = make.external(provider, valid_until=until)
        external.record(seen="Looked it up.", by=centre.officer, at=at)
        external.refresh_from_db()
        claim = Claim.objects.filter(source=external.number).first()
        assert external.counts_until == claim.valid_until
        page = client.get(external.get_absolute_url()).text
        assert f"It counts to {date_format(counted)}." in page
        assert counting(external, at) == {"counts": True, "counts_through": counted}
        assert not counting(external, claim.valid_until)["counts"]


def test_a_new_declaration_leaves_what_it_gave(provider, centre, at):
    external = make.external(provider, imports_as=2)
    external.record(seen="Looked it up.", by=centre.officer, at=at)
    later = at + timedelta(days=1)
    make.declaration(external.release, at=later, criteria=external.declared)
    assert sorted(standing(external, later).values()) == [1, 2, 2]


def test_saying_less_ends_it(provider, centre, at):
    external = make.external(provider, imports_as=2)
    external.record(seen="Looked it up.", by=centre.officer, at=at)
    first, later = external.declared[0], at + timedelta(days=1)
    make.declaration(
        external.release, at=later, criteria=external.declared, answers={first.key: "not_met"}
    )
    assert standing(external, later)[first.key] == 1


@pytest.mark.parametrize("missing", ["scope", "exclusions"])
def test_scope_and_exclusions_are_both_required(provider, missing):
    with pytest.raises(NotReady, match="Say what"):
        make.external(provider, **{missing: " "})


def test_only_criteria_that_the_scheme_supports(provider, at):
    external = make.external(provider)
    stray = make.criteria(1)
    with pytest.raises(NotReady, match="this scheme supports"):
        make.external(provider, release=external.release, chosen=stray, their_number="2")


def test_one_that_ran_out_is_refused(provider, at):
    with pytest.raises(NotReady, match="run out"):
        make.external(provider, valid_until=at.date() - timedelta(days=1))


def test_filed_twice_is_once(filed):
    with pytest.raises(NotReady, match="already"):
        make.external(filed.provider, release=filed.release, chosen=filed.declared[:1])


def test_the_provider_does_not_record_its_own(filed, provider, at):
    with pytest.raises(NotAllowed):
        filed.record(seen="It is ours.", by=provider.person, at=at)


def test_an_officer_with_a_tie_does_not_record(filed, centre, provider, at):
    Membership.grant(user=centre.officer, organisation=provider, role="editor", by=None, at=at)
    with pytest.raises(NotAllowed, match="belong"):
        filed.record(seen="Looked.", by=centre.officer, at=at)


def test_an_accredited_auditor_records_in_its_bodys_name(filed, auditor, at):
    with pytest.raises(NotAllowed):
        filed.record(seen="Looked.", by=auditor.person, at=at)
    make.accreditation(auditor, [filed.declared[0].edition])
    filed.record(seen="Looked it up.", by=auditor.person, at=at)
    assert filed.body == auditor


def test_a_body_accredited_for_something_else_does_not(filed, auditor, at):
    make.accreditation(auditor)
    with pytest.raises(NotAllowed, match="accredited for"):
        filed.record(seen="Looked.", by=auditor.person, at=at)


MOVES = {("filed", "record"), ("filed", "refuse"), ("recorded", "end")}


@pytest.mark.parametrize("state", ["filed", "recorded", "refused", "ended"])
@pytest.mark.parametrize("verb", ["record", "refuse", "end"])
def test_each_move(provider, centre, at, state, verb):
    external = make.external(provider, status=state)
    words = {"seen": "Looked."} if verb == "record" else {"reason": "Because."}
    if (state, verb) in MOVES:
        getattr(external, verb)(by=centre.officer, at=at, **words)
        assert external.status == {"record": "recorded", "refuse": "refused", "end": "ended"}[verb]
    else:
        with pytest.raises(IllegalMove):
            getattr(external, verb)(by=centre.officer, at=at, **words)


def test_filing_through_the_pages(client, provider, at):
    external = make.external(provider)
    client.force_login(provider.person)
    key = Scheme.objects.get(pk=external.scheme_id).key
    page = reverse("external-file-of", args=[external.release.pk, key])
    assert external.declared[0].title in client.get(page).content.decode()
    sent = {
        "issuer": "Example Certifier",
        "their_number": "IS 2",
        "scope": "All of it.",
        "exclusions": "nothing",
        "valid_from": "2026-01-01",
        "valid_until": "2099-01-01",
        "criteria": [external.declared[0].pk],
    }
    assert client.post(page, {**sent, "exclusions": ""}).status_code == 422
    answer = client.post(page, sent)
    assert answer.status_code == 302
    assert "nobody independent" in client.get(answer["Location"]).content.decode()


def test_the_public_sees_it_once_recorded(client, filed, centre, at):
    page = filed.get_absolute_url()
    assert client.get(page)["Location"].startswith(reverse("account_login"))
    filed.record(seen="Looked it up in the register.", by=centre.officer, at=at)
    text = client.get(page).content.decode()
    assert "Looked it up in the register." in text
    assert filed.exclusions in text


def test_the_solution_shows_where_its_level_comes_from(client, filed, centre, at):
    filed.record(seen="Looked it up.", by=centre.officer, at=at)
    text = client.get(filed.release.solution.get_absolute_url()).content.decode()
    assert filed.get_absolute_url() in text
    assert filed.issuer in text


def test_its_number_is_found_where_numbers_are_checked(client, filed, centre, at):
    filed.record(seen="Looked it up.", by=centre.officer, at=at)
    answer = client.get(reverse("verify"), {"number": filed.number.lower()})
    assert answer["Location"] == filed.get_absolute_url()
