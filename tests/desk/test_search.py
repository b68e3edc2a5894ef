"""One search for everything public."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def find(client, words):
    return client.get(reverse("search"), {"q": words})


def test_words_find_solutions_standards_and_criteria(client):
    criterion = make.criteria(1, key="alpha")[0]
    solution = make.solution(name="Alpha Reader")
    make.declaration(solution.releases.get(), criteria=[criterion])
    found = find(client, "ALPHA").context
    assert list(found["solutions"]) == [solution]
    assert list(found["editions"]) == [criterion.edition]
    assert list(found["criteria"]) == [criterion]


def test_what_is_not_listed_is_not_found(client):
    make.solution(name="Hidden Reader")
    assert not find(client, "Hidden").context["solutions"]


@pytest.mark.parametrize("typed", ["{n}", " {l} ", "{s}"])
def test_a_number_leads_to_its_page_however_it_is_typed(client, typed):
    number = make.certificate().number
    words = typed.format(n=number, l=number.lower(), s=number.replace("-", " "))
    assert find(client, words).headers["Location"] == f"/certificates/{number}/"


def test_numbers_of_other_records_lead_to_their_pages(client, at):
    tender = make.tender(status="published")
    later = make.amended(tender, at=at)
    granted = make.accreditation(make.body())
    for words, record in (
        (tender.reference, tender),
        (later.reference.upper().replace("-", " "), later),
        (granted.number, granted),
    ):
        assert find(client, words).headers["Location"] == record.get_absolute_url()


def test_the_reference_of_a_draft_tells_nothing(client):
    draft = make.tender()
    assert find(client, draft.reference).status_code == 200
    assert find(client, "CC-2026-000001-v2").status_code == 200


def test_the_number_of_a_held_declaration_tells_nothing(client, centre, at):
    declaration = make.declaration()
    declaration.__class__.objects.update(public_since=None)
    assert find(client, declaration.number).status_code == 200


@pytest.mark.parametrize("words", ["", "\x00", "%_'\"<b>", "x " * 300, "CC-2026-999999", "日本"])
def test_odd_words_are_harmless(client, words):
    page = find(client, words)
    assert page.status_code == 200
    assert b"<b>" not in page.content


def test_it_takes_few_statements(client, django_assert_max_num_queries):
    for number in range(3):
        make.declaration(make.solution(name=f"Reader {number}").releases.get())
    with django_assert_max_num_queries(8):
        assert len(find(client, "reader").context["solutions"]) == 3
