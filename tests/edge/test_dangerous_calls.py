"""No code, template or object is made of text that somebody sent."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from standards.catalogue.files.parsing import NotYaml, load_yaml

pytestmark = pytest.mark.alike

ROOT = Path(settings.BASE_DIR)
CODE = [
    path
    for top in ("certcentre", "standards", "tenders")
    for path in sorted((ROOT / top).rglob("*.py"))
]
NEVER = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "marshal.loads"),
    *("pickle.load", "pickle.loads", "Template", "yaml.unsafe_load"),
    *("yaml.full_load", "subprocess.getoutput", "subprocess.getstatusoutput"),
}
SAFE_LOADER = {"standards/catalogue/files/parsing.py"}  # gives `yaml.load` one of its own


def dangerous(source):
    """The calls in a module that could run what a text says, and shells."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        last = name.rpartition(".")[2]
        if name in NEVER or last == "from_string" or name == "yaml.load":
            yield name
        if any(given.arg == "shell" for given in call.keywords):
            yield f"{name}(shell=…)"


def test_no_code_is_made_of_text():
    calls = {
        (str(path.relative_to(ROOT)), call)
        for path in CODE
        for call in dangerous(path.read_text("utf-8"))
    }
    assert calls == {(path, "yaml.load") for path in SAFE_LOADER}


def test_the_one_loader_builds_nothing_but_plain_values():
    with pytest.raises(NotYaml):
        load_yaml("!!python/object/apply:os.getcwd []")


@pytest.mark.parametrize(
    "source",
    ["eval(text)", "pickle.loads(data)", "run(text, shell=True)", "engine.from_string(text)"],
)
def test_a_dangerous_call_is_seen(source):
    assert list(dangerous(source))
    assert not list(dangerous("re.compile('a')"))
