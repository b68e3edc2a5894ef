"""Prose is part of the program: what the papers name exists, and what exists is named."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.test_rules import missing

pytestmark = pytest.mark.alike

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PAPERS = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "DECISIONS.md", "CHANGELOG.md"),
    "standards/catalogue/content/NOTICE.md",
    *("docs/rules.md", "docs/asvs.md", "docs/assurance-case.md", "docs/faults.md"),
    "docs/ocds.md",
]
OURS = ("certcentre", "standards", "tenders")
PLACES = (*OURS, "templates", "tests", "docs")
FAULTS = (ROOT / "docs/faults.md").read_text()
SOAK = (ROOT / ".ci/soak").read_text()
FAULT = re.compile(r"^\| F(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", flags=re.M)
MADE_LATER = {"certcentre/static/screenshot.png"}


def section(title):
    """The lines of one part of the README."""
    return re.split(rf"^##+ {title}$", README, flags=re.M)[1].split("\n## ")[0]


def first_cells(text):
    """What stands in the first column of the tables."""
    return set(re.findall(r"^\| `([^`]+)` \|", text, flags=re.M))


def settings_read():
    """The names that the settings look up in the environment."""
    modules = sorted((ROOT / "certcentre" / "settings").glob("*.py"))
    source = "".join(module.read_text() for module in modules)
    return set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", source))


def commands_of_ours():
    return {name for name, app in get_commands().items() if str(app).startswith(OURS)}


def test_every_setting_is_in_the_readme_and_no_other():
    assert first_cells(section("Settings").split("### Commands")[0]) == settings_read()


def test_every_command_is_in_the_readme_and_no_other():
    assert first_cells(section("Commands")) == commands_of_ours()


def test_the_tests_see_settings_and_commands():
    assert {"DATABASE_URL", "DEMO", "MFA_ROLES", "LOG_FORMAT"} <= settings_read()
    assert {"load_standards", "demo"} <= commands_of_ours()


def test_every_path_of_the_map_is_there():
    paths = first_cells(section("The map"))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_of_a_paper_leads_to_a_file(paper):
    folder = (ROOT / paper).parent
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / paper).read_text())
    gone = [link for link in links if not (folder / link).exists()]
    assert set(gone) <= MADE_LATER


def test_every_file_that_contributing_names_is_there():
    """By its whole path or the end of it."""
    named = set(re.findall(r"`([\w/]+\.(?:py|html|css|js|md))`", CONTRIBUTING))
    there = [f"/{path.relative_to(ROOT)}" for top in PLACES for path in (ROOT / top).rglob("*.*")]
    gone = [name for name in named if not any(path.endswith(f"/{name}") for path in there)]
    assert len(named) > 20
    assert gone == []


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_papers_name_only_commands_that_exist(paper):
    named = set(re.findall(r"manage\.py ([a-z_]+)", (ROOT / paper).read_text()))
    assert named <= set(get_commands())


def test_make_targets_of_the_papers_exist():
    makefile = (ROOT / "Makefile").read_text()
    text = README + CONTRIBUTING
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", text, flags=re.M))
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, flags=re.M)] == []


def test_licences_are_told():
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert "CC BY 4.0" in README


def unshown(paper):
    """{number of a fault: what its row claims and is not there}."""
    wrong = {}
    for number, what, shown, size in FAULT.findall(paper):
        tests = re.findall(r"`(tests/[^`]+)`", what + shown + size)
        gone = [why for test in tests if (why := missing(test))]
        at_night = any(test.partition("::")[0] in SOAK for test in tests)
        if not tests:
            gone.append("no test")
        if "`make soak`" in size and not at_night:
            gone.append("none of them is in .ci/soak")
        wrong[number] = ", ".join(gone)
    return {number: why for number, why in wrong.items() if why}


def test_every_fault_has_its_row_and_its_tests_are_there():
    assert [int(row[0]) for row in FAULT.findall(FAULTS)] == list(range(1, 23))
    assert FAULTS.count("\n| F") == 22
    assert unshown(FAULTS) == {}


@pytest.mark.parametrize(
    "row",
    [
        "| F1 | It holds | believe us | `make check` |",
        "| F1 | It holds | `tests/test_papers.py::test_nothing_of_the_kind` | `make check` |",
        "| F1 | It holds | `tests/no_such_file.py` | `make check` |",
        "| F1 | It holds | `tests/test_papers.py` | `make soak`: 30 minutes |",
    ],
)
def test_a_fault_without_ground_is_seen(row):
    assert set(unshown(row)) == {"1"}


def test_each_size_of_the_soak_is_read():
    """By the name that a test reads, and by a file that is there."""
    sizes = re.findall(r"^export ([A-Z]+)=", SOAK, flags=re.M)
    source = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    assert [each for each in sizes if "_URL" not in each and f'asked("{each}"' not in source] == []
    files = re.findall(r"tests/\S+\.py", SOAK)
    assert len(files) > 5
    assert [each for each in files if not (ROOT / each).is_file()] == []
