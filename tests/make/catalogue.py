"""Editions, rules, profiles, needs; and the whole of the portal's own content."""

import itertools
from functools import cache

from django.db.models import Max

from certcentre.log.models import record
from standards.catalogue.content import CONTENT, collect
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import Fact
from standards.catalogue.imports import Import
from standards.catalogue.loading import write
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.publishing import publish
from standards.catalogue.rules import Rule
from standards.catalogue.schema import EditionRecord
from standards.catalogue.standards import Standard
from tests.catalogue.files import small
from tests.make.again import again
from tests.make.moment import AT

count = itertools.count(1)
LEVELS = (("A", "must", True), ("AA", "must", True), ("AAA", "may", True))
CRITERIA = (("1.1", "A"), ("1.2", "A"), ("1.3", "AA"), ("1.4", "AAA"))


def next_slot():
    """The first slot that nobody has."""
    last = Criterion.objects.aggregate(last=Max("slot"))["last"]
    return 0 if last is None else last + 1


def logged_editions():
    """Give every published edition its digest and its entry in the log: builders give none."""
    for edition in Edition.objects.published():
        words = EditionRecord.of(edition).words_digest
        Edition.objects.filter(pk=edition.pk).update(words_digest=words)
        detail = {"words": words}
        record(edition, "edition.published", by=None, at=AT, to_state="published", detail=detail)


@again
def edition(
    key=None, *, levels=LEVELS, criteria=CRITERIA, domain="accessibility", published=True, **fields
):
    """A published edition. Levels are (key, obligation, cumulative), low to high; criteria are
    (ref, level) or (ref, level, {field: value})."""
    key = key or f"ex-{next(count)}"
    family = fields.pop("standard", None)
    words = {
        "name": f"Example Standard {key}",
        "issuing_body": "Example Body",
        "version": "1",
        "reference": key.upper(),
        "published_text": "2026",
        "seed_category": "ethical",
        "jurisdictions": ["global"],
        "text_licence": "Example",
        "may_quote_text": "yes",
        "catalogue_licence": "CC-BY-4.0",
        **fields,
    }
    family = family or Standard.objects.create(
        key=f"{key}-family".replace(".", "-"), name=words["name"], issuing_body="Example Body"
    )
    made = Edition.objects.create(key=key, standard=family, domain=domain, **words)
    by_key = {
        level.key: level
        for level in Level.objects.bulk_create(
            Level(
                edition=made,
                key=name,
                label=f"Level {name}",
                obligation=obligation,
                cumulative=cumulative,
                position=position,
            )
            for position, (name, obligation, cumulative) in enumerate(levels)
        )
    }
    Criterion.objects.bulk_create(
        Criterion(
            edition=made,
            level=by_key[level],
            ref=ref,
            key=f"{key}:{ref}",
            position=position,
            **{
                "title": f"Title of {ref}",
                "statement": f"The product does what {ref} asks.",
                "evidence_hint": f"A screenshot for {ref}",
                "domain": domain,
                "group": "First group",
                **(more[0] if more else {}),
            },
        )
        for position, (ref, level, *more) in enumerate(criteria)
    )
    made.words_digest = EditionRecord.of(made).words_digest
    made.save(update_fields=["words_digest"])
    if published:
        publish([made], by=None, at=AT)
    return made


@again
def successor(edition, key=None, **fields):
    """An edition that follows another: 1.1 unchanged, 1.2 reworded, 1.3 gone, 1.5 new."""
    said = {"statement": "The product does everything that 1.2 asks."}
    criteria = (("1.1", "A"), ("1.2", "A", said), ("1.4", "AAA"), ("1.5", "A"))
    fields = {"standard": edition.standard, "supersedes": edition, "criteria": criteria, **fields}
    return globals()["edition"](key or f"{edition.key}-next", version="2", **fields)


@again
def fact(key, type="multi", values=("none", "web", "android"), **fields):
    """A fact; the value `none` stands alone."""
    listed = [
        {"id": v, "label": v.title(), **({"alone": True} if v == "none" else {})} for v in values
    ]
    return Fact.objects.create(
        key=key,
        type=type,
        values=listed if type in ("single", "multi") else [],
        **{"group": "product", "ask": f"Which {key}?", "position": next(count) % 30_000, **fields},
    )


@again
def rule(edition, effect="expected", *, when=None, refs=(), level=None, key=None, **fields):
    """A published rule; without `when` it fires for everything offered on the web."""
    law = effect == "mandatory_by_law"
    made = Rule.objects.create(
        key=key or f"X{next(count)}",
        edition=edition,
        effect=effect,
        when=when or {"fact": "delivery", "op": "any_of", "value": ["web"]},
        refs=list(refs),
        level=edition.levels.get(key=level) if level else None,
        **{
            "why": "An example reason.",
            "legal_basis": "Example Act s.1" if law else "",
            "human_confirmation": law,
            **fields,
        },
    )
    made.publish(by=None, at=AT)
    return made


@again
def profile(key="example", **contents):
    """A published profile: `criteria=[keys]`, `editions=[{"edition", "level"}]`, `laws`, …"""
    made = Profile.objects.create(
        key=key, label=f"Profile {key}", purpose="An example", contents=contents, least={"": 1}
    )
    made.publish(by=None, at=AT)
    return made


@again
def need(key="example_need", *, required, **evidence):
    """A published learner need that rests on the criteria `required`."""
    empty = {"required_any": [], "supporting": [], "barriers_if_not_met": []}
    made = Need.objects.create(
        key=key,
        group="seeing",
        label=f"Need {key}",
        means="An example need.",
        learners="use an example",
        evidence={"required_all": required, **empty, "tested_with_people": [], **evidence},
        position=next(count) % 30_000,
    )
    made.publish(by=None, at=AT)
    return made


@again
def mapping(source, target, relation="equal"):
    """A proposed mapping between two criteria."""
    return Mapping.objects.create(source=source, target=target, relation=relation, origin="example")


def reviewed(edition):
    """A mapping, rule, profile and need at each state, by (kind, state)."""
    found = {}
    first = edition.criteria.order_by("position").first()
    for state in ("proposed", "published"):
        other = globals()["edition"](f"mapped-{state}").criteria.first()
        one = mapping(first, other)
        found["mappings", state] = one
        found["rules", state] = rule(edition, key=f"X-{state}")
        found["profiles", state] = profile(f"p-{state}", criteria=[first.key])
        found["needs", state] = need(f"n_{state}", required=[first.key])
        if state == "published":
            one.publish(by=None, at=AT)
    for kind in ("rules", "profiles", "needs"):
        made = found[kind, "proposed"]
        type(made).objects.filter(pk=made.pk).update(status="proposed")
        record(made, f"{made._meta.model_name}.proposed", by=None, at=AT, to_state="proposed")
        made.refresh_from_db()
    return found


@cache
def content():
    """The portal's own content, read once per test process."""
    return collect(CONTENT)


@again
def catalogue():
    """Everything that `load_standards` loads, unless it is there already."""
    if not Edition.objects.filter(key="wcag-2.2").exists():
        write(content(), at=AT)


def imported(officer, name="edition.yaml", *, at=AT):
    """A file that an officer brought in and looked at; nothing is loaded yet."""
    return Import.preview(small(name), format="auto", file=name, asked={}, by=officer, at=at)
