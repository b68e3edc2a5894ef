"""Each rule of docs/rules.md has its home and its test, and what code cites is there."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.alike

ROOT = Path(settings.BASE_DIR)
RULES = (ROOT / "docs" / "rules.md").read_text()
CITED = re.compile(r"\brules? (R\d+)(?:(?:,| and) (R\d+))*")
# pages that are not part of the project; `RULES` cites none either
ELSEWHERE = re.compile(r"\b(design|domain|house|interop|style|found|tender)\.md\b")
CODE = [
    path
    for top in ("certcentre", "standards", "tenders", "tests", "templates")
    for path in sorted((ROOT / top).rglob("*"))
    if path.suffix in {".py", ".html", ".yaml", ".js", ".css"} and path.name != "test_rules.py"
]


def rules(named):
    """{number: what of it matches, the places in backquotes}."""
    parts = re.split(r"^- \*\*(R\d+)\*\*", RULES, flags=re.M)[1:]
    return {
        number: re.findall(named, text, flags=re.M)
        for number, text in zip(parts[::2], parts[1::2], strict=True)
    }


NUMBERS = re.findall(r"^- \*\*(R\d+)\*\*", RULES, flags=re.M)
HOMES = rules(r"^  in `([^`]+)`$")
TESTS = rules(r"^  `(tests/[^`]+)`$")


def defined(body, within=""):
    """What a module or class defines: functions, classes with what is in them, constants."""
    for node in body:
        match node:
            case ast.FunctionDef():
                yield within + node.name
            case ast.ClassDef():
                yield within + node.name
                yield from defined(node.body, f"{within}{node.name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield within + name


def missing(place):
    """Why there is no such place, as `file.py::name`; empty where there is."""
    path, _, name = place.partition("::")
    if not (ROOT / path).is_file():
        return f"{place}: no such file"
    if name and name not in defined(ast.parse((ROOT / path).read_text()).body):
        return f"{place}: no such name"
    return ""


def homeless(home):
    """Why no rule can live there: `missing`, or a module that says of no name which."""
    return missing(home) or ("" if "::" in home or home.endswith(".html") else f"{home}: no name")


def test_each_number_is_given_once():
    assert len(set(NUMBERS)) == len(NUMBERS)


def test_every_rule_names_tests_that_exist():
    assert [number for number, tests in TESTS.items() if not tests] == []
    assert [why for tests in TESTS.values() for test in tests if (why := missing(test))] == []


def test_every_rule_names_one_home_that_exists():
    assert [number for number, homes in HOMES.items() if len(homes) != 1] == []
    assert [why for homes in HOMES.values() for home in homes if (why := homeless(home))] == []


@pytest.mark.parametrize(
    "place",
    [
        "tests/test_rules.py::test_nothing_of_the_kind",
        "tests/no_such_file.py",
        "standards/attestation/independence.py::no_such_rule",
        "standards/attestation/certificates.py::Certificate.no_such_verb",
        "standards/attestation/certificates.py::status_at",  # of the class, not of the module
    ],
)
def test_a_place_that_is_not_there_is_seen(place):
    assert missing(place)


def test_a_module_alone_is_no_home():
    assert homeless("standards/attestation/independence.py")
    assert not homeless("standards/attestation/independence.py::ties")


def test_rules_are_numbered_in_order():
    assert list(TESTS) == [f"R{number}" for number in range(1, len(TESTS) + 1)]


def test_what_is_cited_is_there():
    wrong = []
    for path in CODE:
        for found in CITED.finditer(path.read_text(encoding="utf8")):
            wrong += [
                f"{path.relative_to(ROOT)}: {rule}"
                for rule in re.findall(r"R\d+", found[0])
                if rule not in TESTS
            ]
    assert wrong == []


def test_nothing_is_cited_that_a_newcomer_does_not_have():
    cited = [
        str(path.relative_to(ROOT))
        for path in [*CODE, ROOT / "docs" / "rules.md"]
        if ELSEWHERE.search(path.read_text(encoding="utf8"))
    ]
    assert cited == []
