"""OSCAL profiles: a selection of the controls of a catalog, by their ids; not a standard."""

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from standards.catalogue.files.losses import Loss, Pick, Read, Refused, Selection
from standards.catalogue.files.parsing import from_json, from_yaml, listing, mapping, words

LEFT = {
    "modify": gettext_noop(
        "a profile here only selects; changed parameters and added parts are left out"
    ),
    "merge": gettext_noop("the order of the edition is kept, whatever the profile says of merging"),
}


def read(data: str, name: str = "") -> Read:
    """What a profile selects. Patterns and children are worked out against an edition later."""
    top = from_json(data) if data.lstrip()[:1] == "{" else from_yaml(data)
    profile = mapping(mapping(top, "The file").get("profile"), "`profile`")
    meta = mapping(profile.get("metadata"), "`metadata`")
    imports = [mapping(each, "An import") for each in listing(profile.get("imports"), "imports")]
    if not imports:
        raise Refused(gettext("The profile imports nothing, so it selects nothing."))
    if len(imports) > 1:
        raise Refused(
            gettext(
                "The profile imports %(number)s catalogs. Give each its own profile "
                "file: a selection here is of one edition."
            )
            % {"number": len(imports)}
        )
    selection = Selection(
        name=words(meta.get("title")),
        version=words(meta.get("version")),
        source=source(profile, words(imports[0].get("href"))),
        include=list(rules(imports[0], "include")),
        exclude=list(rules(imports[0], "exclude")),
    )
    if "include-all" not in imports[0] and not selection.include:
        selection.include = [Pick(matching="*")]  # OSCAL: without a word, all
    elif "include-all" in imports[0]:
        selection.include.append(Pick(matching="*"))
    losses = [Loss(f"`{part}`", gettext(why)) for part, why in LEFT.items() if profile.get(part)]
    return Read(selection=selection, losses=losses)


def rules(given: Mapping[str, Any], verb: str) -> Iterator[Pick]:
    for each in listing(given.get(f"{verb}-controls"), f"{verb}-controls"):
        each = mapping(each, f"An entry of `{verb}-controls`")
        children = each.get("with-child-controls") in ("yes", True)
        for name in listing(each.get("with-ids"), "with-ids"):
            yield Pick(id=words(name), children=children)
        for pattern in listing(each.get("matching"), "matching"):
            found = words(mapping(pattern, "A pattern").get("pattern"))
            yield Pick(matching=found, children=children)


def source(profile: Mapping[str, Any], href: str) -> str:
    """What the import points at, as a reader would name it."""
    resources = profile.get("back-matter") or {}
    for each in listing(mapping(resources, "`back-matter`").get("resources"), "resources"):
        if isinstance(each, dict) and href == f"#{each.get('uuid')}":
            return words(each.get("title")) or words(each.get("description")) or href
    return href


def chosen(selection: Selection, controls: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The ids that are selected, in the catalog's order, and those named that it lacks.

    `controls` gives each control's parent (empty for none), in the catalog's order.
    """
    missing = [p.id for p in selection.include if p.id and p.id not in controls]
    wanted = {name for name in controls if picked(name, selection.include, controls)}
    wanted -= {name for name in controls if picked(name, selection.exclude, controls)}
    return [name for name in controls if name in wanted], missing


def picked(name: str, picks: list[Pick], controls: Mapping[str, str]) -> bool:
    above = list(ancestors(name, controls))
    for pick in picks:
        for each in [name, *(above if pick.children else [])]:
            if each == pick.id or (pick.matching and fnmatch.fnmatchcase(each, pick.matching)):
                return True
    return False


def ancestors(name: str, controls: Mapping[str, str]) -> Iterator[str]:
    seen = {name}
    while (name := controls.get(name, "")) and name not in seen:
        seen.add(name)
        yield name
