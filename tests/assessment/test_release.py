"""One release: where it stands, what comes next, and steps that concern the whole of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.log.models import LogEntry
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.assessment.pages.releases import steps
from standards.assessment.progress import progress_of
from standards.assessment.release_summary import exchange, history_lines
from standards.assessment.solutions import Release
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.alike


@pytest.fixture
def editor(client, provider):
    client.force_login(provider.person)
    return client


@pytest.fixture
def declared(provider, editor):
    return make.declaration(organisation=provider, criteria=make.criteria(3)).release


def standing(release, at=AT):
    fresh = type(release).objects.select_related("solution__organisation").get(pk=release.pk)
    return progress_of([fresh], at=at)[release.pk]


def test_its_state_follows_it_from_the_first_day(provider, at):
    release = make.release(provider)
    assert standing(release).state.words == "Not declared yet"
    declaration = make.declaration(release)
    assert standing(release).state.words == "Listed"
    assert standing(release, at + timedelta(days=400)).state.words == "Declaration has run out"
    declaration.withdraw(by=provider.person, at=at, reason="Wrong.")
    assert standing(release).state.words == "Declaration withdrawn"


def test_a_held_release_waits_for_the_centre_and_says_why(editor, provider, centre, declared, at):
    declared.publish(["I04"], by=provider.person, at=at)
    assert standing(declared).state.words == "Held"
    assert standing(declared).next.url == ""
    assert "Held, because:" in editor.get(declared.get_absolute_url()).content.decode()
    declared.refuse(by=centre.officer, at=at, reason="Infers feelings in class.")
    page = editor.get(declared.get_absolute_url()).content.decode()
    assert "Infers feelings in class." in page
    assert "Listing refused" in page


@pytest.mark.parametrize("status", ["registered", "suspended"])
def test_while_the_organisation_is_not_in_force_nothing_is_listed(declared, status):
    organisation = declared.solution.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(status=status)
    assert standing(declared).state.words == "Not listed"


def test_the_next_step_is_the_one_that_takes_it_on(provider, at):
    make.fact("delivery")
    release = make.release(provider)
    assert standing(release).next.url == reverse("release-facts", args=[release.pk])
    release.state_facts({"delivery": ["web"]}, by=provider.person, at=at)
    assert standing(release).next.url == reverse("release-assess", args=[release.pk])
    draft = make.assessment(release)
    assert standing(release).next.url == draft.get_absolute_url()
    make.declare(answered(draft))
    assert standing(release).next is None
    assert standing(release, at + timedelta(days=330)).next.words == "Renew the declaration"


def test_with_a_draft_for_renewal_what_stands_keeps_its_mark(editor, provider, at):
    make.fact("delivery")
    release = make.release(provider, facts={"delivery": ["web"]})
    make.declaration(release, criteria=make.criteria(1))
    draft = make.assessment(release, criteria=make.criteria(1))

    def marks():
        return [state for _words, _detail, state in steps(standing(release))]

    assert marks() == ["done", "now", "done", "done"]
    answered(draft)
    assert marks() == ["done", "done", "now", "done"]


def test_one_act_is_one_line_and_stands_beneath_what_presses(editor, provider, at):
    now = timezone.now()
    make.fact("delivery")
    release = make.release(provider, facts={"delivery": ["web"]})
    make.declaration(release, at=now - timedelta(days=340))
    page = editor.get(release.get_absolute_url()).content.decode()
    assert page.count("Renew the declaration") == 1
    answered(make.assessment(release))
    page = editor.get(release.get_absolute_url()).content.decode()
    assert "Renew the declaration" not in page
    assert page.count(f"Declare {release}") == 1
    assert "Next:" not in page
    assert "25 days left" in page


def test_what_waits_stands_above_the_next_step(editor, provider, at):
    declared = make.declaration(organisation=provider, criteria=make.criteria(1))
    key = declared.assessment.answers.get().criterion.key
    made = make.engagement("corrections", declaration=declared, results={key: "minor"})
    make.fact("delivery")
    page = editor.get(made.declaration.release.get_absolute_url()).content.decode()
    assert 0 < page.index("What waits for you here") < page.index("Next:")


def answered(draft):
    by = make.signer(draft.release.solution.organisation)
    for answer in draft.answers.select_related("criterion"):
        answer.give(value="met", by=by, at=AT, revision=answer.revision)
    return draft


def test_the_page_counts_claims_by_domain_and_assurance(editor, declared):
    page = editor.get(declared.get_absolute_url())
    assert page.context["proven"].domains == [("Security", (0, 0, 0, 3, 0))]
    assert "3 criteria answered that apply" in page.content.decode()


def test_a_member_without_a_role_reads_and_finds_no_button(client, provider, declared):
    client.force_login(make.member(provider, "evaluator"))
    page = client.get(declared.get_absolute_url()).content.decode()
    assert reverse("release-facts", args=[declared.pk]) in page
    assert reverse("solution-edit", args=[declared.solution_id]) not in page


def test_a_further_release_starts_with_the_facts_of_the_newest(editor, provider, at):
    release = make.release(provider, facts={"delivery": ["web"]})
    address = reverse("release-new", args=[release.solution_id])
    assert editor.post(address, {"label": "2.x"}).status_code == 302
    assert release.solution.releases.get(label="2.x").facts == {"delivery": ["web"]}
    again = editor.post(address, {"label": "2.x"})
    assert again.status_code == 422
    assert "already a release “2.x”" in again.content.decode()


def test_a_change_that_touches_no_answer_is_stated_once(editor, declared):
    address = reverse("release-note-change", args=[declared.pk])
    assert editor.post(address, {"reason": "4.3 mends printing."}).status_code == 302
    assert editor.post(address, {"reason": "4.3 mends printing."}).status_code == 409
    entry = LogEntry.objects.get(step="release.change_noted")
    assert (entry.reason, entry.visibility) == ("4.3 mends printing.", "public")


def test_of_a_release_without_a_declaration_no_change_can_be_stated(editor, provider):
    release = make.release(provider)
    address = reverse("release-note-change", args=[release.pk])
    assert editor.post(address, {"reason": "Anything."}).status_code == 422


def test_what_is_lost_is_shown_before_another_release_is_made_current(editor, declared, at):
    one, two = make.criteria(2)
    newer = make.release(solution=declared.solution, label="2.x")
    old = [claim.criterion for claim in declared.claims.order_by("criterion")]
    make.declaration(newer, criteria=[one, two], answers={old[1].key: "not_met"})
    found = exchange(declared, newer, at=at)
    assert [change.criterion for change in found.lost] == [old[1]]
    assert [change.criterion for change in found.gained] == [one, two]
    assert found.same == 2
    address = reverse("release-make-current", args=[newer.pk])
    assert "1 claim is lost or lowered" in editor.get(address).content.decode()
    assert editor.post(address).status_code == 302
    assert editor.post(address).status_code == 409


@pytest.mark.parametrize("later_is_current", [False, True])
def test_an_older_release_is_not_to_be_made_current_again(declared, at, later_is_current):
    make.fact("delivery")
    facts = {"delivery": ["web"]}
    Release.objects.update(created_at=at - timedelta(days=9))
    later = make.release(solution=declared.solution, label="2.x")
    make.declaration(later)
    if later_is_current:
        later.make_current(by=make.signer(later.solution.organisation), at=at)
    Release.objects.update(facts=facts)
    later.solution.refresh_from_db()
    current = later.solution.current_release
    other = Release.objects.exclude(pk=current.pk).get()
    step = progress_of([other], at=at)[other.pk].next
    assert (step.verb if step else "") == ("" if later_is_current else "make_current")


def test_what_is_lost_is_said_as_the_public_page_says_it(editor, declared, at):
    newer = make.release(solution=declared.solution, label="2.x")
    keys = [claim.criterion.key for claim in declared.claims.order_by("criterion")]
    make.claim(declared, keys[0], level=4)
    make.claim(newer, keys[0], "partly_met", level=3)
    (change,) = [
        each for each in exchange(declared, newer, at=at).lost if each.criterion.key == keys[0]
    ]
    assert (change.before.level, change.before.words) == (4, "")
    assert (change.after.level, change.after.words) == (3, "Partly met")
    page = editor.get(reverse("release-make-current", args=[newer.pk])).content.decode()
    assert re.search(r"<b>AL4</b>.*<b>AL3</b>\s*<span>\s*Partly met", page, re.DOTALL)


def test_names_are_shown_as_they_are_and_never_as_markup(editor, provider):
    solution = make.solution(provider, name='"><b>مدرسة', release_label="<i>1</i>")
    page = editor.get(solution.releases.get().get_absolute_url()).content.decode()
    assert "<b>مدرسة" not in page
    assert "&lt;b&gt;مدرسة" in page


def test_an_officer_is_led_from_a_release_to_what_holds_it(client, centre, declared):
    client.force_login(centre.officer)
    page = client.get(declared.get_absolute_url())
    assert page.url == reverse("hold", args=[declared.pk])


def test_the_same_step_again_on_one_day_is_one_line_with_its_count(editor, provider):
    release = make.release(provider, facts={})
    make.fact("delivery")
    for day, value in ((AT, "web"), (AT, "android"), (AT + timedelta(days=1), "web")):
        release.state_facts({"delivery": [value]}, by=provider.person, at=day)
    lines = [(str(words), n) for _entry, words, n in history_lines(release)]
    assert lines[:2] == [("Facts stated", 1), ("Facts stated", 2)]
    assert "Facts stated, 2 times" in editor.get(release.get_absolute_url()).content.decode()


def test_its_history_holds_its_examinations_as_the_provider_reads_them(client, db, at):
    engagement = make.engagement("ready")
    engagement.reopen(by=engagement.body.second, at=at, reason="I doubt 1.2.")
    engagement.ready(by=engagement.body.person, at=at, summary="Examined.")
    make.decide(engagement)
    release = engagement.declaration.release
    told = {str(words) for _entry, words, _n in history_lines(release)}
    mine = [f"{engagement.number}: {word}" for word in ("Requested", "Accepted", "Granted")]
    assert {"Declared", *mine} < told
    assert not any("Sent back" in words or "Handed over" in words for words in told)
    client.force_login(make.signer(engagement.provider))
    type(engagement.body.person).objects.filter(pk=engagement.body.person.pk).update(name="Aino")
    page = client.get(release.get_absolute_url()).content.decode()
    assert engagement.body.name in page
    assert "Aino" not in page
    assert "I doubt 1.2." not in page


@pytest.mark.parametrize("role", ["manager", "editor", "signatory"])
def test_nothing_is_due_only_where_nothing_waits(client, db, role):
    at = timezone.now()
    make.fact("delivery")
    certificate = make.certificate(make.release(facts={"delivery": ["web"]}), at=at)
    release = certificate.release
    client.force_login(make.member(release.solution.organisation, role))
    assert "Nothing is due" in client.get(release.get_absolute_url()).content.decode()
    certificate.suspend(reason="Under a cloud.", by=certificate.body.second, at=at)
    page = client.get(release.get_absolute_url()).content.decode()
    assert "Nothing is due" not in page
    assert f"{certificate.number} is suspended" in page


def test_evidence_that_runs_out_is_due_on_the_release_that_rests_on_it(client, provider):
    at = timezone.now()
    make.fact("delivery")
    declared = make.proven(provider, piece=make.filed(provider))
    release = declared.release
    declared.release.facts = {"delivery": ["web"]}
    declared.release.save()
    client.force_login(provider.person)
    Evidence.objects.update(speaks_from=at.date(), speaks_until=at.date() + timedelta(days=2))
    piece = Evidence.objects.get()
    for answer in declared.assessment.answers.all():  # however many answers rest on it
        EvidenceUse.objects.get_or_create(answer=answer, evidence=piece)
    page = client.get(release.get_absolute_url()).content.decode()
    assert page.count("Renew evidence") == 1
    assert "Nothing is due" not in page
