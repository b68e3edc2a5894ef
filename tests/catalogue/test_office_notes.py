"""Notes for editors stay at the office, and what an edition was made from says what was read."""

import re

import pytest
import yaml
from django.urls import reverse

from standards.catalogue.content import CONTENT, collect
from standards.catalogue.files import WRITTEN
from tests import make

MARK = "zq-for-editors-x"
# how notes for editors have begun or ended up; a reader can do nothing with any of them
EDITORS = re.compile(
    r"text before launch|reader pass|\bverify the|never copy|this project|\bthe seed\b|seed text|"
    r"\bseed's|recalled|"
    r"\(seen\)|second reviewer|CISO Assistant|licence-neutral|show that wording|this file|\btodo\b",
    re.IGNORECASE,
)
OFFICE = {"office_notes", "basis"}  # of editions and of schemes: neither page nor file shows them


def strings(value, at=""):
    """Every text in a content file, with the name of what holds it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from () if key in OFFICE else strings(each, f"{at}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, at)
    elif isinstance(value, str):
        yield at, value


def notes_for_editors(data):
    return [(at, text) for at, text in strings(data) if EDITORS.search(text)]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_content_speaks_to_its_editors(path):
    assert notes_for_editors(yaml.safe_load(path.read_text())) == []


def test_a_note_for_editors_is_found():
    text = "Verify the consolidated text before launch"
    assert notes_for_editors({"notes": text, "office_notes": text}) == [(".notes", text)]


def test_what_was_read_is_said_with_its_day():
    for placed in collect(CONTENT).of("edition").values():
        edition = placed.record
        days = re.findall(r"Read on (\d{4}-\d\d-\d\d)", edition.source_basis)
        assert edition.source_basis, edition.key
        assert bool(days) == bool(edition.last_checked), edition.key
        assert max(days, default=None) == (edition.last_checked and str(edition.last_checked))


def addresses(edition):
    """Where everybody reads an edition: pages, files, API."""
    base, api = edition.get_absolute_url(), f"/api/v1/editions/{edition.key}/"
    yield from (
        base,
        f"{base}criteria.csv",
        "/api/v1/editions/",
        "/standards/",
        "/api/v1/criteria/",
    )
    yield from (criterion.get_absolute_url() for criterion in edition.criteria.all())
    yield from (f"{base}export/{kind}/" for kind in WRITTEN if kind != "xlsx")
    yield api


def test_notes_for_editors_are_on_the_offices_page_alone(centre, client):
    edition = make.edition(office_notes=MARK, source_basis="Read: the whole of it.")
    shown = [client.get(address) for address in addresses(edition)]
    assert {answer.status_code for answer in shown} == {200}
    assert [each.request["PATH_INFO"] for each in shown if MARK in each.content.decode()] == []
    assert "Read: the whole of it." in shown[0].content.decode()
    client.force_login(centre.officer)
    office = client.get(reverse("catalogue-edition", args=[edition.key])).content.decode()
    assert MARK in office
