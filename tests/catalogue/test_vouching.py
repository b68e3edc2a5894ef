"""The words of a published edition are shown as its own only where the log holds them."""

import pytest
from django.db import connection

from standards.catalogue import vouching
from standards.catalogue.files import WRITTEN
from standards.models import Criterion
from tests import make

pytestmark = pytest.mark.django_db
RED = "Our records disagree"


@pytest.fixture(params=["not read yet", "read before"])
def edition(request, client):
    """In a process that knows its words already, and in one that does not."""
    made = make.edition()
    vouching.KNOWN.clear()
    if request.param == "read before":
        client.get(made.get_absolute_url())
        assert vouching.KNOWN
    return made


def forge(statement, *values):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def forge_words():
    forge("UPDATE standards_criterion SET statement = 'FORGED' WHERE ref = '1.2'")


def pages(edition):
    base = edition.get_absolute_url()
    return base, f"{base}1.2/"


def exports(edition):
    base, api = edition.get_absolute_url(), f"/api/v1/editions/{edition.key}"
    files = [f"{base}export/{kind}/" for kind in WRITTEN]
    return [f"{base}criteria.csv", *files, *(f"{api}/export/{kind}/" for kind in WRITTEN)]


def test_what_nobody_touched_stays_calm(edition, client, caplog):
    for address in pages(edition):
        assert RED not in client.get(address).content.decode()
    for address in exports(edition):
        assert client.get(address).status_code in (200, 404)  # OpenACR refuses what it cannot say
    for address in ("editions", "criteria"):
        listed = client.get(f"/api/v1/{address}/").json()["results"]
        assert {row["disagrees"] for row in listed} == {False}
    assert "our records disagree" not in caplog.text


def test_pages_of_forged_words_are_red(edition, client, caplog):
    forge_words()
    for address in pages(edition):
        assert RED in client.get(address).content.decode()
    assert f"our records disagree: standards.edition {edition.pk}" in caplog.text


def test_a_forged_criterion_leaves_the_others_calm_where_they_are_known(edition, client):
    client.get(edition.get_absolute_url())
    forge_words()
    assert RED not in client.get(f"{edition.get_absolute_url()}1.1/").content.decode()


def test_forged_words_are_not_given_out(edition, client):
    forge_words()
    for address in exports(edition):
        answer = client.get(address)
        assert answer.status_code == 409, address
        assert b"FORGED" not in answer.content
        assert RED.encode() in answer.content


def test_the_api_says_it(edition, client):
    forge_words()
    listed = client.get("/api/v1/criteria/").json()["results"]
    assert next(row for row in listed if row["ref"] == "1.2")["disagrees"] is True
    assert client.get(f"/api/v1/criteria/{edition.key}:1.2/").json()["disagrees"] is True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standards_edition SET name = 'FORGED'",
        "UPDATE standards_level SET obligation = 'may' WHERE key = 'A'",
        "UPDATE standards_edition SET words_digest = 'another'",
    ],
)
def test_a_forged_edition_and_level(edition, client, statement):
    forge(statement)
    assert RED in client.get(edition.get_absolute_url()).content.decode()
    assert client.get(f"/api/v1/editions/{edition.key}/").json()["disagrees"] is True
    assert client.get("/api/v1/editions/").json()["results"][0]["disagrees"] is True


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM standards_criterion WHERE ref = '1.4'",
        "UPDATE standards_criterion SET position = 9 WHERE ref = '1.1'",
    ],
)
def test_a_criterion_that_was_taken_away_or_moved(edition, client, statement):
    forge(statement)
    assert RED in client.get(edition.get_absolute_url()).content.decode()
    assert client.get(f"{edition.get_absolute_url()}criteria.csv").status_code == 409


def test_a_criterion_at_a_level_of_another_edition(edition, client):
    """Which is called the same."""
    other = make.edition("other")
    Criterion.objects.filter(edition=edition, ref="1.1").update(level=other.levels.get(key="A"))
    assert RED in client.get(edition.get_absolute_url()).content.decode()
    assert client.get(f"{edition.get_absolute_url()}criteria.csv").status_code == 409


def test_a_draft_published_by_hand(client):
    draft = make.edition(published=False)
    forge("UPDATE standards_edition SET status = 'published', published_at = '2026-01-01'")
    for address in pages(draft):
        assert RED in client.get(address).content.decode()


def test_what_is_kept_does_not_grow_without_end(edition, client, monkeypatch):
    monkeypatch.setattr(vouching, "MOST", 2)
    for made in (edition, *(make.edition() for _ in range(4))):
        client.get(made.get_absolute_url())
    assert len(vouching.KNOWN) <= 2


def test_a_list_longer_than_what_is_kept_shows_no_red(edition, client, monkeypatch):
    for _ in range(3):
        make.edition()
    monkeypatch.setattr(vouching, "MOST", 2)
    for path in ("editions", "criteria"):
        rows = client.get(f"/api/v1/{path}/").json()["results"]
        assert len(rows) >= 4
        assert {row["disagrees"] for row in rows} == {False}


def test_few_statements_before_and_after_it_is_known(client, django_assert_max_num_queries):
    edition = make.edition()
    for address in pages(edition):
        for _twice in range(2):
            with django_assert_max_num_queries(8):
                assert client.get(address).status_code == 200
        vouching.KNOWN.clear()
