"""Following: the button, the list, the mail and its end, and what is never told."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from certcentre.desk import notices
from certcentre.desk.mailing import END
from certcentre.desk.models import Notice, Telling
from certcentre.desk.notices import send_notices
from certcentre.log.models import LogEntry
from standards.attestation.accreditation import Accreditation
from tenders.following import Follow, follow, followers, following
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
DAY = timedelta(days=1)


kept_certificate = make.kept(make.certificate)


@pytest.fixture
def certificate(kept_certificate, db):
    return kept_certificate()


kept_reader = make.kept(partial(make.user, "reader"))


@pytest.fixture
def reader(kept_reader, db):
    return kept_reader()


@pytest.fixture
def told(certificate, reader):
    """The reader follows the certificate, and is written to since it is suspended."""
    follow(certificate, by=reader, at=AT)
    send_notices(at=AT)
    mail.outbox.clear()
    certificate.suspend(by=certificate.body.second, at=AT, reason="The check was missed.")
    send_notices(at=AT)
    return next(each for each in mail.outbox if each.to == [reader.email])


def begin(client, kind, key, **more):
    return client.post(reverse("follow-begin"), {"kind": kind, "key": key, **more})


def accreditation_of(certificate):
    return Accreditation.objects.get(body=certificate.body_id)


def pages(certificate):
    """The page of a thing of each kind, and how its form names it."""
    edition, product = certificate.edition, certificate.release.solution
    return {
        edition.get_absolute_url(): ("standard", edition.standard.key),
        product.get_absolute_url(): ("solution", str(product.pk)),
        accreditation_of(certificate).get_absolute_url(): ("body", str(certificate.body_id)),
        certificate.get_absolute_url(): ("certificate", certificate.number),
        "/solutions/?q=reader": ("search", "q=reader"),
    }


def test_each_page_has_the_button_and_leads_visitors_to_sign_in(client, certificate, reader):
    for page, (kind, key) in pages(certificate).items():
        assert "Sign in to follow it by mail" in client.get(page).text, page
        client.force_login(reader)
        html = client.get(page).text
        assert f'name="kind" value="{kind}"' in html, page
        assert f'name="key" value="{key}"' in html, page
        assert begin(client, kind, key, next=page)["Location"] == page
        assert "You follow it" in client.get(page).text, page
        client.logout()
    assert Follow.objects.filter(person=reader, ended_at=None).count() == 5


def test_the_list_says_what_since_when_and_one_press_ends_each(client, certificate, reader):
    client.force_login(reader)
    for kind, key in pages(certificate).values():
        begin(client, kind, key)
    html = client.get(reverse("follows")).text
    for name in (certificate.number, str(certificate.release.solution), certificate.body.name):
        assert name in html
    assert html.count("since ") == 5
    for place in re.findall(r'action="(/follows/\d+/stop/)"', html):
        client.post(place)
    assert "Nothing yet" in client.get(reverse("follows")).text


def test_the_list_takes_the_same_statements_for_any_number(
    client, reader, django_assert_max_num_queries
):
    client.force_login(reader)
    counts = []
    for _ in range(2):
        tender = make.tender(status="published", criteria=1)
        body = make.accreditation().body
        search, standard = make.search(f"q={_}"), make.edition().standard
        for record in (make.listed(), standard, tender, search, body):
            follow(record, by=reader, at=AT)
        with django_assert_max_num_queries(15) as statements:
            client.get(reverse("follows"))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_mail_ends_it_by_one_press_without_signing_in(told, certificate, reader):
    (place,) = re.findall(r"http://127.0.0.1:8000(/follows/end/\S+)", told.body)
    assert told.extra_headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{place}>"
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = Client(enforce_csrf_checks=True)
    assert "One press ends it" in program.get(place).text
    assert following(certificate, reader)  # what only opens addresses ends nothing
    answer = program.post(place, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, following(certificate, reader)) == (200, None)


def test_the_end_of_one_is_not_the_end_of_another(told, certificate, reader):
    row = following(certificate, reader)
    forged = END.sign(f"{row.pk}.{reader.pk}")[:-1] + "~"
    other = END.sign(f"{row.pk}.{make.user('other').pk}")
    assert Client().post(reverse("follow-end", args=[forged])).status_code == 404
    Client().post(reverse("follow-end", args=[other]))
    assert following(certificate, reader)


def test_the_mail_says_what_happened_why_and_to_whom_it_goes(told, certificate):
    assert told.subject == (
        f"{certificate.release}: Certificate or verification suspended ({certificate.number})"
    )
    assert "The check was missed." in told.body
    assert certificate.get_absolute_url() in told.body
    assert f"because you follow “{certificate.number}”" in told.body


def test_the_line_leads_to_the_page_and_has_the_end(client, told, certificate, reader):
    client.force_login(reader)
    inbox = client.get(reverse("inbox")).text
    row, line = following(certificate, reader), Notice.objects.of(reader).get()
    assert f'formaction="{reverse("follow-stop", args=[row.pk])}"' in inbox
    assert "What you follow" in inbox
    opened = client.get(reverse("inbox-open", args=[line.pk]))
    assert opened["Location"] == certificate.get_absolute_url()


def weekly(person):
    Telling.objects.create(person=person, paces={"followed": "week"})


@pytest.mark.parametrize("ended", [False, True])
def test_it_goes_as_is_wished_and_not_once_it_is_ended(certificate, reader, ended):
    weekly(reader)
    follow(certificate, by=reader, at=AT)
    certificate.suspend(by=certificate.body.second, at=AT, reason="So.")
    send_notices(at=AT)
    assert not [each for each in mail.outbox if each.to == [reader.email]]
    if ended:
        following(certificate, reader).end_for(reader, at=AT)
    send_notices(at=AT + 8 * DAY)
    (*mails,) = (each for each in mail.outbox if each.to == [reader.email])
    assert len(mails) == (0 if ended else 1)
    assert ended or "/follows/end/" in mails[0].body


def test_a_party_that_follows_too_is_told_once_as_a_party(certificate):
    party = make.member(certificate.release.solution.organisation, "editor")
    follow(certificate, by=party, at=AT)
    certificate.suspend(by=certificate.body.second, at=AT, reason="So.")
    notices.plan(at=AT)
    (line,) = Notice.objects.filter(recipient=party, entry__step="certificate.suspended")
    assert (line.follow, line.matter) == (None, "certificates")


def test_nothing_that_is_held_tells_of_itself(reader, centre):
    product = make.declaration().release.solution
    follow(product, by=reader, at=AT + DAY)
    later = make.release(solution=product, label="5.x-of-next-year")
    by = make.signer(product.organisation)
    later.publish(["R-1"], by=by, at=AT + DAY)
    make.declaration(later, at=AT + DAY)
    send_notices(at=AT + DAY)
    assert not Notice.objects.of(reader)
    later.clear(by=centre.officer, at=AT + DAY, reason="Looked at.")
    send_notices(at=AT + DAY)
    (line,) = Notice.objects.of(reader)
    assert line.title == f"{later}: Release cleared by the centre"


def test_what_was_held_before_the_mail_went_is_not_sent(reader):
    weekly(reader)
    release = make.declaration().release
    by = make.signer(release.solution.organisation)
    follow(release.solution, by=reader, at=AT + DAY)
    release.note_change(by=by, at=AT + DAY, reason="Colours.")
    notices.plan(at=AT + DAY)
    assert Notice.objects.of(reader).count() == 1
    release.publish(["R-1"], by=by, at=AT + DAY)
    send_notices(at=AT + 9 * DAY)
    assert not [each for each in mail.outbox if each.to == [reader.email]]


def test_what_happened_before_is_no_news(certificate, reader):
    certificate.suspend(by=certificate.body.second, at=AT, reason="So.")
    follow(certificate, by=reader, at=AT + DAY)
    send_notices(at=AT + DAY)
    assert not Notice.objects.of(reader)


@pytest.mark.parametrize("together", [True, False])
def test_who_follows_a_body_is_told_once_of_what_moves_with_its_accreditation(
    certificate, reader, centre, together
):
    accreditation, by = accreditation_of(certificate), centre.officer
    follow(certificate.body, by=reader, at=AT + DAY)
    moved, person = (accreditation, by) if together else (certificate, certificate.body.second)
    for verb in ("suspend", "reinstate"):
        getattr(moved, verb)(by=person, at=AT + 2 * DAY, reason="Looked into.")
    send_notices(at=AT + 2 * DAY)
    titles = sorted(Notice.objects.of(reader).values_list("title", flat=True))
    name = str(certificate.body) if together else str(certificate.release)
    what = "Accreditation" if together else "Certificate or verification"
    assert titles == [f"{name}: {what} {verb} ({moved})" for verb in ("reinstated", "suspended")]


def test_a_body_that_is_suspended_itself_leads_to_its_page(client, certificate, reader, centre):
    follow(certificate.body, by=reader, at=AT + DAY)
    certificate.body.suspend(by=centre.officer, at=AT + DAY, reason="Struck off.")
    send_notices(at=AT + DAY)
    (told,) = (each for each in mail.outbox if each.to == [reader.email])
    assert told.subject == f"{certificate.body}: Organisation suspended"
    assert accreditation_of(certificate).get_absolute_url() in told.body


def test_more_followers_take_no_more_statements(certificate, django_assert_max_num_queries):
    certificate.suspend(by=certificate.body.second, at=AT, reason="So.")
    entry, counts = LogEntry.objects.last(), []
    for number in (4, 8):
        while len(people := Follow.objects.values_list("person")) < number:
            follow(certificate.release.solution, by=make.user(), at=AT)
        with django_assert_max_num_queries(30) as statements:
            rows = notices.lines(entry, at=AT)
        assert len([row for row in rows if row.follow]) == len(people)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_closed_the_account_is_told_no_more(certificate, reader):
    follow(certificate, by=reader, at=AT)
    assert followers({"certificate": certificate.pk}, at=AT)
    type(reader).objects.filter(pk=reader.pk).update(is_active=False)
    assert not followers({"certificate": certificate.pk}, at=AT)


def test_a_search_that_narrows_nothing_is_refused_in_words(client, reader):
    client.force_login(reader)
    answer = begin(client, "search", "sort=new&page=2", next="/solutions/")
    assert "Choose or type first" in client.get(answer["Location"]).text
    assert not Follow.objects.exists()


def test_who_follows_a_product_hears_of_the_edition_that_it_claims(reader, centre):
    criteria = make.criteria(2)
    product = make.declaration(criteria=criteria, at=AT).release.solution
    other = make.user("other")
    follow(product, by=reader, at=AT)
    follow(make.listed("Elsewhere"), by=other, at=AT)
    edition = criteria[0].edition
    edition.withdraw(by=centre.officer, at=AT, reason="It is wrong.")
    send_notices(at=AT)
    line = Notice.objects.get(recipient=reader, entry__step="edition.withdrawn")
    assert line.title == f"{product.name}: Edition withdrawn ({edition})"
    assert not Notice.objects.filter(recipient=other).exists()


def test_an_upheld_case_is_told_by_the_name_of_what_is_followed(certificate, reader):
    follow(certificate, by=reader, at=AT)
    case = make.case(certificate, "examined")
    send_notices(at=AT)
    assert not Notice.objects.filter(recipient=reader).exists()  # anybody may say anything
    case.decide(by=case.handler, at=AT, outcome="upheld", reason="So.")
    send_notices(at=AT)
    title = Notice.objects.get(recipient=reader, entry__step="case.upheld").title
    assert title == f"{certificate.number}: Case upheld ({case.number})"


@pytest.fixture
def digest(certificate, reader):
    """What the reader follows is told daily, and the mail of it."""
    Telling.objects.create(person=reader, paces={"followed": "day", "cases": "now"})
    follow(certificate, by=reader, at=AT)
    certificate.suspend(by=certificate.body.second, at=AT, reason="The check was missed.")
    send_notices(at=AT)
    send_notices(at=AT + DAY)
    return next(each for each in mail.outbox if each.to == [reader.email])


def test_a_digest_ends_by_one_press_without_signing_in(digest, certificate, reader):
    headers = digest.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address in digest.body
    client, path = Client(enforce_csrf_checks=True), address.removeprefix("http://testserver")
    assert "One press ends them" in client.get(path).content.decode()
    assert Telling.objects.get(person=reader).paces["followed"] == "day"
    certificate.reinstate(by=certificate.body.second, at=AT + DAY, reason="It was made.")
    send_notices(at=AT + DAY)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Telling.objects.get(person=reader).paces == {"followed": "never", "cases": "now"}
    mail.outbox.clear()
    send_notices(at=AT + 2 * DAY)
    assert [each for each in mail.outbox if each.to == [reader.email]] == []
    assert Notice.objects.filter(recipient=reader).count() == 2  # in the inbox
    assert client.post(path.replace(":", ":x")).status_code == 404
