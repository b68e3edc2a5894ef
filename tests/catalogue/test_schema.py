"""One shape for each record: what it takes, how mistakes are told, and its way to rows and back."""

import pytest
import yaml
from pydantic import ValidationError

from certcentre.log.models import LogEntry
from standards.catalogue.files import read
from standards.catalogue.files.losses import Refused
from standards.catalogue.loading import BrokenContent, load
from standards.catalogue.records import Column, wrongs
from standards.catalogue.schema import RECORDS, CriterionRecord, EditionRecord, LevelRecord
from standards.models import Edition, Mapping, Need, Profile, Rule
from tests import make
from tests.catalogue.files import small
from tests.make.catalogue import content

pytestmark = pytest.mark.alike

CRITERION = {"ref": "1", "title": "T", "level": "A", "statement": "S", "domain": "technical"}
MISTAKES = {
    "`odd` is not a key that we know",
    "`version` is 1.0 and should be text; put it in quotes",
    "`effective_from` is 'soon' and should be a date such as 2026-12-01",
    "level B: `obligation` is 'shall', not one of may, must, should",
    "criterion 1.1: `title` has 300 characters, at most 250",
    "criterion 1.2: `statement` is missing",
    "criterion 2.1: there is no level Z",
    "criterion 1.1: `translations.fr.odd` is not a text that is translated",
}


@pytest.fixture
def mistaken():
    """Our small edition with a mistake in every part."""
    data = yaml.safe_load(small("edition.yaml"))
    first, second, third = data["criteria"]
    data |= {"odd": 1, "version": 1.0, "effective_from": "soon"}
    data["level_structure"][1]["obligation"] = "shall"
    first |= {"title": "x" * 300, "translations": {"fr": {"odd": "x"}}}
    del second["statement"]
    third["level"] = "Z"
    return yaml.safe_dump(data, sort_keys=False)


def test_a_file_that_is_brought_in_is_told_all_its_mistakes_at_once(mistaken):
    with pytest.raises(Refused) as refused:
        read(mistaken.encode(), "yaml")
    assert set(refused.value.reasons) == MISTAKES


def test_a_folder_is_told_all_mistakes_of_all_files_at_once(mistaken, tmp_path, at, db):
    """What points at the broken edition is not told as a mistake of its own."""
    make.fact("free", "bool")
    rule = "{id: %s, when: {fact: %s, op: is_true}, then: {standard: %s, effect: expected}, why: w}"
    rules = [rule % ("R1", "free", "example-own-1"), rule % ("R2", "gone", "no-such")]
    (tmp_path / "edition.yaml").write_text(mistaken)
    (tmp_path / "not.yaml").write_text("a: [")
    (tmp_path / "rules.yaml").write_text(f"rules: [{', '.join(rules)}, {{id: R3}}]")
    with pytest.raises(BrokenContent) as broken:
        load(tmp_path, at=at)
    told = {str(problem) for problem in broken.value.problems}
    assert {f"edition.yaml: example-own-1: {mistake}" for mistake in MISTAKES} <= told
    assert {each.partition(":")[0] for each in told} == {"edition.yaml", "not.yaml", "rules.yaml"}
    assert {each for each in told if each.startswith("rules.yaml")} == {
        "rules.yaml: R2: there is no fact gone",
        "rules.yaml: R2: there is no edition no-such",
        *(f"rules.yaml: R3: `{name}` is missing" for name in ("when", "then", "why")),
    }
    assert not LogEntry.objects.exists()


def limits():
    """Each text whose length the field of a row says."""
    for record in (LevelRecord, CriterionRecord, *RECORDS.values()):
        for name, field in record.model_fields.items():
            column = next((m for m in field.metadata if isinstance(m, Column)), None)
            if column and column.longest and not column.model._meta.get_field(column.name).choices:
                yield pytest.param(
                    record, field.alias or name, column, id=f"{record.__name__} {name}"
                )


@pytest.mark.parametrize(("record", "name", "column"), list(limits()))
def test_a_text_is_as_long_as_its_row_takes(record, name, column):
    for more, refused in ((0, False), (1, True)):
        data = {name: "x" * (column.longest + more)}
        with pytest.raises(ValidationError) as error:
            record.model_validate({**data, "odd": 1})
        words = f"`{name}` has {column.longest + 1} characters, at most {column.longest}"
        assert (words in wrongs(error.value, data)) is refused


@pytest.mark.parametrize("given", [{}, {"title": "  "}, {"ref": "a b"}, {"domain": "magic"}])
def test_a_criterion_is_refused(given):
    data = {**CRITERION, **given} if given else {}
    with pytest.raises(ValidationError):
        CriterionRecord.model_validate(data)
    assert CriterionRecord.model_validate(CRITERION).data == CRITERION


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fra": {}}, "`translations.fra` should be a language of two letters"),
        ({"fr": {"title": 1}}, "`translations.fr.title` is 1 and should be text; put it in quotes"),
        ({"fr": "Titre"}, "`translations.fr` is 'Titre' and should be a mapping"),
        ({"fr": {"ref": "1"}}, "`translations.fr.ref` is not a text that is translated"),
    ],
)
def test_a_translation_is_refused_with_its_language(given, told):
    data = {**CRITERION, "translations": given}
    with pytest.raises(ValidationError) as error:
        CriterionRecord.model_validate(data)
    assert wrongs(error.value, data) == [told]


@pytest.mark.parametrize(
    ("kind", "model"), [("rule", Rule), ("need", Need), ("profile", Profile), ("mapping", Mapping)]
)
def test_rows_give_back_what_the_files_said(kind, model, catalogue):
    named = {each.record.data["id"]: each.record for each in content().of(kind).values()
             if kind != "mapping"}  # fmt: skip
    for row in model.objects.all():
        back = RECORDS[kind].of(row, status=row.status)
        if kind != "mapping":
            assert back == named[row.key]
        assert RECORDS[kind].model_validate(back.data) == back


def test_an_edition_gives_back_what_its_file_said(catalogue):
    row = content().of("edition")["wcag-2.2"].record
    back = EditionRecord.of(Edition.objects.get(key="wcag-2.2"))
    assert back.words_digest == row.words_digest
    assert (back.levels, back.items, back.groups) == (row.levels, row.items, row.groups)
