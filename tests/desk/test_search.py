"""One search for everything public."""

import pytest
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def find(client, words):
    return client.get(reverse("search"), {"q": words})


def found(client, words):
    """The titles of what is shown, by kind."""
    parts = find(client, words).context.get("parts", [])
    return {part.key: [hit.title for hit in part.hits] for part in parts}


def test_words_find_what_is_public_of_every_kind(client):
    edition = make.edition("alpha", criteria=(("1.1", "A", {"title": "Alpha reading"}),))
    solution = make.solution(name="Alpha Reader")
    make.declaration(solution.releases.get(), criteria=edition.criteria.all())
    make.need("alpha_need", required=["alpha:1.1"])
    tender = make.tender(status="published", title="Alpha tablets", edition=edition)
    granted = make.accreditation(make.body(name="Alpha Audit"))
    assert found(client, "ALPHA") == {
        "solutions": ["Alpha Reader"],
        "edition": ["Example Standard alpha"],
        "need": ["Need alpha_need"],
        "criterion": ["1.1 Alpha reading"],
        "tender": [f"{tender.reference} Alpha tablets"],
        "bodies": [granted.body.name],
    }
    assert found(client, "certificate")["help"]


def test_all_of_one_kind_are_shown_in_pages(client):
    edition = make.edition(
        "many", criteria=[(f"1.{n}", "A", {"title": f"Alpha {n:02}"}) for n in range(60)]
    )
    make.declaration(make.solution(name="Alpha").releases.get(), criteria=edition.criteria.all())
    few = find(client, "alpha")
    assert len(found(client, "alpha")["criterion"]) == 8
    assert "?q=alpha&amp;kind=criterion" in few.text
    assert "All 60 of them" in few.text
    titles = []
    for number in (1, 2):
        page = client.get(reverse("search"), {"q": "alpha", "kind": "criterion", "page": number})
        (part,) = page.context["parts"]
        titles += [hit.title for hit in part.hits]
    assert len(titles) == len(set(titles)) == 60
    for kind in ("tender", "no kind", "solutions"):  # nothing of it, none, one with a list
        page = client.get(reverse("search"), {"q": "alpha", "kind": kind})
        assert len(page.context["parts"]) > 1


def test_what_is_not_listed_is_not_found(client):
    make.solution(name="Hidden Reader")
    make.tender(title="Hidden tablets")
    make.edition("hidden", published=False)
    assert found(client, "Hidden") == {}
    assert b"Hidden" not in find(client, "hiddn").content


@pytest.mark.parametrize("typed", ["{n}", " {l} ", "{s}", "{o}"])
def test_a_number_leads_to_its_page_however_it_is_typed(client, typed):
    number = make.certificate().number
    forms = {"n": number, "l": number.lower(), "s": number.replace("-", " ")}
    words = typed.format(**forms, o=number.replace("0", "o"))
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


def test_the_address_of_a_solution_leads_to_its_page_and_of_one_not_listed_to_none(client):
    listed, hidden = make.listed(), make.solution(name="Hidden Reader")
    where = f"https://portal.example{listed.get_absolute_url()}?lang=fr"
    assert find(client, where).headers["Location"] == listed.get_absolute_url()
    assert find(client, f"/solutions/{hidden.pk}/").status_code == 200
    assert find(client, f"/solutions/{listed.pk}0/").status_code == 200


def test_the_reference_of_a_draft_tells_nothing(client):
    draft = make.tender()
    assert find(client, draft.reference).status_code == 200
    assert find(client, "CC-2026-000001-v2").status_code == 200


def test_the_number_of_a_held_declaration_tells_nothing(client, centre, at):
    declaration = make.declaration()
    declaration.__class__.objects.update(public_since=None)
    assert find(client, declaration.number).status_code == 200


@pytest.mark.parametrize(
    "words", ["", "\x00", "reader \x00 maths", "%_'\"<b>", "x " * 300, "CC-2026-999999", "日本"]
)
def test_odd_words_are_harmless(client, words):
    page = find(client, words)
    assert page.status_code == 200
    assert b"<b>" not in page.content


def test_it_takes_few_statements(client, django_assert_max_num_queries):
    for number in range(3):
        make.declaration(make.solution(name=f"Reader {number}").releases.get())
    with django_assert_max_num_queries(12):
        assert len(found(client, "reader")["solutions"]) == 3
