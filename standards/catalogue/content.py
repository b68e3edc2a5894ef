"""All records of a content folder, sorted by kind, each of the shape that schema.py says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from standards.catalogue.files.parsing import NotYaml, load_yaml
from standards.catalogue.records import Data, wrongs
from standards.catalogue.schema import RECORDS, TextsRecord
from standards.catalogue.translations import HUMAN, digest

CONTENT = Path(__file__).parent / "content"

# A file with `criteria` is an edition; any other file holds these lists.
LISTS = {
    "facts": "fact",
    "rules": "rule",
    "needs": "need",
    "profiles": "profile",
    "mappings": "mapping",
    "editions": "related",
    "schemes": "scheme",
}
MAPS = {"country_groups"}
PROSE = {  # read by people and by assurance.py, never stored
    "data_domains",
    "answers",
    "assurance_levels",
    "downgrade_events",
    "visibility_tiers",
    "reuse_rules",
}
LARGEST = 2 * 1024 * 1024  # bytes; our largest file has 0.1 MB
MOST_FILES = 500


@dataclass(frozen=True)
class Problem:
    """Why a file cannot be loaded: which file, which record in it, and the reason."""

    file: str
    record: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.record, self.reason) if part)


class BrokenContent(Exception):
    """Content that cannot be loaded; nothing was. `problems` name file, record and reason."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Placed:
    """One record of the schema, and the file it stands in."""

    file: str
    record: Any


@dataclass
class Content:
    """What a folder holds, by kind and then by key."""

    records: dict[str, dict[str, Placed]] = field(default_factory=dict)
    groups: dict[str, Placed] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=dict)  # names of those left out, by kind
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Placed]:
        return self.records.setdefault(kind, {})

    def add(self, kind: str, file: str, data: Data) -> None:
        """Take a record in if it has its shape and its key is not taken."""
        name, reasons = key_of(kind, data), []
        try:
            record = RECORDS[kind].model_validate(data)
        except ValidationError as error:
            reasons = wrongs(error, data)
        if kind == "edition":
            reasons += loose_ends(data)
        if name in self.of(kind):
            reasons.append(f"stands here and in {self.of(kind)[name].file}")
        self.refuse(file, name, reasons)
        if reasons:
            self.broken.setdefault(kind, set()).add(name)
        else:
            self.of(kind)[name] = Placed(file, record)

    def refuse(self, file: str, name: str, reasons: Iterable[str]) -> None:
        self.problems.extend(Problem(file, name, reason) for reason in reasons)


def loose_ends(edition: Data) -> Iterator[str]:
    """What does not hang together in an edition, told also where other things are wrong."""
    levels, criteria = members(edition, "level_structure"), members(edition, "criteria")
    for part, keys in (
        ("level", Counter(str(level.get("id")) for level in levels)),
        ("criterion", Counter(str(each.get("ref")) for each in criteria)),
    ):
        yield from (f"{part} {key} stands here twice" for key in keys if keys[key] > 1)
    own = [level.get("id") for level in levels]
    for each in criteria:
        if each.get("level") not in own:
            yield f"criterion {each.get('ref')}: there is no level {each.get('level')}"


def members(edition: Data, name: str) -> list[Data]:
    found = edition.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def key_of(kind: str, data: Data) -> str:
    """The name a record is known by, also when it is broken."""
    if kind == "mapping":
        return " – ".join(sorted((str(data.get("source")), str(data.get("target")))))
    if kind == "related":
        return f"{data.get('source')} {data.get('target')}"
    return str(data.get("id", "?"))


def collect(folder: Path) -> Content:
    """Every record of the folder's files. Shapes are checked here, references in checking.py."""
    content = Content()
    spoken = translated(folder, content)
    for path in files(folder):
        try:
            found = read(path)
        except BrokenContent as broken:
            content.problems += broken.problems
            continue
        if "criteria" in found:
            for language, texts in spoken.pop(str(found.get("id")), {}).items():
                content.refuse(texts.file, texts.record.edition, say(found, language, texts.record))
            content.add("edition", path.name, found)
            continue
        for name, part in found.items():
            _take(content, path.name, name, part)
    for key, languages in spoken.items():
        for texts in languages.values():
            content.refuse(texts.file, key, ["is no edition of this folder"])
    return content


def translated(folder: Path, content: Content) -> dict[str, dict[str, Placed]]:
    """What stands in folders of languages (`fr/common-duties.yaml`), by edition and language."""
    spoken: dict[str, dict[str, Placed]] = {}
    for path in sorted(folder.glob("[a-z][a-z]/*.yaml")):
        language, file = path.parent.name, f"{path.parent.name}/{path.name}"
        try:
            words = read(path)
            record = TextsRecord.model_validate(words)
        except BrokenContent as broken:
            content.problems += broken.problems
        except ValidationError as error:
            content.refuse(file, str(words.get("edition", "?")), wrongs(error, words))
        else:
            if language in spoken.setdefault(record.edition, {}):
                content.refuse(file, record.edition, [f"has its texts in {language} elsewhere too"])
            spoken[record.edition][language] = Placed(file, record)
    return spoken


SOURCES = ("title", "statement", "evidence_hint")  # what `of` is the digest of


def say(edition: Data, language: str, words: TextsRecord) -> Iterator[str]:
    """Give an edition of a file its texts in a language; yields what belongs to nothing in it."""
    give(edition, language, words.texts, words.made_by)
    criteria = {str(each.get("ref")): each for each in members(edition, "criteria")}
    for ref, texts in words.criteria.items():
        if ref not in criteria:
            yield f"there is no criterion {ref}"
            continue
        own, of = criteria[ref], texts.pop("of", "")
        if heading := words.groups.get(str(own.get("group"))):
            texts["group"] = heading
        give(own, language, texts, words.made_by, is_current=of == source_print(own))


def source_print(criterion: Data) -> str:
    return digest("\n".join(str(criterion.get(name, "")) for name in SOURCES))


def give(
    row: Data, language: str, texts: dict[str, str], who: str, *, is_current: bool = True
) -> None:
    """Put texts beside those that a record has, and who made them from what."""
    if texts and isinstance(row.setdefault("translations", {}), dict):
        row["translations"][language] = {**row["translations"].get(language, {}), **texts}
        if not is_current or who != HUMAN:  # what a person made of these words needs no mark
            row.setdefault("made", {})[language] = {
                name: [who, digest(str(row.get(name, ""))) if is_current else ""] for name in texts
            }


def _take(content: Content, file: str, name: str, part: object) -> None:
    if name in LISTS and isinstance(part, list):
        for data in part:
            if isinstance(data, dict):
                content.add(LISTS[name], file, data)
            else:
                content.refuse(file, name, [f"{data!r:.60} is not a record"])
    elif name in MAPS and isinstance(part, dict):
        for key, members in part.items():
            content.groups[key] = Placed(file, members)
    elif name not in PROSE:
        content.refuse(file, name, ["is not a known part of a content file, or not a list"])


def read(path: Path) -> dict[str, Any]:
    """The mapping in one file. BrokenContent if it is too large, not YAML, or not plain."""
    try:
        if path.stat().st_size > LARGEST:
            raise BrokenContent(Problem(path.name, "", f"is larger than {LARGEST} bytes"))
        text = path.read_text(encoding="utf-8")
        found = load_yaml(text)
    except NotYaml as error:
        line = f"line {error.line}" if error.line else ""
        raise BrokenContent(Problem(path.name, line, error.problem)) from error
    except (OSError, ValueError) as error:
        raise BrokenContent(Problem(path.name, "", f"cannot be read: {error}")) from error
    if not isinstance(found, dict):
        raise BrokenContent(Problem(path.name, "", "does not hold a mapping at its top"))
    return found


def files(folder: Path) -> list[Path]:
    """The YAML files of a folder, in the order of their names."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise BrokenContent(Problem(str(folder), "", "holds no .yaml file"))
    if len(paths) > MOST_FILES:
        raise BrokenContent(Problem(str(folder), "", f"holds more than {MOST_FILES} files"))
    return paths
