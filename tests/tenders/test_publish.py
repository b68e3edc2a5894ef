"""A signatory publishes: what is missing is said at once, and the words are frozen."""

import hashlib
import json
from datetime import timedelta

import pytest

from certcentre.accounts.models import Membership, Organisation
from certcentre.jobs.models import Job
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from standards.catalogue.editions import Criterion, Edition
from tenders import readiness
from tenders.export import FORMATS
from tenders.legal_clauses import PACKS
from tests import make
from tests.make.moment import AT


def test_publish_freezes_words_and_digest(db, at):
    tender = make.tender(status="published")
    body = bytes(tender.body)
    assert hashlib.sha256(body).hexdigest() == tender.digest
    assert json.loads(body)["lots"][0]["requirements"][0]["ref"] == "L1-001"
    entry = LogEntry.objects.about(tender).last()
    assert (entry.step, entry.visibility) == ("tender.published", "public")


def test_a_later_change_of_the_catalogue_changes_nothing(db):
    tender = make.tender(status="published")
    Criterion.objects.filter(edition=tender.edition).update(statement="Other words")
    tender.refresh_from_db()
    assert b"Other words" not in bytes(tender.body)


def test_the_frozen_body_holds_edition_licence_and_wording(db):
    body = json.loads(
        bytes(make.tender(status="published", wording="eu", deadline=AT + timedelta(days=40)).body)
    )
    assert body["wording"]["pack"] == "eu"
    assert body["wording"]["dated"] == PACKS["eu"].dated.isoformat()
    assert body["editions"][0]["notice"] == "Copyright Example Body"
    assert body["published"]["by"] == "buyer"


def test_publish_asks_for_every_file(db):
    tender = make.tender(status="published")
    made = {key for key, format in FORMATS.items() if format.public and format.job}
    assert set(tender.downloads.values_list("format", flat=True)) == made
    assert Job.objects.filter(kind="tenders.export", status="queued").count() == len(made)


def test_everything_that_is_missing_is_said_at_once(db, at):
    buyer = make.organisation("buyer", verified=False)
    tender = make.tender(buyer=buyer, deadline=at - timedelta(days=1))
    by = {"by": tender.person, "at": at}
    tender.lot.requirements.update(justification="")
    tender.lot.add_words("Prints", obligation="should", weight=30, **by)
    tender.lot.state_award(price_weight=40, **by)
    tender.add_lot(title="Empty", **by)
    Edition.objects.filter(pk=tender.edition.pk).update(status="withdrawn")
    with pytest.raises(NotReady) as refused:
        tender.publish(**by)
    said = " ".join(refused.value.problems)
    for words in (
        "not verified",
        "in the past",
        "L1-001 to L1-003",
        "add up to 70",
        "Lot 2 asks for nothing",
        "was withdrawn",
    ):
        assert words in said


def test_nothing_is_missing_of_a_good_draft(db, at):
    assert readiness.missing(make.tender(), at=at) == []


def test_a_brand_needs_a_reason_also_where_it_is_scored(db, at):
    tender = make.tender()
    by = {"by": tender.person, "at": at}
    asked = tender.lot.add_words("Runs on iPads", obligation="may", **by)
    assert "brand or closed format" in readiness.missing(tender, at=at)[0]
    asked.change(revision=0, justification="We own 4,000 of them", **by)
    assert readiness.missing(tender, at=at) == []


def test_only_a_signatory_publishes(db, at):
    tender = make.tender()
    editor = make.member(tender.buyer, "editor")
    with pytest.raises(NotAllowed):
        tender.publish(by=editor, at=at)


def test_an_author_who_joined_a_provider_stops_it(db, provider, at):
    tender = make.tender()
    editor = make.member(tender.buyer, "editor")
    tender.lot.add_words("Prints", by=editor, at=at, justification="Schools print")
    Membership.grant(user=editor, organisation=provider, role="editor", by=None, at=at)
    with pytest.raises(NotReady, match="belongs to a provider"):
        tender.publish(by=tender.person, at=at)


def test_a_suspended_buyer_cannot_publish(db, at):
    tender = make.tender()
    officer = Organisation.objects.get(kind="centre").memberships.first().user
    tender.buyer.suspend(by=officer, at=at, reason="Asked for")
    with pytest.raises(NotReady, match="suspended"):
        tender.publish(by=tender.person, at=at)


def test_a_draft_changed_since_it_was_read_is_not_published(db, at):
    tender = make.tender()
    seen = tender.__class__.objects.get(pk=tender.pk).revision
    tender.lot.add_words("Prints", by=tender.person, at=at, justification="Why")
    with pytest.raises(Conflict):
        tender.publish(by=tender.person, at=at, revision=seen)


def test_what_the_annex_cannot_say_in_its_language_is_a_warning(db, at):
    tender = make.tender(language="fr")
    (found,) = (w for w in readiness.warnings(tender, at=at) if w.kind == "untranslated")
    assert found.ref == "L1-001 to L1-003"
    assert found.words.startswith("3 of 3 from the catalogue have no words")
    for criterion in tender.edition.criteria.all():
        Criterion.objects.filter(pk=criterion.pk).update(
            translations={"fr": {"statement": "Il lit."}}
        )
    assert "untranslated" not in {w.kind for w in readiness.warnings(tender, at=at)}
    english = make.tender(edition=tender.edition)
    assert "untranslated" not in {w.kind for w in readiness.warnings(english, at=at)}


def test_nothing_is_awarded_while_bids_may_come(db, at):
    tender = make.tender(status="published", deadline=at + timedelta(days=9))
    with pytest.raises(IllegalMove, match="Award it after that, or cancel it"):
        make.awarded(tender, at=at)
    make.awarded(tender, at=at + timedelta(days=9))
    assert tender.status == "awarded"


def test_award_and_cancel_want_a_reason(db, at):
    tender = make.tender(status="published")
    with pytest.raises(NotReady):
        make.awarded(tender, at=at, reason=" ")
    make.awarded(tender, at=at, reason="Best of four")
    assert tender.outcome == "Lot 1, Reading: Example Soma Labs. Best of four"


def test_superseded_is_a_warning_with_the_newer_edition(db, at):
    day = at.date()
    old = make.asked_edition(
        name="Old edition", standard="s", effective_from=day - timedelta(days=90)
    )
    tender = make.tender(edition=old)
    assert "superseded" not in {w.kind for w in readiness.warnings(tender, at=at)}
    make.asked_edition(name="New edition", standard="s", effective_from=day - timedelta(days=1))
    found = [w for w in readiness.warnings(tender, at=at) if w.kind == "superseded"]
    assert "New edition" in found[0].words


def test_readiness_takes_the_same_statements_for_any_number(db, at, django_assert_max_num_queries):
    for criteria in (2, 100):
        tender = make.tender(criteria=criteria)
        with django_assert_max_num_queries(9):
            assert readiness.missing(tender, at=at) == []


def test_proof_that_nobody_can_have_in_time_is_a_warning(db, at):
    def kinds(tender):
        return {warned.kind for warned in readiness.warnings(tender, at=at)}

    tender = make.tender(deadline=at + timedelta(days=30))
    assert "too_soon" not in kinds(tender)
    make.picked(tender.lot).set(by=tender.person, at=at, least=3)
    assert "too_soon" in kinds(tender)
    tender.state(by=tender.person, at=at, deadline=at + timedelta(days=90))
    assert "too_soon" not in kinds(tender)
