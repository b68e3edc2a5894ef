"""Files that are broken, mistaken or hostile: each is refused with file, record and reason."""

import pytest

from standards.catalogue import content
from standards.catalogue.content import BrokenContent
from standards.catalogue.loading import load
from tests import make

pytestmark = pytest.mark.alike

RULE = "rules: [{id: R1, when: %s, then: {standard: ex-a, effect: %s}, why: w%s}]"


@pytest.fixture
def world(db):
    make.edition("ex-a")
    make.fact("delivery", "multi")
    make.fact("size", "single", ("micro", "large"))
    make.fact("free", "bool")


def refused(text, tmp_path, at):
    (tmp_path / "broken.yaml").write_text(text)
    with pytest.raises(BrokenContent) as broken:
        load(tmp_path, at=at)
    return str(broken.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "broken.yaml: line 2: did not find"),
        ("rules: []\nrules: []", "broken.yaml: line 2: the key 'rules' stands here twice"),
        ("1: a", "the key 1 is not text"),
        ("- a", "does not hold a mapping"),
        ("facts: &a [x]\nrules: *a", "it uses aliases"),
        ("facts: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        ("facts: " + "[" * 200_000, "is nested too deeply"),
        ("strange: 1", "strange: is not a known part"),
        ("rules: {a: b}", "rules: is not a known part of a content file, or not a list"),
        ("rules: [a]", "'a' is not a record"),
        ("\x00", "broken.yaml"),
        ("rules: [{id: R1}]", "R1: `when` is missing"),
        ("country_groups: {X: [no, NO]}", "X: should hold a list of texts; put NO in quotes"),
        ("schemes: [{id: s, name: n, operator: o, validity: v, imports_as: AL9}]", "AL9"),
    ],
)
def test_a_file_is_refused(text, reason, world, tmp_path, at):
    assert reason in refused(text, tmp_path, at)


MAPPING = "mappings: [{source: 'ex-a:1.1', relation: %s, target: '%s', origin: o}]"
LEAF = "{fact: %s, op: %s, value: [%s]}"


@pytest.mark.parametrize(
    ("when", "effect", "more", "reason"),
    [
        (LEAF % ("gone", "any_of", "web"), "expected", "", "there is no fact gone"),
        (LEAF % ("delivery", "any_of", "fax"), "expected", "", "delivery has no value fax"),
        (LEAF % ("delivery", "any_of", "'group:X'"), "expected", "", "there is no group X"),
        (LEAF % ("delivery", "is_true", "web"), "expected", "", "cannot be asked is_true"),
        (LEAF % ("size", "any_of", "micro"), "expected", "", "cannot be asked any_of"),
        ("{all: []}", "expected", "", "all and any hold a list"),
        ("{both: []}", "expected", "", "holds one of all, any, not, fact"),
        ("{fact: free, op: is_true}", "wanted", "", "`then.effect` is 'wanted'"),
        ("{fact: free, op: is_true}", "mandatory_by_law", "", "a law needs a `legal_basis`"),
        ("{fact: free, op: is_true}", "expected, level: B", "", "ex-a has no level B"),
        ("{fact: free, op: is_true}", "expected, criteria: ['9']", "", "no criterion ex-a:9"),
        (
            "{fact: free, op: is_true}",
            "expected, criteria: [1.1]",
            "",
            "`then.criteria.1` is 1.1 and should be text",
        ),
        ("{fact: free, op: is_true}", "expected", ", whye: x", "`whye` is not a key that we know"),
        ("{fact: free, op: is_true}", "expected", ", applies_from: soon", "should be a date"),
        ("{fact: free, op: is_true}", "expected", ", legal_reference_excludes: ['1.1']", "only a"),
    ],
)
def test_a_rule_is_refused(when, effect, more, reason, world, tmp_path, at):
    assert reason in refused(RULE % (when, effect, more), tmp_path, at)


def test_the_same_rule_unbroken_is_loaded(world, tmp_path, at):
    text = RULE % ("{fact: free, op: is_true}", "expected, criteria: ['1.1']", "")
    (tmp_path / "whole.yaml").write_text(text)
    assert load(tmp_path, at=at).made == {"rule": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (MAPPING % ("equal", "ex-b:1"), "no criterion ex-b:1"),
        (MAPPING % ("same", "ex-a:1.2"), "'same'"),
        (MAPPING % ("equal", "ex-a:1.2"), "maps an edition to itself"),
        ("profiles: [{id: p, label: l, for: f, criteria: ['ex-a:9']}]", "no criterion ex-a:9"),
        ("profiles: [{id: p, label: l, for: f, includes: [q]}]", "no other profile q"),
        ("profiles: [{id: p, label: l, for: f, least: {magic: 2}}]", "the domain magic"),
        ("profiles: [{id: p, label: l, for: f, least: {'': 7}}]", "is 7, not 0 to 4"),
        ("editions: [{source: ex-q, relation: equal, target: T}]", "no edition ex-q"),
        (
            "needs: [{id: n, group: seeing, label: l, means: m, evidence: {required_all: []}}]",
            "`required_all` is empty",
        ),
        (
            "facts: [{id: f, type: single, group: product, ask: a}]",
            "facts of type single and multi have values",
        ),
        (
            "facts: [{id: f, type: bool, group: product, ask: a, translations: {fr: {as: b}}}]",
            "f: `translations.fr.as` is not a text that is translated",
        ),
    ],
)
def test_a_reference_that_hits_nothing_is_refused(text, reason, world, tmp_path, at):
    assert reason in refused(text, tmp_path, at)


def test_a_record_in_two_files_is_refused(world, tmp_path, at):
    text = RULE % ("{fact: free, op: is_true}", "expected", "")
    (tmp_path / "again.yaml").write_text(text)
    assert "R1: stands here and in again.yaml" in refused(text, tmp_path, at)


def test_a_large_file_is_refused(world, tmp_path, at, monkeypatch):
    monkeypatch.setattr(content, "LARGEST", 10)
    assert "is larger than 10 bytes" in refused("rules: []  # and more", tmp_path, at)


def test_an_empty_folder_is_refused(db, tmp_path, at):
    with pytest.raises(BrokenContent, match=r"holds no \.yaml file"):
        load(tmp_path, at=at)
