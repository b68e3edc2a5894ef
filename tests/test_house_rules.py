"""The habits and limits of how this code is written, held by a machine."""

import ast
import io
import re
import tokenize

import pytest
from django.apps import apps

from tests.source import CODE, PAGES, ROOT, TESTS, name, source, tree

pytestmark = pytest.mark.alike

ABSTRACT = {"Given", "Notice", "Translated", "Signed", "Reviewed"}  # no table of their own
NO_SUBJECT = {"utils", "helpers", "common", "core", "services", "misc"}
WRITTEN = sorted(p for kind in ("html", "txt") for p in (ROOT / "templates").rglob(f"*.{kind}"))
MODULE, FUNCTION, CLASS, TEMPLATE, TEST = 400, 60, 250, 200, 40
TEMPLATE_LINE = 120  # of pages and mails; `make lint` says whether they are laid out, too


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


def broken(paths, problems):
    """What is wrong with each file: `problems` gives the sentences for one."""
    return [f"{name(path)}: {problem}" for path in paths for problem in problems(path)]


def too_long(path):
    lines = source(path).count("\n")
    if lines > MODULE:
        yield f"{lines} lines, at most {MODULE}"


def module_problems(path):
    yield from long_parts(tree(path))
    yield from hidden_parts(tree(path))
    yield from too_long(path)
    if path.stem in NO_SUBJECT:
        yield "name it for its subject"


def test_modules_are_short_and_hide_nothing():
    assert broken(CODE, module_problems) == []


def idle_or_long(module, *, journeys):
    """Tests that are too long, or that nothing can make fail."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")):
            continue
        if length(node) > TEST and not journeys:
            yield f"{node.name}: {length(node)} lines, at most {TEST}"
        text = ast.unparse(node)
        if not ("assert " in text or "raises(" in text or "expect(" in text):
            yield f"{node.name} is idle"


def problems_of_tests(path):
    yield from too_long(path)
    yield from idle_or_long(tree(path), journeys="browser" in path.parts)


def test_tests_are_short_and_assert():
    assert broken(TESTS, problems_of_tests) == []


INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)")


def page_problems(path):
    text = source(path)
    if text.count("\n") > TEMPLATE:
        yield f"{text.count(chr(10))} lines, at most {TEMPLATE}"
    yield from (f"inline: {part.group()}" for part in INLINE.finditer(text))


def test_pages_are_short_and_hold_no_style_or_script():
    assert broken(PAGES, page_problems) == []


def test_the_rules_see_what_they_forbid():
    bad = "class A(Model):\n def save(self): pass\ndef f():\n import os\n" + "#\n" * 60
    long = "def f():\n" + " x = 1\n" * 61
    assert len(list(hidden_parts(ast.parse(bad)))) == 2
    assert len(list(long_parts(ast.parse(long)))) == 1
    tests = "def test_a(): pass\ndef test_b():\n assert x" + "\n y" * 40
    assert len(list(idle_or_long(ast.parse(tests), journeys=False))) == 2
    assert len(list(idle_or_long(ast.parse(tests), journeys=True))) == 1
    assert INLINE.search('<p style="x">')
    assert INLINE.search("<script>")
    assert not INLINE.search('<script src="x">')


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_lines(path):
    lines = enumerate(path.read_text().splitlines(), 1)
    assert [number for number, line in lines if len(line) > TEMPLATE_LINE] == []


BARE = re.compile(r">([^<>{}]*[A-Za-z]{2}[^<>{}]*)<")


def bare_sentences(template):
    """Words between tags that no translation tag holds."""
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", template, flags=re.S)
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"<(svg|code|kbd|pre)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    return [words.strip() for words in BARE.findall(text)]


def test_every_sentence_goes_through_gettext():
    assert broken(PAGES, lambda path: bare_sentences(source(path))) == []


def test_a_bare_sentence_is_seen():
    assert bare_sentences('<p>{% translate "Good" %}</p><p>Left out</p>') == ["Left out"]


def test_no_model_is_forgotten():
    """A model that `standards/models.py` does not name would lose its table."""
    slices = {
        cls.name
        for path in CODE
        if path.parent.parent == ROOT / "standards"
        for cls in tree(path).body
        if isinstance(cls, ast.ClassDef)
        and {ast.unparse(base) for base in cls.bases} & {"models.Model", "Translated"}
    } | {model.__name__ for model in apps.get_app_config("standards").get_models()}
    named = source(ROOT / "standards" / "models.py")
    assert [model for model in slices if f'"{model}"' not in named and model not in ABSTRACT] == []


UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))


def unfinished(path):
    if not UNFINISHED.search(source(path)):
        return
    for token in tokenize.generate_tokens(io.StringIO(source(path)).readline):
        if token.type == tokenize.COMMENT and UNFINISHED.search(token.string):
            yield token.string


def test_comments_name_no_work_in_progress():
    assert broken(CODE, unfinished) == []


def test_no_page_types_a_limit_that_a_constant_holds():
    typed = [name(path) for path in PAGES if re.search(r'maxlength="\d', source(path))]
    assert typed == []
