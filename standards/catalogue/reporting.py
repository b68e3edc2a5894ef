"""What an import or export says of itself, as lines: for the command and for a file."""

from collections.abc import Iterable, Iterator
from typing import Any

from standards.catalogue.files.shape import Loss

MOST_NAMED = 12


def told(report: dict[str, Any], *, all_named: bool = False) -> Iterator[str]:
    """The counts, the differences and the losses of an import."""
    yield f"{report['name']} → {report['key']}"
    yield ", ".join(f"{count} {name}" for name, count in report["counts"].items() if count)
    if report["of"]:
        yield f"criteria of {report['of']}"
    if report["before"]:
        yield f"compared with {report['before']} ({report['before_status']})"
    differences = report["differences"]
    for name in ("new", "removed"):
        if differences[name]:
            yield f"{name} {len(differences[name])}: {named(differences[name], all_named)}"
    if changed := differences["changed"]:
        details = [f"{ref} ({', '.join(fields)})" for ref, fields in changed.items()]
        yield f"changed {len(changed)}: {named(details, all_named)}"
    if differences["about"]:
        yield f"changed of the edition: {', '.join(differences['about'])}"
    if differences["same"]:
        yield f"unchanged {differences['same']}"
    losses = [
        Loss(each["what"], each["why"], tuple(each["where"]), each["made"])
        for each in report["losses"]
    ]
    yield from lost(losses, all_named=all_named)


def lost(losses: Iterable[Loss], *, all_named: bool = False) -> Iterator[str]:
    """What was lost, then what was made up."""
    for each in sorted(losses, key=lambda one: one.made):
        verb = "made up" if each.made else "lost"
        where = f" ({len(each.where)}: {named(each.where, all_named)})" if each.where else ""
        yield f"{verb}: {each.what}{where}: {each.why}"


def named(names: Iterable[str], all_named: bool) -> str:
    found = list(names)
    shown = found if all_named else found[:MOST_NAMED]
    return ", ".join(shown) + (" …" if len(found) > len(shown) else "")
