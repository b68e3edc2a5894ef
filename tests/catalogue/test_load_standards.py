"""Loading the catalogue: all of it, twice, and never a broken part of it."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from certcentre.log.models import LogEntry
from standards.catalogue.content import CONTENT
from standards.catalogue.loading import load
from standards.models import Criterion, Edition, Fact, Mapping, Need, Profile, Rule, Scheme
from tests.catalogue.content_files import (
    CRITERIA,
    EDITIONS,
    FACTS,
    MAPPINGS,
    NEEDS,
    PROFILES,
    RULES,
    SCHEMES,
    change,
    edit_first,
    reasons,
    small_folder,
)


@pytest.fixture
def folder(tmp_path):
    return small_folder(tmp_path)


def test_everything_is_there(catalogue):
    kinds = (Edition, Criterion, Mapping, Rule, Fact, Need, Profile, Scheme)
    wanted = [EDITIONS, CRITERIA, MAPPINGS, RULES, FACTS, NEEDS, PROFILES, SCHEMES]
    assert [kind.objects.count() for kind in kinds] == wanted
    assert Edition.objects.exclude(status="published").count() == 0
    assert set(Mapping.objects.values_list("status", flat=True)) == {"proposed"}


def test_loading_twice_changes_nothing_and_says_so(catalogue, at):
    before = LogEntry.objects.count()
    done = load(at=at)
    assert done.nothing
    assert LogEntry.objects.count() == before
    said = StringIO()
    call_command("load_standards", stdout=said)
    assert "Nothing changed; 3155 records" in said.getvalue()


def test_the_second_load_reads_and_writes_nothing(catalogue, at, django_assert_max_num_queries):
    with django_assert_max_num_queries(33) as asked:
        load(at=at)
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [each["sql"] for each in asked if each["sql"].startswith(writes)] == []


def test_each_criterion_has_a_slot_of_its_own(catalogue):
    slots = sorted(Criterion.objects.values_list("slot", flat=True))
    assert slots == list(range(CRITERIA))


def test_publishing_is_logged_once_per_edition_by_the_portal_itself(catalogue):
    entries = LogEntry.objects.filter(step="edition.published")
    assert entries.count() == EDITIONS
    assert set(entries.values_list("actor", "from_state", "to_state", "visibility")) == {
        (None, "draft", "published", "public")
    }


def test_a_hint_may_change_and_the_change_is_logged(catalogue, folder, at):
    change(folder / "std-access-anywhere.yaml", edit_first(evidence_hint="Another hint"))
    done = load(folder, at=at)
    assert done.changed == {"criterion": 1}
    assert LogEntry.objects.filter(step="criterion.changed").count() == 1
    assert Criterion.objects.get(key="access-anywhere:AAP-1").evidence_hint == "Another hint"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (edit_first(statement="Something else entirely is asked."), "AAP-1: has another statement"),
        (edit_first(title="Other"), "access-anywhere:AAP-1: has another title"),
        (edit_first(level="TARGET"), "access-anywhere:AAP-1: has another level"),
        (edit_first(ref="AAP-X"), "access-anywhere:AAP-X: is new"),
        (edit_first(verification="document"), "has another verification"),
        (lambda data: data["level_structure"][0].update(label="x"), "has other levels"),
        (lambda data: data.update(version="0.2"), "has another name or version"),
        (lambda data: data.update(status="draft"), "cannot be a draft again"),
        (lambda data: data["criteria"].reverse(), "has its criteria in another order"),
    ],
)
def test_a_published_edition_keeps_its_words(edit, reason, catalogue, folder, at):
    change(folder / "std-access-anywhere.yaml", edit)
    assert reason in reasons(folder, at)


def test_an_edition_may_arrive_alone_and_refer_to_what_is_there(catalogue, tmp_path, at):
    rule = {
        "id": "N1",
        "when": {"fact": "countries_offered", "op": "any_of", "value": ["group:EU", "TD"]},
        "then": {"standard": "malabo", "effect": "expected"},
        "why": "An added country.",
    }
    (tmp_path / "chad.yaml").write_text(yaml.safe_dump({"rules": [rule]}))
    assert load(tmp_path, at=at).made == {"rule": 1}
    assert Rule.objects.get(key="N1").edition.key == "malabo"


@pytest.mark.parametrize("end", ["published", "withdrawn"])
def test_what_people_signed_or_withdrew_here_stays_so(catalogue, centre, at, end):
    mapping = Mapping.objects.filter(status="proposed").first()
    mapping.publish(by=centre.officer, at=at)
    if end == "withdrawn":
        mapping.withdraw(by=centre.officer, at=at, reason="It overlaps only in part.")
    load(at=at)
    mapping.refresh_from_db()
    assert mapping.status == end
    assert load(at=at).nothing


def test_published_rules_do_not_turn_back(catalogue, tmp_path, at):
    data = yaml.safe_load((CONTENT / "applicability.yaml").read_text())
    data["rules"][0]["status"] = "proposed"
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(data))
    assert "A01: stands at published and cannot become proposed" in reasons(tmp_path, at)
