"""An amendment is a new version: begun from the words in force, in their place once published."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders import annex, frozen_body, readiness
from tenders.amending import amend
from tenders.cancelling import cancel_tender
from tenders.models import Tender
from tenders.version_diff import changes
from tests import make
from tests.assessment.threads import at_once
from tests.markup import tight

WHY = "Two criteria were asked for twice"


@pytest.fixture
def published(db, at):
    return make.tender(status="published", deadline=at + timedelta(days=900))


@pytest.fixture
def draft(published, at):
    return amend(published, by=published.person, at=at, reason=WHY)


def by(tender, at):
    return {"by": tender.person, "at": at}


def url(name, tender):
    return reverse(name, args=[tender.reference])


def text(answer):
    return answer.content.decode()


def issue(tender, published, at):
    """Publish it, with something more asked for."""
    tender.lots.get().add_words(f"Prints {tender.version}", obligation="may", **by(published, at))
    tender.publish(by=published.person, at=at)
    published.refresh_from_db()
    return tender


def test_it_begins_with_the_words_and_reasons_in_force(published, draft, at):
    assert (draft.version, draft.reference) == (2, f"{published.reference}-v2")
    assert (draft.status, draft.deadline) == ("draft", published.deadline)
    was, now = frozen_body.written(published), frozen_body.written(draft)
    assert not changes(was, now)
    assert "Nothing is changed" in readiness.missing(draft, at=at)[0]
    assert published.is_open(at=at)
    started = LogEntry.objects.about(draft).get(step="tender.started")
    assert (started.actor, started.reason) == (published.person, WHY)


def test_publishing_it_puts_it_in_the_place_of_the_earlier(published, draft, at):
    words = bytes(published.body)
    issue(draft, published, at)
    assert (published.replaced_at, published.status) == (at, "published")
    assert bytes(published.body) == words
    assert set(Tender.objects.open(at=at)) == {draft}
    steps = LogEntry.objects.about(published).filter(visibility="public")
    assert [(one.step, one.reason) for one in steps] == [
        ("tender.published", ""),
        ("tender.replaced", WHY),
    ]
    third = amend(draft, by=published.person, at=at, reason="More time")
    assert (third.version, third.reference) == (3, f"{published.reference}-v3")


def test_what_it_replaces_and_why_is_frozen_and_printed(published, draft, at):
    body = json.loads(bytes(issue(draft, published, at).body))
    assert body["replaces"]["reference"] == published.reference
    assert body["replaces"]["digest"] == published.digest
    printed = dict(annex.build(body).facts)
    assert (printed["Version"], printed["Why it was changed"]) == ("2", WHY)
    first = dict(annex.build(json.loads(bytes(published.body))).facts)
    assert "Version" not in first


def test_what_changed_is_told_by_criterion_and_words(published, draft, at):
    who = by(published, at)
    first, second, _ = draft.lots.get().requirements.all()
    draft.state(title="Reading and writing", **who)
    first.remove(**who)
    second.change(revision=second.revision, least=2, **who)
    draft.lots.get().add_words("Prints", obligation="may", **who)
    found = changes(frozen_body.written(published), frozen_body.written(draft))
    assert found.about == {"title": ("Reading", "Reading and writing")}
    assert [one["criterion"] for one in found.gone] == [first.criterion.key]
    assert [(one.after["criterion"], one.parts) for one in found.changed] == [
        (second.criterion.key, ["least"])
    ]
    assert [one["text"] for one in found.new] == ["Prints"]


def test_a_reason_is_asked_for_and_an_editor(published, at):
    with pytest.raises(NotReady, match="The public reads the reason"):
        amend(published, by=published.person, at=at, reason=" ")
    signatory = make.member(published.buyer, "signatory")
    with pytest.raises(NotAllowed, match="editor"):
        amend(published, by=signatory, at=at, reason=WHY)
    assert Tender.objects.count() == 1


def test_one_next_version_at_a_time(published, draft, at):
    with pytest.raises(IllegalMove, match="being written already"):
        amend(published, by=published.person, at=at, reason=WHY)
    draft.discard(by=published.person, at=at)
    again = amend(published, by=published.person, at=at, reason="Another reason")
    assert again.version == 2


@pytest.mark.parametrize("state", ["draft", "awarded", "cancelled", "closed", "replaced"])
def test_only_what_is_open_is_amended(db, at, state):
    known = {"closed": "published", "replaced": "published"}
    tender = make.tender(status=known.get(state, state))
    if state == "closed":
        tender.deadline = at + timedelta(days=1)
        Tender.objects.update(deadline=tender.deadline)
    if state == "replaced":
        issue(amend(tender, by=tender.person, at=at, reason=WHY), tender, at)
    with pytest.raises(IllegalMove):
        amend(tender, by=tender.person, at=at + timedelta(days=2), reason=WHY)


def test_what_was_replaced_is_neither_awarded_nor_cancelled(published, draft, at):
    issue(draft, published, at)
    late = at + timedelta(days=901)
    for step in (
        make.awarded,
        lambda tender, at: cancel_tender(tender, by=tender.person, at=at, reason="No"),
    ):
        with pytest.raises(IllegalMove, match="newer version"):
            step(published, at=late)
    make.awarded(draft, at=late, by=published.person)
    assert draft.status == "awarded"


def test_nothing_takes_the_place_of_what_is_cancelled(published, draft, at, monkeypatch):
    cancel_tender(published, by=published.person, at=at, reason="No budget")
    with pytest.raises(NotReady, match="Throw this draft away"):
        draft.publish(by=published.person, at=at)
    monkeypatch.setattr(readiness, "missing", lambda *_, **__: [])  # cancelled a moment later
    with pytest.raises(IllegalMove):
        draft.publish(by=published.person, at=at)
    draft.refresh_from_db()
    published.refresh_from_db()
    assert (draft.status, published.replaced_at) == ("draft", None)


def test_nothing_opens_anew_once_bids_have_closed(published, draft, at):
    later = at + timedelta(days=901)
    draft.state(by=published.person, at=at, deadline=later + timedelta(days=9))
    with pytest.raises(NotReady, match="can no longer be amended"):
        draft.publish(by=published.person, at=later)


def test_a_version_that_changes_nothing_is_not_published(published, draft, at):
    with pytest.raises(NotReady, match="Nothing is changed"):
        draft.publish(by=published.person, at=at)
    published.refresh_from_db()
    assert published.replaced_at is None


def test_a_version_without_its_reason_is_not_kept(published):
    for wrong in ({"version": 2}, {"version": 2, "amends": published}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tender.objects.filter(pk=published.pk).update(**wrong)


def test_bidders_are_given_no_more_time_is_a_warning(published, draft, at):
    def kinds():
        return {warned.kind for warned in readiness.warnings(draft, at=at)}

    assert "same_deadline" in kinds()
    later = published.deadline + timedelta(days=14)
    draft.state(by=published.person, at=at, deadline=later)
    assert "same_deadline" not in kinds()


def test_everybody_finds_the_way_between_versions(client, published, draft, at):
    before = text(client.get(published.get_absolute_url()))
    assert draft.reference not in before
    assert client.get(draft.get_absolute_url()).status_code == 302
    draft.lots.get().requirements.first().remove(by=published.person, at=at)
    issue(draft, published, at)
    old = text(client.get(published.get_absolute_url()))
    assert "A newer version took its place" in old
    assert f'href="{draft.get_absolute_url()}"' in old
    new = text(client.get(draft.get_absolute_url()))
    assert ("This is version 2." in new, WHY in new) == (True, True)
    assert "What changed since version 1" in new
    assert new.index("Taken out") < new.index("Criterion 1")
    assert f'href="{published.get_absolute_url()}"' in new
    listed = text(client.get("/tenders/?state=open"))
    assert (published.reference + "<" in listed, draft.reference in listed) == (False, True)
    assert published.reference in text(client.get("/tenders/?state=replaced"))
    shape = client.get(reverse("api-tender", args=[draft.reference])).json()
    assert (shape["version"], shape["replaces"]) == (2, published.reference)


def test_old_and_new_stand_beside_each_other(client, published, draft, at):
    who = by(published, at)
    second = draft.lots.get().requirements.all()[1]
    second.change(revision=0, obligation="should", weight=60, **who)
    draft.lots.get().state_award(price_weight=40, **who)
    draft.state(countries=["KE"], deadline=published.deadline + timedelta(days=7), **who)
    issue(draft, published, at)
    page = text(client.get(draft.get_absolute_url()))
    for before, after in (("Must", "Should"), ("–", "60"), ("100", "40"), ("–", "Kenya")):
        assert f'<del dir="auto">{before}</del> → <ins dir="auto">{after}</ins>' in page
    assert "Bids close:<del" in tight(page)
    assert "Evidence asked for" not in page


def test_an_old_version_leads_to_the_newest(client, published, draft, at):
    issue(draft, published, at)
    third = amend(draft, by=published.person, at=at, reason="More time")
    third.person = draft.person = published.person
    issue(third, draft, at)
    published.refresh_from_db()
    old = text(client.get(published.get_absolute_url()))
    assert "Read the newest, version 3" in old
    assert "Read the newest" not in text(client.get(draft.get_absolute_url()))


def test_a_stranded_draft_says_so_and_how_to_throw_it_away(client, published, draft, at):
    client.force_login(published.person)
    assert "can no longer be amended" not in text(client.get(draft.get_absolute_url()))
    cancel_tender(published, by=published.person, at=at, reason="No budget")
    page = text(client.get(draft.get_absolute_url()))
    assert "can no longer be amended" in page
    assert url("tender-discard", draft) in page


def test_its_draft_is_named_as_the_version_it_will_be(client, published, draft, at):
    client.force_login(published.person)
    assert f"{draft.reference}, draft of version 2" in text(client.get(draft.get_absolute_url()))
    assert "Version 2" in text(client.get(reverse("tenders")))
    assert f"Go on with version 2 of the tender “{draft.title}”" in text(client.get("/work/"))


def test_who_comes_second_is_led_to_the_draft(client, published, draft):
    client.force_login(published.person)
    answer = client.get(url("tender-amend", published))
    assert (answer.status_code, answer["Location"]) == (302, draft.get_absolute_url())


def test_an_editor_begins_it_on_the_page(client, db):
    made = make.tender(status="published")
    client.force_login(made.person)
    assert url("tender-amend", made) in text(client.get(made.get_absolute_url()))
    assert client.get(url("tender-amend", made)).status_code == 200
    answer = client.post(url("tender-amend", made), {"reason": ""})
    assert answer.status_code == 422
    answer = client.post(url("tender-amend", made), {"reason": WHY}, follow=True)
    assert "Once published, it replaces version 1" in text(answer)
    page = text(client.get(made.get_absolute_url()))
    assert ("Version 2 is being written." in page, url("tender-amend", made) in page) == (
        True,
        False,
    )
    again = client.post(url("tender-amend", made), {"reason": "Kept words"})
    assert (again.status_code, "Kept words" in text(again)) == (409, True)


def test_no_form_is_shown_where_bids_have_closed(client, db):
    made = make.tender(status="published")
    Tender.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    client.force_login(made.person)
    refused = client.get(url("tender-amend", made))
    assert (refused.status_code, "Bids have closed" in text(refused)) == (409, True)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_awarding_and_replacing_at_once_one_happens(at):
    tender = make.tender(status="published")
    draft = amend(tender, by=tender.person, at=at, reason=WHY)
    draft.lots.get().add_words("Prints", obligation="may", **by(tender, at))
    person = tender.person

    def award():
        make.awarded(Tender.objects.get(pk=tender.pk), by=person, at=at)

    def replace():
        Tender.objects.get(pk=draft.pk).publish(by=person, at=at)

    met = at_once(award, replace)
    tender.refresh_from_db()
    draft.refresh_from_db()
    happened = (tender.status == "awarded", draft.status == "published")
    assert sorted(happened) == [False, True]
    assert bool(tender.replaced_at) == happened[1]
    assert sum(isinstance(one, IllegalMove | NotReady) for one in met) == 1
