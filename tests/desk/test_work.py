"""The work page: for each role, what waits for it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from certcentre.accounts.models import Organisation
from certcentre.desk.home import waiting_for
from certcentre.log.models import record
from standards.attestation.certificates import Certificate
from standards.attestation.findings import CorrectiveAction
from tenders.models import Tender
from tests import make
from tests.make.assessment import signer

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
KEY = "ex-1:1.1"


def todo(user, at):
    return [task.title for task in waiting_for(user, at=at).todo]


def elsewhere(user, at):
    return [task.title for task in waiting_for(user, at=at).elsewhere]


def engagement(status, results=None):
    declaration = make.declaration(criteria=make.criteria(2, key="ex-1"))
    return make.engagement(status, declaration=declaration, results=results)


def test_a_newcomer_is_told_how_to_begin(client, stranger):
    client.force_login(stranger)
    page = client.get(reverse("work")).content.decode()
    assert "You act for no organisation yet" in page
    assert reverse("organisation-new") in page


def test_an_invitation_to_a_shown_address_waits(provider, stranger, at):
    letter = make.invitation(provider, stranger.email, at=at)
    stranger.emailaddress_set.update(verified=False)
    assert todo(stranger, at) == []
    stranger.emailaddress_set.update(verified=True)
    assert todo(stranger, at) == [f"Join {provider}"]
    assert todo(stranger, letter.expires_at) == []


def test_verification_waits_with_the_centre_then_with_the_manager(centre, at):
    company = make.organisation(verified=False)
    assert elsewhere(company.person, at) == [f"The centre verifies {company}"]
    assert todo(centre.officer, at) == [f"Verify {company}"]
    company.refuse(by=centre.officer, at=at, reason="No such number")
    assert todo(company.person, at) == [f"Look at what the centre says of {company}"]


def test_a_release_is_begun_finished_declared(at):
    release = make.release()
    by = signer(release.solution.organisation)
    assert todo(by, at) == [f"Begin with {release}"]
    draft = make.assessment(release)
    assert todo(by, at) == [f"Finish the self-assessment of {release}"]
    for answer in draft.answers.all():
        answer.give(value="met", reason="", by=by, at=at, revision=answer.revision)
    assert todo(by, at) == [f"Declare {release}"]


def test_a_declaration_that_ends_soon_is_to_be_renewed(at):
    declaration = make.declaration()
    by = signer(declaration.release.solution.organisation)
    near = declaration.valid_until - timedelta(days=30)
    assert todo(by, at) == []
    assert todo(by, near) == [f"Renew the declaration of {declaration.release}"]
    make.declaration(declaration.release, at=near)
    assert todo(by, near) == []


def test_a_draft_has_no_last_day_by_a_declaration_that_was_replaced(at):
    first = make.declaration()
    by = signer(first.release.solution.organisation)
    near = first.valid_until - timedelta(days=30)
    renewal = make.assessment(first.release, criteria=[], at=near)
    (task,) = waiting_for(by, at=near).todo
    assert task.due == first.valid_until.date()
    make.declare(renewal, at=near)
    draft = make.assessment(first.release, criteria=[], at=near + timedelta(days=1))
    (task,) = waiting_for(by, at=near + timedelta(days=1)).todo
    assert (task.url, task.due) == (draft.get_absolute_url(), None)


def test_what_the_provider_has_answered_waits_with_the_body_alone(at):
    made = engagement("corrections", {KEY: "minor"})
    body = made.body.person
    assert elsewhere(body, at) == [f"{made.number}: {made.declaration.release}"]
    action = CorrectiveAction.objects.select_related("finding__criterion").get()
    action.answer(plan="Mended.", due_on=date(2027, 1, 1), by=signer(made.provider), at=at)
    assert elsewhere(body, at) == []
    assert [one.startswith("Accept or return") for one in todo(body, at)] == [True]


def test_evidence_in_use_that_ends_soon_is_to_be_renewed(at):
    provider = make.organisation("provider")
    idle, used = (make.evidence(provider, title=t, until=date(2026, 12, 1)) for t in "ab")
    declaration = make.proven(provider, piece=used)
    assert todo(signer(provider), at) == ["Renew evidence: b"]
    assert idle.title == "a"
    draft = make.assessment(declaration.release, criteria=[])
    draft.answers.get(evidence_uses__evidence=used).detach(used, by=signer(provider), at=at)
    make.declare(draft, at=at + timedelta(hours=1))
    assert todo(signer(provider), at + timedelta(hours=1)) == []


def test_a_held_release_waits_with_the_centre(centre, at):
    release = make.release()
    by = signer(release.solution.organisation)
    release.publish(["R-1"], by=by, at=at)
    assert elsewhere(by, at) == [f"{release} is held"]
    assert todo(centre.officer, at) == [f"Clear or refuse {release}"]


@pytest.mark.parametrize(
    ("status", "who", "words"),
    [
        ("requested", "person", "Accept or decline: {release}"),
        ("accepted", "person", "Begin to examine {release}"),
        ("examining", "person", "Go on examining {release}"),
        ("ready", "second", "Decide on {release}"),
    ],
)
def test_an_engagement_waits_for_the_right_person(status, who, words, at):
    made = engagement(status)
    release = made.declaration.release
    people = {"person": made.body.person, "second": made.body.second}
    assert todo(people.pop(who), at) == [words.format(release=release)]
    assert [todo(other, at) for other in people.values()] == [[]]
    assert elsewhere(signer(made.provider), at) == [f"{made.number}: {release}"]


def test_who_examined_is_not_asked_to_decide(at):
    made = engagement("ready")
    made.examiners.add(made.body.second)
    assert todo(made.body.second, at) == []


def test_a_nonconformity_goes_to_and_fro(at):
    made = engagement("corrections", {KEY: "minor"})
    provider, body = signer(made.provider), made.body.person
    assert todo(provider, at) == ["Answer a minor nonconformity on 1.1 Criterion 1"]
    assert elsewhere(body, at) == [f"{made.number}: {made.declaration.release}"]
    action = made.findings.get(result="minor").corrective_action
    action.answer(plan="Mend.", due_on=date(2027, 1, 1), by=provider, at=at)
    assert todo(provider, at) == []
    assert todo(body, at) == ["Accept or return a plan on 1.1 Criterion 1"]
    action.accept(by=body, at=at)
    resumed, task = waiting_for(body, at=at).todo
    assert resumed.title == f"Go on examining {made.declaration.release}"
    assert task.title == "See that the correction of 1.1 Criterion 1 is done"
    assert task.due == date(2027, 1, 1)
    assert task.title not in todo(made.body.second, at)  # a decider, who sees it after the grant
    action.close(methods=["test"], reply="Seen.", by=body, at=at)
    assert task.title not in todo(body, at)


def test_after_a_grant_the_decider_sees_that_the_correction_is_done(at):
    made = engagement("examining", {KEY: "minor"})
    make.planned(made, at=at)
    made.ready(by=made.body.person, at=at, summary="Examined.")
    make.decide(made, at=at)
    words = "See that the correction of 1.1 Criterion 1 is done"
    assert words in todo(made.body.second, at)
    assert words not in todo(made.body.person, at)


def test_a_nonconformity_not_handed_over_is_not_shown(at):
    made = engagement("examining", {KEY: "major"})
    assert todo(signer(made.provider), at) == []


def test_surveillance_that_is_due_waits_for_the_body(at):
    made = engagement("granted")
    due = Certificate.objects.get().surveillance_due
    then = at.replace(year=due.year, month=due.month, day=due.day) - timedelta(days=5)
    assert f"Check {Certificate.objects.get().number} again" in todo(made.body.second, then)


def test_an_accreditation_that_ends_soon_is_said_to_both(centre, at):
    body = make.body()
    granted = make.accreditation(body, until=date(2026, 12, 20))
    words = f"Accreditation {granted.number} ends"
    assert todo(body.person, at) == todo(centre.officer, at) == [words]


def test_a_tender_is_written_published_closed(buyer, at):
    draft = make.tender(buyer=buyer)
    assert todo(buyer.person, at) == [f"Go on with the tender “{draft.title}”"]
    made = make.tender(buyer=buyer, status="published")
    Tender.objects.filter(pk=made.pk).update(deadline=at + timedelta(days=3))
    assert elsewhere(buyer.person, at) == [f"{made.reference}: {made.title}"]
    late = at + timedelta(days=4)
    assert f"Say what became of lot 1 of “{made.title}”" in todo(buyer.person, late)


@pytest.mark.parametrize(("ends", "place"), [(date(2026, 12, 1), 0), (date(2026, 12, 20), -1)])
def test_what_is_near_comes_first_and_what_is_far_last(at, centre, ends, place):
    make.organisation(verified=False)
    make.accreditation(make.body(), until=ends)
    work = waiting_for(centre.officer, at=at)
    assert work.nearest == work.todo[place].due == ends


def everything(person):
    """Something more on each of the provider's lists."""
    provider = Organisation.objects.acted_for_by(person).get()
    make.release(provider)
    make.assessment(organisation=provider)
    declaration = make.declaration(organisation=provider)
    make.engagement("corrections", declaration=declaration, results=first_minor(declaration))


def first_minor(declaration):
    return {declaration.assessment.answers.first().criterion.key: "minor"}


@pytest.mark.long
def test_the_page_takes_the_same_statements_for_more(
    client, provider, django_assert_max_num_queries
):
    client.force_login(provider.person)
    counts = []
    for _ in range(2):
        everything(provider.person)
        with django_assert_max_num_queries(40) as seen:
            assert client.get(reverse("work")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_draft_edition_waits_for_a_second_person(centre, at):
    second = make.member(centre, "officer")
    make.edition(published=False, name="Reading 2", proposed_by=centre.officer)
    assert todo(second, at) == ["Read and publish Reading 2"]
    assert todo(centre.officer, at) == []


def test_what_is_proposed_waits_for_a_second_person_a_line_a_kind(centre, at):
    second = make.member(centre, "officer")
    first, other, third = make.criteria(3)
    make.mapping(first, other)
    own = make.mapping(first, third)
    type(own).objects.filter(pk=own.pk).update(proposed_by=second)
    assert todo(centre.officer, at) == ["Read and sign what is proposed: Mappings"]
    task = waiting_for(centre.officer, at=at).todo[0]
    assert (task.text, task.url) == ("2 wait.", "/catalogue/mappings/?status=proposed")
    assert waiting_for(second, at=at).todo[0].text == "1 waits."


def test_whoever_changed_a_proposal_does_not_find_it_waiting(centre, at):
    second, third = make.member(centre, "officer"), make.member(centre, "officer")
    made = make.mapping(*make.criteria(2))
    edition = make.edition(published=False, name="Reading 2", proposed_by=centre.officer)
    for row in (made, edition):
        record(row, f"{row._meta.model_name}.changed", by=second, at=at)
        record(row, f"{row._meta.model_name}.translated", by=third, at=at)
    assert todo(second, at) == []
    assert len(todo(third, at)) == 2


def test_a_newer_edition_waits_for_whoever_answers_the_old_one(provider, at):
    old = make.edition("ex-1")
    made = make.declaration(organisation=provider, criteria=old.criteria.all())
    make.successor(old, name="Reading 2")
    assert f"Move {made.release} to Reading 2" in todo(provider.person, at)
