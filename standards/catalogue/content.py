"""All records of a content folder, sorted by kind, each of the shape that schema.py says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from standards.catalogue.files.parsing import NotYaml, load_yaml
from standards.catalogue.records import Data, wrongs
from standards.catalogue.schema import RECORDS

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
    for path in files(folder):
        try:
            found = read(path)
        except BrokenContent as broken:
            content.problems += broken.problems
            continue
        if "criteria" in found:
            content.add("edition", path.name, found)
            continue
        for name, part in found.items():
            _take(content, path.name, name, part)
    return content


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
