"""Each rule of docs/rules.md has its test, and what code cites is there."""

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


def rules():
    """{number: the tests it names}."""
    parts = re.split(r"^- \*\*(R\d+)\*\*", RULES, flags=re.M)[1:]
    return {
        number: re.findall(r"`(tests/[^`]+)`", text)
        for number, text in zip(parts[::2], parts[1::2], strict=True)
    }


def missing(test):
    """Why there is no such test; empty where there is."""
    path, _, name = test.partition("::")
    if not (ROOT / path).exists():
        return f"{test}: no such file"
    names = {
        node.name
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    return f"{test}: no such test" if name and name not in names else ""


def test_every_rule_names_tests_that_exist():
    assert [number for number, tests in rules().items() if not tests] == []
    assert [why for tests in rules().values() for test in tests if (why := missing(test))] == []


def test_a_test_that_is_not_there_is_seen():
    assert missing("tests/test_rules.py::test_nothing_of_the_kind")
    assert missing("tests/no_such_file.py")


def test_rules_are_numbered_in_order():
    assert list(rules()) == [f"R{number}" for number in range(1, len(rules()) + 1)]


def test_what_is_cited_is_there():
    known, wrong = rules(), []
    for path in CODE:
        for found in CITED.finditer(path.read_text(encoding="utf8")):
            wrong += [
                f"{path.relative_to(ROOT)}: {rule}"
                for rule in re.findall(r"R\d+", found[0])
                if rule not in known
            ]
    assert wrong == []


def test_nothing_is_cited_that_a_newcomer_does_not_have():
    cited = [
        str(path.relative_to(ROOT))
        for path in [*CODE, ROOT / "docs" / "rules.md"]
        if ELSEWHERE.search(path.read_text(encoding="utf8"))
    ]
    assert cited == []
