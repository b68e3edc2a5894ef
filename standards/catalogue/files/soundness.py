"""Whether a document hangs together, whatever format it came from; and what had to be cut."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss
from standards.catalogue.files.refs import duplicates, shorten
from standards.catalogue.files.shape import Document, Group

MOST = {"name": 250, "version": 200, "issuing_body": 250, "reference": 250, "published": 200,
        "may_quote_text": 250, "catalogue_licence": 40, "key": 80, "standard": 60}  # fmt: skip
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
        if item.group and item.group not in groups:
            yield (
                gettext("%(ref)s stands in the group %(group)s, which is not there.")
                % {"ref": item.ref, "group": item.group}
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
            sound |= path.keys()


def fitted(said: Document) -> list[Loss]:
    """Cut what is longer than its field, in place; each cut is told."""
    cut = []
    for name, most in MOST.items():
        if len(getattr(said, name)) > most:
            setattr(said, name, shorten(getattr(said, name), most))
            cut.append(name)
    for group in said.groups:
        if len(group.title) > 200:
            group.title = shorten(group.title, 200)
            cut.append(f"title of {group.key[:30]}")
    for item in said.items:
        if len(item.title) > 250:
            item.title = shorten(item.title, 250)
            cut.append(f"title of {item.ref}")
    for level in said.levels:
        if len(level.label) > 250:
            level.label = shorten(level.label, 250)
            cut.append(f"label of {level.key}")
    return [Loss(gettext("Ends of long texts"), gettext("cut to fit"), tuple(cut))] if cut else []


def in_order(groups: list[Group]) -> list[Group]:
    """Each group after the one it stands in, and before that one's next: as a reader meets them."""
    inside: dict[str, list[Group]] = {}
    for group in groups:
        inside.setdefault(group.parent, []).append(group)
    found: list[Group] = []
    waiting = inside.get("", [])[::-1]
    while waiting:
        group = waiting.pop()
        found.append(group)
        waiting += inside.get(group.key, [])[::-1]
    return found if len(found) == len(groups) else groups  # circles are told elsewhere
