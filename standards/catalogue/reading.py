"""Reading content files: safe YAML under a size limit, no key twice, no aliases."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST = 2 * 1024 * 1024  # bytes; our largest file has 0.1 MB
MOST_FILES = 500
DEEPEST = 30  # ours go 5 deep


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
class Record:
    """One entry of a content file, and the file it stands in."""

    file: str
    data: dict[str, Any]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, which would let the second of two equal keys win without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise self.broken(key_node, f"the key {key!r} is not text")
            if key in seen:
                raise self.broken(key_node, f"the key {key!r} stands here twice")
            seen.add(key)
        return super().construct_mapping(node, deep)

    @staticmethod
    def broken(node: Any, reason: str) -> yaml.constructor.ConstructorError:
        return yaml.constructor.ConstructorError(None, None, reason, node.start_mark)


def read(path: Path) -> dict[str, Any]:
    """The mapping in one file. BrokenContent if it is too large, not YAML, or not plain."""
    try:
        if path.stat().st_size > LARGEST:
            raise BrokenContent(Problem(path.name, "", f"is larger than {LARGEST} bytes"))
        text = path.read_text(encoding="utf-8")
        refuse_bombs(text)
        found = yaml.load(text, Loader=Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise BrokenContent(Problem(path.name, f"line {line}", str(error.problem))) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BrokenContent(Problem(path.name, "", f"cannot be read: {error}")) from error
    if not isinstance(found, dict):
        raise BrokenContent(Problem(path.name, "", "does not hold a mapping at its top"))
    return found


def parse(text: str) -> Any:
    """What a text holds, read as carefully as a file. ValueError says what is wrong with it."""
    if len(text.encode()) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST} bytes")
    try:
        refuse_bombs(text)
        return yaml.load(text, Loader=Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ValueError(f"line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def refuse_bombs(text: str) -> None:
    """Deep nesting overflows the parser's stack, and aliases (`*name`) make small files endless.

    The events are read one by one, so nothing is built before this has passed.
    """
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it uses aliases (*name); write the part out instead")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")


def files(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each YAML file of a folder by its name, in order."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise BrokenContent(Problem(str(folder), "", "holds no .yaml file"))
    if len(paths) > MOST_FILES:
        raise BrokenContent(Problem(str(folder), "", f"holds more than {MOST_FILES} files"))
    for path in paths:
        yield path.name, read(path)
