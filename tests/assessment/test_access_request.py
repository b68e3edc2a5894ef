"""A buyer asks to open evidence; its provider lets it in for 90 days, renews, refuses, ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certcentre.accounts.models import Interest
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry, detail_of, digest
from standards.assessment.access_request import LASTS, AccessRequest
from standards.assessment.evidence import Evidence, Grant
from standards.assessment.solutions import Release
from tests import make

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def opens(person, at):
    return Evidence.objects.openable_by(person, at=at).exists()


def steps(request):
    return list(LogEntry.objects.about(request).values_list("step", flat=True))


def test_asked_it_opens_nothing_and_granted_it_opens_for_90_days(at):
    request = make.access_request()
    assert not opens(request.person, at)
    request.grant(by=request.signatory, at=at)
    assert opens(request.person, at)
    assert opens(request.person, at + timedelta(days=90) - SECOND)
    assert not opens(request.person, at + timedelta(days=90))
    assert steps(request) == ["access.asked", "access.granted"]


def test_every_member_of_the_buyer_opens_it_and_nobody_of_another(at):
    request = make.access_request("granted")
    assert opens(make.member(request.buyer, "manager"), at)
    assert not opens(make.organisation("buyer").person, at)


def test_only_the_pieces_asked_for_open(provider, at):
    asked, other = make.filed(provider), make.filed(provider, title="Penetration test")
    draft = make.assessment(organisation=provider, criteria=make.criteria(1), at=at)
    answer = draft.answers.get()
    answer.give(value="met", by=provider.person, at=at, revision=0)
    make.attach(answer, asked)
    make.attach(answer, other)
    declaration = make.declare(draft, at=at)
    request = make.access_request("granted", declaration=declaration, pieces=[asked])
    assert list(Evidence.objects.openable_by(request.person, at=at)) == [asked]
    later = make.access_request("granted", declaration=declaration)
    assert Evidence.objects.openable_by(later.person, at=at).count() == 2


def test_what_another_declaration_names_cannot_be_asked_for(at):
    declaration = make.proven(make.organisation(), at=at)
    foreign = make.filed(make.organisation())
    with pytest.raises(NotReady, match="Choose"):
        make.access_request(declaration=declaration, pieces=[foreign])
    with pytest.raises(NotReady, match="Choose"):
        make.access_request(declaration=declaration, pieces=[])
    Evidence.objects.update(shown_to="buyers")  # open without asking
    with pytest.raises(NotReady, match="Choose"):
        make.access_request(declaration=declaration)


def test_without_a_purpose_nothing_is_asked(at):
    with pytest.raises(NotReady, match="what you need it for"):
        make.access_request(purpose=" ")
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("kind", ["buyer, unverified", "provider", "auditor"])
def test_only_a_buyer_in_force_asks(kind):
    kind, _, unverified = kind.partition(", ")
    asking = make.organisation(kind, verified=not unverified)
    with pytest.raises(NotAllowed):
        make.access_request(buyer=asking)


@pytest.mark.parametrize(("role", "may"), [("editor", 1), ("signatory", 1), ("manager", 0)])
def test_who_writes_or_publishes_for_the_buyer_asks(role, may, buyer, at):
    declaration = make.proven(make.organisation(), at=at)
    words = {"buyer": buyer, "at": at, "purpose": "To judge bids."}
    person = make.member(buyer, role)
    if may:
        AccessRequest.ask(declaration.release, by=person, **words)
    else:
        with pytest.raises(NotAllowed):
            AccessRequest.ask(declaration.release, by=person, **words)


@pytest.mark.parametrize(("role", "may"), [("editor", 0), ("signatory", 1), ("manager", 0)])
def test_a_signatory_of_the_provider_lets_in_or_refuses(role, may, at):
    for verb, words in (("grant", {}), ("refuse", {"reason": "So."})):
        request = make.access_request()
        person = make.member(request.provider, role)
        if may:
            getattr(request, verb)(by=person, at=at, **words)
        else:
            with pytest.raises(NotAllowed):
                getattr(request, verb)(by=person, at=at, **words)


def test_refusing_wants_a_reason_which_the_buyer_reads(at):
    request = make.access_request()
    with pytest.raises(NotReady):
        request.refuse(by=request.signatory, at=at, reason=" ")
    request.refuse(by=request.signatory, at=at, reason="Ask for the summary.")
    assert AccessRequest.objects.get().because == "Ask for the summary."
    assert not Grant.objects.exists()


def test_asking_twice_is_one_request_and_refused_one_asks_again(at):
    request = make.access_request()
    again = {"declaration": request.declaration, "buyer": request.buyer}
    with pytest.raises(IllegalMove, match="asked already"):
        make.access_request(**again)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.create(
            declaration=request.declaration, buyer=request.buyer, asked_at=at, asked_by_id=1
        )
    request.refuse(by=request.signatory, at=at, reason="So.")
    make.access_request(**again, at=at + DAY)


def test_nothing_is_asked_where_no_declaration_is_in_force(at):
    request = make.access_request("granted")
    with pytest.raises(IllegalMove, match="No declaration"):
        make.access_request(declaration=request.declaration, at=at + timedelta(days=366))
    Release.objects.update(public_since=None)
    request.declaration.release.declarations.update(public_since=None)
    with pytest.raises(IllegalMove, match="No declaration"):
        make.access_request(declaration=request.declaration)


def test_either_side_ends_it_at_once(at):
    for side in ("person", "signatory"):
        request = make.access_request("granted")
        request.end(by=getattr(request, side), at=at + DAY, reason="The purchase is over.")
        assert not opens(request.person, at + DAY)
        assert AccessRequest.objects.get(pk=request.pk).ended_at == at + DAY
        with pytest.raises(IllegalMove):
            request.end(by=request.person, at=at + DAY, reason="Again.")


def test_what_ran_out_is_not_ended_again(at):
    request = make.access_request("granted")
    with pytest.raises(IllegalMove, match="no access to end"):
        request.end(by=request.person, at=at + LASTS, reason="Over.")


def test_a_suspended_buyer_loses_access_at_once_and_regains_it(centre, at):
    request = make.access_request("granted")
    request.buyer.suspend(by=centre.officer, at=at, reason="Under review.")
    assert not opens(request.person, at)
    assert not Evidence.objects.visible_to(request.person, at=at).exists()
    request.buyer.verify(by=centre.officer, at=at, how="Looked again.")
    assert opens(request.person, at)


def test_withdrawing_the_declaration_ends_and_refuses(at):
    granted = make.access_request("granted")
    asked = make.access_request(declaration=granted.declaration)
    ran_out = make.access_request("granted", declaration=granted.declaration)
    AccessRequest.objects.filter(pk=ran_out.pk).update(until=at)
    granted.declaration.withdraw(by=granted.signatory, at=at + DAY, reason="A mistake.")
    states = dict(AccessRequest.objects.values_list("pk", "status"))
    assert states == {granted.pk: "ended", asked.pk: "refused", ran_out.pk: "granted"}
    assert not opens(granted.person, at + DAY)
    assert AccessRequest.objects.get(pk=asked.pk).because == "A mistake."


def test_a_newer_declaration_leaves_what_was_granted(at):
    request = make.access_request("granted")
    release = request.declaration.release
    make.declaration(release, at=at + DAY)
    assert opens(request.person, at + DAY)


def test_a_tie_between_the_two_changes_nothing(at):
    provider, buyer = make.organisation("provider"), make.organisation("buyer")
    Interest.declare(provider, other=buyer, nature="One group", by=provider.person, at=at)
    declaration = make.proven(provider, at=at)
    request = make.access_request("granted", declaration=declaration, buyer=buyer)
    assert opens(request.person, at)
    assert not opens(make.organisation("buyer").person, at)


def test_removed_evidence_opens_no_more(at):
    request = make.access_request("granted")
    piece = request.pieces.get()
    piece.remove(by=request.signatory, at=at)
    assert not opens(request.person, at)
    assert Evidence.objects.visible_to(request.person, at=at).exists()  # that it was removed


def test_renewing_is_asking_anew_and_what_is_granted_takes_the_place_of_the_first(at):
    request, later = make.access_request("granted"), at + timedelta(days=80)
    renewed = request.renew(by=request.person, at=later, purpose="Bids came late.")
    assert opens(request.person, later)
    renewed.grant(by=request.signatory, at=later + DAY)
    assert renewed.until == later + DAY + LASTS
    request.refresh_from_db()
    assert (request.status, request.ended_at) == ("ended", later + DAY)
    assert Grant.objects.in_force(at=later + DAY).count() == 1
    assert opens(request.person, at + timedelta(days=170))


def test_renewing_refused_leaves_the_first_to_its_end(at):
    request, later = make.access_request("granted"), at + timedelta(days=80)
    renewed = request.renew(by=request.person, at=later, purpose="Bids came late.")
    renewed.refuse(by=request.signatory, at=later, reason="Enough.")
    assert opens(request.person, at + LASTS - SECOND)
    request.renew(by=request.person, at=later + DAY, purpose="Still late.")


def test_renewing_what_ran_out_is_possible_once(at):
    request, later = make.access_request("granted"), at + timedelta(days=100)
    request.renew(by=request.person, at=later, purpose="Once more.")
    with pytest.raises(IllegalMove, match="nothing to renew"):
        request.renew(by=request.person, at=later, purpose="Twice.")


def test_renewing_names_what_the_newer_declaration_names(at):
    request = make.access_request("granted")
    newer = make.declaration(request.declaration.release, at=at + DAY)
    renewed = request.renew(by=request.person, at=at + DAY, purpose="Once more.")
    assert renewed.declaration == newer


def test_terms_are_accepted_with_the_request_and_kept_as_they_were(provider, at):
    make.terms(provider, "For one purchase.")
    declaration = make.proven(provider, at=at)
    with pytest.raises(NotReady, match="accept"):
        make.access_request(declaration=declaration, accepted="")
    request = make.access_request("granted", declaration=declaration)
    assert opens(request.person, at)
    make.terms(provider, "For two purchases.")
    request.refresh_from_db()
    assert (request.terms, request.accepted_by) == ("For one purchase.", request.person)


def test_terms_that_are_new_must_be_accepted_before_anything_opens(at):
    request = make.access_request("unaccepted")
    assert not opens(request.person, at)
    with pytest.raises(NotAllowed):
        request.accept(by=request.signatory, at=at)
    request.accept(by=request.person, at=at + DAY)
    assert opens(request.person, at + DAY)
    assert not opens(request.person, at + LASTS)
    entry = LogEntry.objects.about(request).get(step="access.accepted")
    assert detail_of(entry.body)["terms"] == digest(request.terms)
    with pytest.raises(IllegalMove):
        request.accept(by=request.person, at=at + DAY)


def test_terms_as_read_before_they_changed_is_not_accepted(provider, at):
    old = make.terms(provider, "For one purchase.").digest
    declaration = make.proven(provider, at=at)
    make.terms(provider, "For two purchases.")
    with pytest.raises(NotReady, match="accept"):
        make.access_request(declaration=declaration, accepted=old)


def test_terms_without_words_are_none(provider, at):
    make.terms(provider)
    make.terms(provider, " ")
    request = make.access_request("granted", declaration=make.proven(provider, at=at))
    assert (request.terms, request.accepted_at) == ("", None)
    assert opens(request.person, at)


def test_terms_are_stated_by_a_signatory_alone(provider, at):
    terms = make.terms(provider)
    with pytest.raises(NotAllowed):
        terms.state(by=make.member(provider, "editor"), at=at, words="Mine.")
    assert steps(terms) == ["access.terms_stated"]


def test_all_of_it_is_private_in_the_log(at):
    request = make.access_request("ended")
    assert {entry.visibility for entry in LogEntry.objects.about(request)} == {"private"}
