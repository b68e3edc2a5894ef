"""A rule's condition in words, and as three plain lines where it is that simple. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.facts import Fact

MOST_LINES = 4
Line = tuple[str, str, list[str]]  # fact, operator, values


def in_words(node: object, facts: Mapping[str, Fact]) -> str:
    """The condition as a sentence part, in the reader's language."""
    if not isinstance(node, dict):
        return ""
    if "not" in node:
        return gettext("not (%(what)s)") % {"what": in_words(node["not"], facts)}
    for joint, word in (("all", gettext("and")), ("any", gettext("or"))):
        if joint in node:
            parts = [in_words(each, facts) for each in node[joint]]
            nested = [
                f"({part})" if isinstance(each, dict) and each.keys() & {"all", "any"} else part
                for each, part in zip(node[joint], parts, strict=True)
            ]
            return f" {word} ".join(nested)
    return leaf(node, facts)


def leaf(node: Mapping[str, Any], facts: Mapping[str, Fact]) -> str:
    fact = facts.get(node.get("fact", ""))
    ask = f"“{fact.text('ask')}”" if fact else str(node.get("fact", "?"))
    values = said(node.get("value", []), fact)
    words = {
        "any_of": gettext("%(ask)s names %(values)s"),
        "none_of": gettext("%(ask)s names none of %(values)s"),
        "not_only": gettext("%(ask)s names more than %(values)s"),
        "eq": gettext("%(ask)s is %(values)s"),
        "in": gettext("%(ask)s is %(values)s"),
        "is_true": gettext("%(ask)s is yes"),
        "is_false": gettext("%(ask)s is no"),
    }
    operator = node.get("op", "")
    return words.get(operator, "%(ask)s ? %(values)s") % {"ask": ask, "values": values}


def said(value: object, fact: Fact | None) -> str:
    """Values by their labels; a group by its name."""
    given = value if isinstance(value, list) else [value]
    shown = []
    for each in map(str, given):
        group = each.removeprefix("group:")
        shown.append(group if group != each or fact is None else fact.said([each]))
    return f" {gettext('or')} ".join(shown)


def as_lines(node: object) -> tuple[str, list[Line]] | None:
    """(joint, lines) where a condition is plain facts joined once; None where it is more."""
    if not isinstance(node, dict):
        return None
    joint = next((name for name in ("all", "any") if name in node), "all")
    parts = node.get(joint, [node])
    if len(parts) > MOST_LINES or not all(is_leaf(part) for part in parts):
        return None
    return joint, [(part["fact"], part["op"], values_of(part)) for part in parts]


def is_leaf(node: object) -> bool:
    return isinstance(node, dict) and "fact" in node and "op" in node


def values_of(node: Mapping[str, Any]) -> list[str]:
    value = node.get("value", [])
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def from_lines(joint: str, lines: list[Line], kinds: Mapping[str, str]) -> dict[str, Any]:
    """The condition that plain lines say. `kinds`: the type of each fact."""
    nodes: list[dict[str, Any]] = []
    for fact, operator, values in lines:
        node: dict[str, Any] = {"fact": fact, "op": operator}
        if kinds.get(fact) != "bool":
            single = operator == "eq" and len(values) == 1
            node["value"] = values[0] if single else values
        nodes.append(node)
    return nodes[0] if len(nodes) == 1 else {joint: nodes}
