"""What the security papers claim is there: each *yes* has its test or setting, no number is left
out, and each promise of the assurance case names a test."""

import csv
import re

import pytest
from django.conf import settings

from certcentre import settings as ours
from tests.shared import sample
from tests.test_papers import settings_read
from tests.test_rules import ROOT, missing

pytestmark = pytest.mark.alike

ASVS = (ROOT / "docs" / "asvs.md").read_text("utf-8")
CASE = (ROOT / "docs" / "assurance-case.md").read_text("utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
ROW = re.compile(r"^\| (V[\d.]+) \| (yes|no|not applicable) \| (.+) \|$", flags=re.M)
LIST = "asvs/OWASP_Application_Security_Verification_Standard_5.0.0_en.csv"
SETTING = re.compile(r"`([A-Z][A-Z_]+)`")
TEST = re.compile(r"`(tests/[^`]+)`")


def is_setting(name):
    return name in settings_read() or (hasattr(ours, name) and hasattr(settings, name))


def unheld(answer, words):
    """Why a row says more than is there; empty where it does not."""
    tests, names = TEST.findall(words), SETTING.findall(words)
    if answer == "yes" and not tests and not names:
        return "neither a test nor a setting"
    if answer == "no" and len(words) < 10:
        return "no reason"
    return ", ".join(
        [
            *(why for test in tests if (why := missing(test))),
            *(f"{name}: no such setting" for name in names if not is_setting(name)),
        ]
    )


def faults(paper):
    """{number: what is wrong with its row}."""
    return {
        number: why
        for number, answer, words in ROW.findall(paper)
        if (why := unheld(answer, words))
    }


def test_every_yes_is_held_by_a_test_or_a_setting():
    assert len(ROW.findall(ASVS)) == ASVS.count("\n| V")
    assert faults(ASVS) == {}


def test_every_number_stands_there_once():
    with sample(LIST).open(encoding="utf-8-sig") as file:
        asked = [row["req_id"] for row in csv.DictReader(file) if row["L"] in ("1", "2")]
    assert [number for number, _answer, _words in ROW.findall(ASVS)] == asked


def test_its_sums_are_right():
    answers = [answer for _number, answer, _words in ROW.findall(ASVS)]
    counted = [answers.count(answer) for answer in ("yes", "no", "not applicable")]
    said = re.search(r"^(\d+) yes, (\d+) no, (\d+) not applicable: (\d+) in all", ASVS, flags=re.M)
    assert [int(number) for number in said.groups()] == [*counted, 253]
    assert sum(counted) == 253


@pytest.mark.parametrize(
    "row",
    [
        "| V1.1.1 | yes | we are careful |",
        "| V1.1.1 | yes | `tests/test_asvs.py::test_nothing_of_the_kind` |",
        "| V1.1.1 | yes | `tests/no_such_file.py::test_it` |",
        "| V1.1.1 | yes | `NO_SUCH_SETTING` |",
        "| V1.1.1 | no | – |",
    ],
)
def test_a_claim_without_ground_is_seen(row):
    assert set(faults(row)) == {"V1.1.1"}


def promises():
    """The rows of the assurance case that promise something."""
    return re.findall(r"^\| (?!what |---)(.+) \|$", CASE.split("## What remains")[0], flags=re.M)


def test_every_promise_names_a_test_and_where_it_is_kept():
    assert len(promises()) > 15
    for row in promises():
        assert TEST.search(row), row
        homes = re.findall(r"`((?:certcentre|standards|tenders)/[^`]+)`", row)
        assert homes, row
        assert [why for place in homes if (why := missing(place))] == []


@pytest.mark.parametrize("paper", [CASE, SECURITY], ids=["assurance-case", "SECURITY"])
def test_what_a_paper_names_is_there(paper):
    assert [why for test in TEST.findall(paper) if (why := missing(test))] == []
    assert [name for name in SETTING.findall(paper) if not is_setting(name)] == []
