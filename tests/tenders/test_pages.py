"""What everybody sees: the list, a published tender, its files; and the step that publishes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tenders import tasks
from tenders.models import Tender
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.alike


def url(name, tender, *more):
    return reverse(name, args=[tender.reference, *more])


def text(answer):
    return answer.content.decode()


def test_the_list_is_narrowed_and_keeps_drafts_apart(client, buyer):
    make.tender(buyer=buyer, status="published", title="Open one")
    make.tender(buyer=buyer, status="cancelled", title="Gone one")
    make.tender(buyer=buyer, title="Draft one")
    everybody = text(client.get("/tenders/"))
    assert "Open one" in everybody
    assert "Draft one" not in everybody
    assert "Gone one" not in text(client.get("/tenders/?state=open"))
    assert "Gone one" in text(client.get("/tenders/?state=cancelled&q=gone"))
    client.force_login(buyer.person)
    assert "Draft one" in text(client.get("/tenders/"))


def test_closed_is_a_question_of_time(client, db):
    made = make.tender(status="published", deadline=AT + timedelta(days=900))
    assert made.reference in text(client.get("/tenders/?state=open"))
    Tender.objects.filter(pk=made.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    assert made.reference not in text(client.get("/tenders/?state=open"))
    assert made.reference in text(client.get("/tenders/?state=closed"))


def test_the_list_says_at_what_hour_bids_close(client, db):
    midnight = (AT + timedelta(days=900)).replace(hour=0)
    make.tender(status="published", deadline=midnight)
    said = "12 May 2029, 03:00 Eastern European Summer Time (00:00 UTC)"
    assert said in text(client.get("/tenders/"))


def test_the_box_beside_it_speaks_the_language_of_the_reader(client, db):
    made = make.tender(status="published", countries=["KE"])
    page = text(client.get(made.get_absolute_url(), headers={"Accept-Language": "fr"}))
    assert "Pays d’utilisation" in page
    assert "Countries of use" not in page
    assert '<h2 id="asked">Requirements</h2>' in page  # the annex itself stays as it is


@pytest.mark.parametrize("query", ["?state=x", "?q=%00", "?page=x", "?buyer=x", "?country=Xyz"])
def test_a_query_that_cannot_be_read_narrows_nothing(client, db, query):
    made = make.tender(status="published")
    assert made.reference in text(client.get(f"/tenders/{query}"))


def test_the_list_takes_the_same_statements_for_any_number(
    client, buyer, django_assert_num_queries
):
    for _ in range(2):
        for _ in range(3):
            make.tender(buyer=buyer, status="published", criteria=1)
        with django_assert_num_queries(2):
            assert client.get("/tenders/").status_code == 200


def test_the_public_page_shows_the_frozen_words(client, db):
    made = make.tender(status="published", criteria=2)
    made.edition.criteria.update(title="Other words")
    page = text(client.get(made.get_absolute_url()))
    assert "Criterion 1" in page
    assert "Other words" not in page
    assert made.digest in page
    assert page.count("or equivalent") >= 3


def test_files_are_there_for_everybody_once_made(client, db):
    made = make.tender(status="published", criteria=1)
    for download in made.downloads.all():
        assert client.get(url("tender-file", made, download.format)).status_code == 404
        tasks.export(str(download.job_id))
        answer = client.get(url("tender-file", made, download.format))
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert url("tender-file", made, "pdf") in text(client.get(made.get_absolute_url()))


def test_awarding_is_offered_once_bids_have_closed(client, db):
    made = make.tender(status="published", deadline=timezone.now() + timedelta(days=3))
    client.force_login(made.person)
    assert url("tender-award", made) not in text(client.get(made.get_absolute_url()))
    page = reverse("lot-award", args=[made.reference, made.lot.pk])
    assert client.get(page).status_code == 409
    Tender.objects.filter(pk=made.pk).update(deadline=timezone.now() - timedelta(days=3))
    assert url("tender-award", made) in text(client.get(made.get_absolute_url()))
    assert page in text(client.get(url("tender-award", made)))
    assert "Why this one" in text(client.get(page))


def test_what_is_frozen_names_the_day_that_bids_close(client, db):
    made = make.tender(deadline=AT + timedelta(days=900))
    client.force_login(made.person)
    assert "12 May 2029, 12:00 Eastern European Summer Time (09:00 UTC)" in text(
        client.get(url("tender-publish", made))
    )


def test_bids_cannot_close_in_the_past(client, db):
    made = make.tender()
    client.force_login(made.person)
    said = {"title": "Reading", "language": "en", "wording": "eu", "deadline": "2020-01-01T09:00"}
    answer = client.post(url("tender-details", made), said)
    assert (answer.status_code, "Bids cannot close in the past." in text(answer)) == (422, True)


def test_publishing_says_first_what_is_missing(client, db):
    made = make.tender()
    client.force_login(made.person)
    made.lot.requirements.update(justification="")
    page = text(client.get(url("tender-publish", made)))
    assert "Say why you need each must" in page
    assert "Publish for everybody" not in page
    first = made.lot.requirements.first()
    assert f'<a href="{url("requirement", made, first.pk)}">{first.ref}</a>' in page
    answer = client.post(url("tender-publish", made), {"revision": 1})
    assert answer.status_code == 409
    assert Tender.objects.get(pk=made.pk).status == "draft"


def test_publish_award_and_pressed_twice(client, db):
    made = make.tender()
    client.force_login(made.person)
    said = {"revision": 1, "confirmed": "no_deadline"}
    assert client.post(url("tender-publish", made), said).status_code == 302
    assert client.post(url("tender-publish", made), said).status_code == 409
    page = reverse("lot-award", args=[made.reference, made.lot.pk])
    assert client.post(page, {"supplier": "Example", "bids": 4}).status_code == 422
    given = {"supplier": "Example", "bids": 4, "reason": "Best of <four>", "confirm": "1"}
    client.post(page, given)
    assert "Best of &lt;four&gt;" in text(client.get(made.get_absolute_url()))
    assert client.post(url("tender-cancel", made), {"reason": "x"}).status_code == 409


def test_a_draft_changed_meanwhile_is_looked_at_again(client, db):
    made = make.tender()
    client.force_login(made.person)
    made.lot.add_words("Prints", by=made.person, at=AT, justification="Schools print")
    answer = client.post(url("tender-publish", made), {"revision": 1})
    assert answer.status_code == 409
    assert "Look once more" in text(answer)
    assert 'name="revision" value="2"' in text(answer)


def test_an_editor_checks_but_does_not_publish(client, db):
    made = make.tender()
    client.force_login(make.member(made.buyer, "editor"))
    assert "A signatory of your organisation publishes" in text(
        client.get(url("tender-publish", made))
    )
    assert client.post(url("tender-publish", made), {"revision": 1}).status_code == 403


def test_a_member_without_a_role_reads_the_draft(client, db):
    made = make.tender()
    client.force_login(make.member(made.buyer, "manager"))
    assert "Criterion 1" in text(client.get(made.get_absolute_url()))
    one = made.lot.requirements.first()
    assert client.get(url("requirement", made, one.pk)).status_code == 403
