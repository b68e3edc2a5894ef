"""OSCAL's prose: the tree of parts joined to text, and parameters put into words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from standards.catalogue.files.parsing import listing, words

INSERT = re.compile(r"\{\{\s*(?:insert:\s*)?param(?:eter)?,\s*([^\s}]+)\s*\}\}")
LINK = re.compile(r"\[([^\[\]]+)\]\(#[^()\s]*\)")  # to another control, or to the back matter
MOST_NESTED = 6  # a parameter may stand in another's choice


class Params:
    """The parameters of a catalogue, each said in words; names of those that are not there."""

    def __init__(self) -> None:
        self.known: dict[str, Mapping[str, Any]] = {}
        self.missing: dict[str, None] = {}
        self.used = 0
        self.links = 0

    def take(self, params: object) -> None:
        for param in listing(params, "params"):
            if isinstance(param, dict):
                self.known[words(param.get("id"))] = param

    def rendered(self, prose: str, depth: int = 0) -> str:
        """The prose with each inserted parameter as “[Assignment: …]” or “[Selection: …]”."""

        def say(found: re.Match[str]) -> str:
            self.used += depth == 0
            return self.said(found.group(1), depth)

        text = INSERT.sub(say, prose)
        while LINK.search(text):
            text, links = LINK.subn(r"\1", text)
            self.links += links
        return text

    def said(self, name: str, depth: int) -> str:
        param = self.known.get(name)
        if param is None:
            self.missing[name] = None
            return f"[Assignment: {name}]"
        select = param.get("select")
        if isinstance(select, dict) and depth < MOST_NESTED:
            many = " (one or more)" if select.get("how-many") == "one-or-more" else ""
            choices = [
                self.rendered(words(c), depth + 1) for c in listing(select.get("choice"), name)
            ]
            return f"[Selection{many}: {'; '.join(choices)}]"
        values = [words(value) for value in listing(param.get("values"), name)]
        return f"[Assignment: {', '.join(values) or words(param.get('label')) or name}]"


def prop(owner: Mapping[str, Any], name: str, ns: str | None = None) -> str:
    """The value of a property; without a namespace the plainest (no class) is taken first."""
    found = list(props(owner, name, ns))
    plain = [each for each in found if not each.get("class")]
    return words((plain or found or [{}])[0].get("value"))


def props(
    owner: Mapping[str, Any], name: str, ns: str | None = None
) -> Iterator[Mapping[str, Any]]:
    for each in listing(owner.get("props"), "props"):
        if isinstance(each, dict) and each.get("name") == name and each.get("ns") == ns:
            yield each


def joined(part: Mapping[str, Any], params: Params) -> str:
    """A part and the parts in it, a line each, with the labels they carry."""
    return "\n".join(lines(part, params)).strip()


def lines(part: Mapping[str, Any], params: Params) -> Iterator[str]:
    prose = params.rendered(words(part.get("prose")))
    label = prop(part, "label") if part.get("name") == "item" else ""
    head = " ".join(each for each in (label, words(part.get("title")), prose) if each)
    if head:
        yield head
    for inner in listing(part.get("parts"), "parts"):
        if isinstance(inner, dict):
            yield from lines(inner, params)


def flat(text: str) -> str:
    """Text on one line: what a property's value may hold."""
    return " ".join(text.split())
