"""Every example product comes out as its `expect` says, as issue 2 point 2 reads it."""

from pathlib import Path

import pytest
import yaml

from standards.catalogue.profiles import Profile
from standards.catalogue.rules import applied

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text())["products"]
# starter profile: criteria to answer, those set aside left out
STARTER = {
    "small-kenyan-reading-app": 59,
    "eu-adaptive-maths-tutor": 74,
    "us-global-classroom-chat": 101,
    "eu-mood-reading-tutor": 74,
    "half-answered-draft": 53,
    "west-african-ministry-lms": 53,
    "latin-american-voice-reading-app": 78,
    "indian-exam-proctoring": 63,
    "refugee-offline-tablet-library": 51,
}
each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])


pytestmark = [pytest.mark.usefixtures("catalogue"), pytest.mark.alike]


@pytest.fixture
def got(example, at):
    return applied(example["facts"], at=at)


def pairs(got):
    return {(rule.edition, rule.effect) for rule in got.rules}


@each
def test_effects(example, got):
    wanted = {
        (edition, effect)
        for effect in ("blocks_listing", "mandatory_by_law", "expected")
        for edition in example["expect"].get(effect, [])
    }
    assert wanted <= pairs(got)


@each
def test_flags(example, got):
    flagged = {criterion.partition(":")[0] for criterion in got.flags}
    assert set(example["expect"].get("flag", [])) <= flagged


@each
def test_not_applicable(example, got):
    wanted = example["expect"].get("not_applicable", [])
    assert {got.criteria.get(criterion) for criterion in wanted} <= {"not_applicable"}


@each
def test_absent(example, got):
    found = pairs(got)
    for said in example["expect"].get("absent", []):
        edition, _, effect = said.partition(":")
        effects = {its for name, its in found if name == edition} - {"not_applicable"}
        assert effect not in effects if effect else not effects, said


@each
def test_rules_waiting_for_facts(example, got):
    assert len(got.undecided) >= example["expect"].get("unknown_rules_at_least", 0)


@each
def test_the_starter_profile(example, got):
    chosen = Profile.objects.get(key="starter").criteria_for(got)
    asked = [key for key in chosen if key not in got.not_applicable]
    assert len(chosen) == len(set(chosen))
    assert 51 <= len(asked) == STARTER[example["id"]] <= len(chosen) <= 106


def test_asking_takes_four_statements(at, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert applied(EXAMPLES[1]["facts"], at=at).rules


def test_profiles_need_few_statements(at, django_assert_max_num_queries):
    got = applied(EXAMPLES[1]["facts"], at=at)
    high = Profile.objects.get(key="high-stakes")
    with django_assert_max_num_queries(6):
        assert len(high.criteria_for(got)) == 653


def test_a_profile_includes_another(at):
    got = applied(EXAMPLES[0]["facts"], at=at)
    ready, high = (
        Profile.objects.get(key=k).criteria_for(got) for k in ("school-ready", "high-stakes")
    )
    assert set(ready) < set(high)
    laws = {key for key, effect in got.criteria.items() if effect == "mandatory_by_law"}
    assert laws <= set(ready)
