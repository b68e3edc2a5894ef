"""The habits and limits of how this code is written, held by a machine."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.alike

ROOT = Path(settings.BASE_DIR)
CODE = [
    path
    for top in ("certcentre", "standards", "tenders")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "migrations" not in path.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ABSTRACT = {"Translated", "Signed", "Reviewed"}  # no table of their own
NO_SUBJECT = {"utils", "helpers", "common", "core", "services", "misc"}
MODULE, FUNCTION, CLASS, TEMPLATE, TEST = 400, 60, 250, 200, 40


def length(node):
    return node.end_lineno - node.lineno + 1


def long_parts(tree):
    """Functions and classes over their limit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION:
            yield f"{node.name}: {length(node)} lines, at most {FUNCTION}"
        if isinstance(node, ast.ClassDef) and length(node) > CLASS:
            yield f"{node.name}: {length(node)} lines, at most {CLASS}"


def hidden_parts(tree):
    """Signals, save() overrides and imports inside functions (`ready()` apart)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = " ".join(ast.unparse(base) for base in node.bases)
            saves = any(isinstance(f, ast.FunctionDef) and f.name == "save" for f in node.body)
            if saves and "Model" in bases:
                yield f"{node.name}.save() is overridden; write a verb"
        if isinstance(node, ast.FunctionDef) and node.name != "ready":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield f"import inside {node.name}(), line {inner.lineno}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("django.db.models.signals", "django.dispatch")
        ):
            yield "signals are not used here; call a verb"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_module(path):
    source = path.read_text()
    tree = ast.parse(source)
    problems = [*long_parts(tree), *hidden_parts(tree)]
    if source.count("\n") > MODULE:
        problems.append(f"{source.count(chr(10))} lines, at most {MODULE}")
    if path.stem in NO_SUBJECT:
        problems.append("name it for its subject")
    assert not problems


def test_the_rules_see_what_they_forbid():
    bad = "class A(Model):\n def save(self): pass\ndef f():\n import os\n" + "#\n" * 60
    long = "def f():\n" + " x = 1\n" * 61
    assert len(list(hidden_parts(ast.parse(bad)))) == 2
    assert len(list(long_parts(ast.parse(long)))) == 1


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_are_short_and_assert(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")):
            continue
        assert "browser" in path.parts or length(node) <= TEST, node.name
        text = ast.unparse(node)
        assert "assert " in text or "raises(" in text or "expect(" in text, f"{node.name} is idle"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template(path):
    text = path.read_text()
    assert text.count("\n") <= TEMPLATE
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text), "inline"


BARE = re.compile(r">([^<>{}]*[A-Za-z]{2}[^<>{}]*)<")


def bare_sentences(template):
    """Words between tags that no translation tag holds."""
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", template, flags=re.S)
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"<(svg|code|kbd|pre)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    return [found.strip() for found in BARE.findall(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_goes_through_gettext(path):
    assert bare_sentences(path.read_text()) == []


def test_a_bare_sentence_is_seen():
    assert bare_sentences('<p>{% translate "Good" %}</p><p>Left out</p>') == ["Left out"]


def test_no_model_is_forgotten():
    """A model that `standards/models.py` does not name would lose its table."""
    slices = {
        cls.name
        for path in (ROOT / "standards").glob("*/*.py")
        for cls in ast.parse(path.read_text()).body
        if isinstance(cls, ast.ClassDef)
        and {ast.unparse(base) for base in cls.bases} & {"models.Model", "Translated"}
    } | {model.__name__ for model in apps.get_app_config("standards").get_models()}
    named = (ROOT / "standards" / "models.py").read_text()
    assert [name for name in slices if f'"{name}"' not in named and name not in ABSTRACT] == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert True


def test_comments_name_no_work_in_progress():
    words = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
    for path in CODE:
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
            assert token.type != tokenize.COMMENT or not words.search(token.string), path
