"""Loading content: read and check everything, then write what differs, in one transaction."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from certcentre.log.models import LogEntry
from standards.catalogue import rows
from standards.catalogue.checking import Known, check
from standards.catalogue.content import CONTENT, Content, collect
from standards.catalogue.editions import Criterion, Edition, Level, Mapping, Review, Standard
from standards.catalogue.facts import CountryGroup, Fact, Rule
from standards.catalogue.profiles import Need, Profile, Scheme
from standards.catalogue.publishing import frozen_differences, publish
from standards.catalogue.reading import BrokenContent, Problem, Record
from standards.catalogue.writing import Writer


def load(folder: Path | None = None, *, at: datetime, by: Any = None) -> Writer:
    """Bring the catalogue to what the folder says; BrokenContent changes nothing.

    Loading twice changes nothing. Records that the folder does not name stay as they are.
    """
    return write(collect(folder or CONTENT), at=at, by=by)


def write(content: Content, *, at: datetime, by: Any = None, reason: str = "") -> Writer:
    """Check the content against itself and the database, and write what differs.

    What a person writes is a draft or a proposal, until a second one publishes it.
    """
    writer = Writer(by=by, at=at, reason=reason)
    with transaction.atomic():
        check(content, known())
        refuse_frozen(content.of("edition"))
        write_editions(content, writer)
        write_mappings(content, writer)
        writer.write(CountryGroup, plain(content.groups, rows.group))
        writer.write(Fact, plain(content.of("fact"), rows.fact, "translations", "position"))
        write_rules(content.of("rule"), writer)
        judged = ("translations", "position", "status")
        writer.write(Profile, plain(content.of("profile"), rows.profile, *judged))
        writer.write(Need, plain(content.of("need"), rows.need, *judged))
        writer.write(Scheme, plain(content.of("scheme"), rows.scheme))
        LogEntry.objects.bulk_create(writer.entries)
    return writer


def plain(records: dict[str, Record], row: Any, *also: str) -> dict[str, dict[str, Any]]:
    """Field values by key, for rows that refer to no other row."""
    wanted = {}
    for position, (key, record) in enumerate(records.items()):
        more = {
            "translations": record.data.get("translations", {}),
            "position": position,
            "status": record.data.get("status", Review.PUBLISHED),
        }
        wanted[key] = {"key": key, **row(record.data), **{name: more[name] for name in also}}
    return wanted


def known() -> Known:
    """What the database already holds that content may refer to."""
    return Known(
        editions=set(Edition.objects.values_list("key", flat=True)),
        levels={f"{e} {k}" for e, k in Level.objects.values_list("edition__key", "key")},
        criteria=set(Criterion.objects.values_list("key", flat=True)),
        facts={fact.key: (fact.type, fact.value_ids()) for fact in Fact.objects.all()},
        groups=dict(CountryGroup.objects.values_list("key", "members")),
        profiles=set(Profile.objects.values_list("key", flat=True)),
    )


def refuse_frozen(files: dict[str, Record]) -> None:
    """A published edition's words, titles, levels and refs never change (rule R1)."""
    problems = []
    for edition in Edition.objects.published().filter(key__in=files):
        record = files[edition.key]
        same = edition.words_digest == rows.words_digest(record.data)
        if not same or record.data.get("status") == Edition.Status.DRAFT:
            found = frozen_differences(edition, record.data)
            problems += [Problem(record.file, name, reason) for name, reason in found]
    if problems:
        raise BrokenContent(*problems)


def write_editions(content: Content, writer: Writer, *, renaming: bool = True) -> None:
    """Standards, editions, levels and criteria; new editions are published unless drafts.

    With `renaming` false, standards that are there keep their name and issuer.
    """
    files = content.of("edition")
    named = {r.data["standard"]: rows.standard(r.data) for r in files.values()}
    if writer.by is not None or not renaming:  # a draft does not rename the family that it joins
        there = set(Standard.objects.filter(key__in=named).values_list("key", flat=True))
        named = {key: row for key, row in named.items() if key not in there}
    standards = writer.write(Standard, named)
    related = rows.related(content.of("related"))
    wanted = {
        key: rows.edition(r.data, standards[r.data["standard"]].pk, related.get(key, []))
        for key, r in files.items()
    }
    for key, r in files.items():
        if "supersedes" in r.data:
            before = Edition.objects.filter(key=r.data["supersedes"]).values_list("pk", flat=True)
            wanted[key]["supersedes_id"] = before.first()
        if writer.by is not None:  # relations between whole editions come with the content alone
            wanted[key].pop("related")
    editions = writer.write(Edition, wanted)
    mine = {key: editions[key] for key in files}
    wanted_levels = {k: v for key, r in files.items() for k, v in rows.levels(r.data, mine[key])}
    levels = writer.write(Level, wanted_levels, key=lambda level: (level.edition_id, level.key))
    wanted_criteria = {
        k: v for key, r in files.items() for k, v in rows.criteria(r.data, mine[key], levels)
    }
    own = Criterion.objects.filter(edition__in=mine.values())
    writer.write(Criterion, wanted_criteria, among=own)
    drafts = [each for each in mine.values() if each.status == Edition.Status.DRAFT]
    for draft in drafts:  # a draft may lose criteria and levels until it is published
        draft.criteria.exclude(key__in=wanted_criteria).delete()
        draft.levels.exclude(key__in=[k for e, k in wanted_levels if e == draft.pk]).delete()
    ready = [each for each in drafts if files[each.key].data.get("status") != "draft"]
    if ready and writer.by is None:
        publish(ready, by=writer.by, at=writer.at)
        writer.published = [edition.key for edition in ready]


def write_mappings(content: Content, writer: Writer) -> None:
    records = content.of("mapping").values()
    if records:
        criteria = dict(Criterion.objects.values_list("key", "pk"))
        wanted = [rows.mapping(record.data, criteria) for record in records]
        writer.write(
            Mapping,
            {(row["source_id"], row["target_id"]): row for row in wanted},
            key=lambda each: (each.source_id, each.target_id),
            # a person may propose again what was withdrawn; a file would bring it back unsaid
            among=Mapping.objects.exclude(status=Review.WITHDRAWN) if writer.by else None,
        )


def write_rules(records: dict[str, Record], writer: Writer) -> None:
    editions = dict(Edition.objects.values_list("key", "pk"))
    levels = {(level.edition_id, level.key): level for level in Level.objects.all()}

    def row(data: dict[str, Any]) -> dict[str, Any]:
        return rows.rule(data, editions, levels)

    writer.write(Rule, plain(records, row, "translations", "status"))
