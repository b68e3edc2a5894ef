"""From bytes to plain values, under limits of size, depth and number: nothing is built before."""

import json
from collections.abc import Hashable, Iterator
from typing import Any

import yaml
from django.utils.translation import gettext

from certcentre.tables.encodings import decoded as text_of
from certcentre.tables.reading import TEXT, kind_of
from certcentre.tables.rows import LARGEST, Foreign, Unreadable, too_large
from standards.catalogue.files.losses import Refused

MOST_VALUES = 2_000_000
DEEPEST = 30  # ours go 5 deep


def decoded(data: bytes) -> str:
    """The text of a file that is not a table, in UTF-8 or in UTF-16. Refused with what it is."""
    try:
        if len(data) > LARGEST:
            raise too_large(len(data), LARGEST)
        if (kind := kind_of(data)) != TEXT:
            raise Foreign(kind.upper())
        return text_of(data, guessing=False)[0]
    except Unreadable as error:
        raise Refused(*error.reasons) from error


def from_json(text: str, *, most: int = MOST_VALUES) -> Any:
    """The values of a JSON text, at most so many. Refused when it is broken, too deep, or names a
    key twice."""
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except RecursionError as error:
        raise Refused(too_deep()) from error
    except json.JSONDecodeError as error:
        raise Refused(
            gettext("Line %(lineno)s is not JSON: %(msg)s.")
            % {"lineno": error.lineno, "msg": error.msg}
        ) from error
    except ValueError as error:  # numbers of thousands of digits
        raise Refused(
            gettext("The JSON holds a number that is too long: %(error)s.") % {"error": error}
        ) from error
    measure(found, most)
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(
            gettext("The key “%(twice)s” stands twice in one object; the second would win.")
            % {"twice": twice}
        )
    return found


def no_number(name: str) -> Any:
    raise Refused(gettext("%(name)s is not a number of JSON.") % {"name": name})


def measure(found: object, most: int) -> None:
    """Refused when values nest too deeply, or are too many."""
    depth, total, layer = 0, 0, [found]
    while layer:
        depth += 1
        total += len(layer)
        if depth > DEEPEST:
            raise Refused(too_deep())
        if total > most:
            words = gettext("The file holds more than %(most)s values, and so many are not read.")
            raise Refused(words % {"most": f"{most:,}"})
        layer = [inner for outer in layer for inner in inside(outer)]


def inside(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def too_deep() -> str:
    words = gettext("The file is nested more than %(levels)d levels deep, and is not read.")
    return words % {"levels": DEEPEST}


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, which would let the second of two equal keys win without a word."""

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Hashable, Any]:
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
    def broken(node: yaml.Node, reason: str) -> yaml.constructor.ConstructorError:
        return yaml.constructor.ConstructorError(None, None, reason, node.start_mark)


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


class NotYaml(ValueError):
    """A text that is no YAML, or none that we read: on which line, and why."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem, self.line = problem, line


def load_yaml(text: str, loader: type[Any] = Loader) -> Any:
    """What a text holds. NotYaml when it is broken, too deep, or uses aliases."""
    try:
        refuse_bombs(text)
        return yaml.load(text, Loader=loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise NotYaml(str(error.problem), line) from error
    except (ValueError, yaml.YAMLError) as error:
        raise NotYaml(str(error)) from error


class PlainLoader(Loader):
    """Takes numbers and dates for the text that they are written as: 5.10 is a ref, not 5.1."""


KEPT = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}
PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag in KEPT]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}


def from_yaml(text: str, loader: type[Any] = PlainLoader) -> Any:
    """The values of a YAML text. Refused when it is not one that we read."""
    try:
        return load_yaml(text, loader)
    except NotYaml as error:
        words = gettext("The file is not YAML that we read: %(problem)s.")
        if error.line:
            words = gettext("Line %(line)s is not YAML that we read: %(problem)s.")
        raise Refused(words % {"line": error.line, "problem": error.problem}) from error


def mapping(value: object, where: str) -> dict[str, Any]:
    """An object where one must stand."""
    if not isinstance(value, dict):
        raise Refused(
            gettext("%(where)s should be an object, and is %(kind)s.")
            % {"where": where, "kind": kind(value)}
        )
    return value


def listing(value: object, where: str) -> list[Any]:
    """A list where one may stand; nothing where there is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused(
            gettext("%(where)s should be a list, and is %(kind)s.")
            % {"where": where, "kind": kind(value)}
        )
    return value


def words(value: object) -> str:
    """A text where one may stand: numbers as they are written, nothing for nothing."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return str(value).strip()


def kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return next((name for type_, name in names.items() if isinstance(value, type_)), "a number")
