"""What applies, without an account: short pages, answers in the address, then the result."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from standards.catalogue.applies_summary import show
from standards.catalogue.facts import Fact
from standards.catalogue.pages.applies import address, in_address
from standards.catalogue.rules import applied
from tests.catalogue.test_examples import EXAMPLES

pytestmark = [pytest.mark.usefixtures("catalogue"), pytest.mark.alike]


def result(client, number):
    return client.get(address(example(number)))


def example(number):
    return {key: value for key, value in EXAMPLES[number]["facts"].items() if value != []}


def test_the_first_page_asks_and_says_that_no_account_is_needed(client):
    said = client.get("/applies/").content.decode()
    assert "What is the product?" in said
    assert "You need no account" in said


def test_an_answered_page_leads_to_the_next_with_its_answers_in_the_address(client):
    sent = client.post(
        "/applies/?group=product&authoring=yes", {"product_kind": ["lms", "xr"], "then": "people"}
    )
    query = parse_qs(urlsplit(sent["Location"]).query)
    assert query == {"product_kind": ["lms,xr"], "authoring": ["yes"], "group": ["people"]}
    page = client.get(sent["Location"])
    assert page.context["label"] == "The people who use it"
    assert page.context["answered"] == 2


def test_answers_are_shown_again_and_can_be_cleared(client):
    page = client.get("/applies/?group=product&hosting=saas&open_source=no")
    assert page.context["form"].initial["hosting"] == "saas"
    sent = client.post("/applies/?group=product&hosting=saas&open_source=no", {"then": ""})
    assert sent["Location"] == "/applies/"


def test_a_contradiction_keeps_the_page_and_says_why(client):
    page = client.post("/applies/?group=data", {"personal_data": ["none", "contact"]})
    assert page.status_code == 200
    assert "cannot stand beside other answers" in page.content.decode()


def test_a_page_that_does_not_exist_is_not_found(client):
    assert client.get("/applies/?group=magic").status_code == 404


def test_what_the_address_cannot_mean_is_left_out_and_said(client):
    page = client.get("/applies/?hosting=moon&delivery=web,fax&open_source=no")
    assert page.context["left_out"] == 2
    assert "2 answers in the address could not be read" in page.content.decode()


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_address_holds_all_answers(number):
    facts = list(Fact.objects.all())
    query = {k: v[0] for k, v in parse_qs(urlsplit(address(example(number))).query).items()}
    held = in_address(query, facts)
    assert {key: value for key, value in held.items() if value} | {
        key: value for key, value in held.items() if value is False
    } == example(number)


def test_the_result_speaks_of_probably_and_of_an_adviser(client):
    said = result(client, 0).content.decode()
    for words in ("Probably asked by law", "Ask your adviser", "Data Protection Act 2019 s.4"):
        assert words in said
    assert "In which countries is it offered? <strong>Kenya</strong>" in said


def test_a_held_product_and_its_warnings_are_shown(client):
    shown = result(client, 2).context["shown"]
    assert [line.edition.key for line in shown.held] == ["child-safety-ethics"]
    assert [flag.edition.key for flag in shown.flags] == ["child-safety-ethics"]


def test_a_law_that_comes_is_shown_with_its_day(at):
    facts = list(Fact.objects.all())
    shown = show(applied(example(5), at=at), facts, address=str)
    chile = next(line for line in shown.laws if line.edition.key == "chile-21719")
    assert str(chile.comes) == "2026-12-01"
    later = applied(example(5), at=datetime(2026, 12, 1, tzinfo=UTC))
    shown = show(later, facts, address=str)
    chile = next(line for line in shown.laws if line.edition.key == "chile-21719")
    assert (chile.comes, chile.effect) == (None, "mandatory_by_law")


def test_open_questions_lead_to_their_page(client):
    shown = result(client, 3).context["shown"]
    assert shown.undecided == 82
    first = shown.questions[0]
    assert first.url.startswith("/applies/?")
    assert "group=market#id_countries_offered" in first.url
    assert first.decides


def test_counts_are_those_of_the_profile_and_the_rules(client):
    shown = result(client, 0).context["shown"]
    assert (shown.answered, shown.asked, shown.starter) == (31, 36, 59)
    wcag = next(line for line in shown.expected if line.edition.key == "wcag-2.2")
    assert wcag.criteria == 54
    assert wcag.starter == 16


def test_criteria_set_aside_are_only_those_of_standards_that_matter(client):
    shown = result(client, 0).context["shown"]
    editions = {aside.edition.key for aside in shown.aside}
    assert "wcag-2.2" in editions
    assert "gdpr" not in editions


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_result_takes_eight_statements_at_most(number, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert result(client, number).status_code == 200


def test_a_page_of_questions_takes_one_statement(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/applies/?group=market&delivery=web").status_code == 200


def test_the_words_come_in_french(client):
    said = client.get(address(example(0)), headers={"accept-language": "fr"}).content.decode()
    assert "Données personnelles au Kenya." in said
