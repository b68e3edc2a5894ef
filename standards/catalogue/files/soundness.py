"""Whether a document hangs together, whatever format it came from; and what had to be cut."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss
from standards.catalogue.files.refs import duplicates, shorten, slug
from standards.catalogue.records import Record
from standards.catalogue.schema import Document, EditionRecord, GroupRecord

CUT = ("name", "version", "issuing_body", "reference", "published", "may_quote_text",
       "catalogue_licence", "key", "standard")  # fmt: skip
MOST_ITEMS = 20_000
MOST_SHOWN = 40


def flaws(said: Document) -> list[str]:
    """Why it cannot be an edition, in sentences; nothing if it can."""
    found = list(all_flaws(said))
    more = len(found) - MOST_SHOWN
    return found[:MOST_SHOWN] + ([f"And {more} more."] if more > 0 else [])


def all_flaws(said: Document) -> Iterator[str]:
    if not said.name:
        yield gettext("The file does not name the standard.")
    if not said.items:
        yield gettext("The file holds no criterion.")
    if len(said.items) > MOST_ITEMS:
        yield (
            gettext("The file holds %(number)s criteria; at most %(most_items)s.")
            % {"number": len(said.items), "most_items": MOST_ITEMS}
        )
    refs = {item.ref: item.parent for item in said.items}
    groups = {group.key: group.parent for group in said.groups}
    levels = {level.key for level in said.levels}
    yield from (
        (gettext("The ref %(ref)s is given to two criteria.") % {"ref": ref})
        for ref in twice(i.ref for i in said.items)
    )
    named = (item.source_id for item in said.items if item.source_id)
    yield from (
        (gettext("The id %(name)s is given to two criteria.") % {"name": name})
        for name in twice(named)
    )
    yield from (
        (gettext("The group %(key)s stands twice.") % {"key": key})
        for key in twice(g.key for g in said.groups)
    )
    yield from (
        (gettext("The level %(key)s stands twice.") % {"key": key})
        for key in twice(lv.key for lv in said.levels)
    )
    for item in said.items:
        if item.part and item.part not in groups:
            yield (
                gettext("%(ref)s stands in the group %(group)s, which is not there.")
                % {"ref": item.ref, "group": item.part}
            )
        if item.parent and item.parent not in refs:
            yield (
                gettext("%(ref)s is part of %(parent)s, which is not there.")
                % {"ref": item.ref, "parent": item.parent}
            )
        if item.level not in levels:
            yield (
                gettext("%(ref)s has the level “%(level)s”, which is not there.")
                % {"ref": item.ref, "level": item.level}
            )
    for group in said.groups:
        if group.parent and group.parent not in groups:
            yield (
                gettext("The group %(key)s stands in %(parent)s, which is not there.")
                % {"key": group.key, "parent": group.parent}
            )
    yield from (
        (gettext("%(name)s is part of itself, by way of others.") % {"name": name})
        for name in circles(refs)
    )
    yield from (
        (gettext("The group %(name)s stands in itself.") % {"name": name})
        for name in circles(groups)
    )


def twice(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(duplicates(names)))


def circles(parents: Mapping[str, str]) -> Iterator[str]:
    """Those that are met again on the way up from them."""
    sound: set[str] = set()
    for name in parents:
        path: dict[str, None] = {}
        here = name
        while here in parents and here not in sound and here not in path:
            path[here] = None
            here = parents[here]
        if here in path and here == name:
            yield name
        elif here not in path:
            sound.update(path)  # `|=` would copy the set each time


def fitted(said: Document) -> list[Loss]:
    """Cut what is longer than its field, in place; each cut is told."""
    cut: list[str] = []
    for name in CUT:
        cut += shortened(said, name, name)
    for group in said.groups:
        cut += shortened(group, "title", f"title of {group.key[:30]}")
    for item in said.items:
        cut += shortened(item, "title", f"title of {item.ref}")
    for level in said.levels:
        cut += shortened(level, "label", f"label of {level.key}")
    return [Loss(gettext("Ends of long texts"), gettext("cut to fit"), tuple(cut))] if cut else []


def shortened(record: Record, name: str, told: str) -> list[str]:
    """Cut one text at what its field takes; how it is told, where it was cut."""
    text, most = getattr(record, name), type(record).most(name)
    if len(text) <= most:
        return []
    setattr(record, name, shorten(text, most))
    return [told]


def group_by_headings(edition: EditionRecord) -> None:
    """A group for each heading, where an edition has headings and no tree."""
    known: dict[str, str] = {}
    for item in [] if edition.groups else edition.items:
        heading = item.group
        if heading and heading not in known:
            key, number = slug(heading, 100) or "group", 1
            while key in known.values():
                number += 1
                key = f"{slug(heading, 96) or 'group'}-{number}"
            known[heading] = key
        item.part = known.get(heading, "")
    edition.groups += [GroupRecord.model_construct(key=k, title=t) for t, k in known.items()]


def in_order(groups: list[GroupRecord]) -> list[GroupRecord]:
    """Each group after the one it stands in, and before that one's next: as a reader meets them."""
    inside: dict[str, list[GroupRecord]] = {}
    for group in groups:
        inside.setdefault(group.parent, []).append(group)
    found: list[GroupRecord] = []
    waiting = inside.get("", [])[::-1]
    while waiting:
        group = waiting.pop()
        found.append(group)
        waiting += inside.get(group.key, [])[::-1]
    return found if len(found) == len(groups) else groups  # circles are told elsewhere
