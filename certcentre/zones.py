"""Times of a place: zones by name (IANA), and moments as people there read them, and as UTC."""

from collections import defaultdict
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name
from django.utils.translation import gettext

from certcentre.places import country, locale, locale_of


class NoSuchTime(ValueError):
    """A time of day that the clocks of a place skip, or show twice; says so in words."""


@cache
def by_country() -> dict[str, list[str]]:
    """The zones of each country, as far as this machine knows their clocks."""
    zones: dict[str, list[str]] = defaultdict(list)
    known = available_timezones()
    for zone, code in sorted(get_global("zone_territories").items()):
        if len(code) == 2 and zone in known:
            zones[code].append(zone)
    return dict(zones)


def the_only(code: str) -> str:
    """The zone of a country that has one; empty where a person must say which."""
    zones = by_country().get(code, [])
    return zones[0] if len(zones) == 1 else ""


@cache
def of_old_name(zone: str) -> str:
    """The words CLDR has for a zone under an older name only, as a key of theirs; or nothing."""
    named, aliases = get_global("meta_zones"), get_global("zone_aliases")
    older = (old for old, new in aliases.items() if new == zone and old in named)
    return "" if zone in named else str(named.get(next(older, ""), ""))


def name_of(zone: str, language: str, there: datetime | None = None) -> str:
    """East Africa Time; Casablanca, UTC+01:00 where the place's time has no name of its own."""
    known = get_global("meta_zones").get(zone)
    if known and there:
        return get_timezone_name(there, "long", locale=locale_of(language))
    names = locale_of(language).meta_zones.get(known or of_old_name(zone), {}).get("long", {})
    kind = ("daylight" if there.dst() else "standard") if there else "generic"
    if name := names.get(kind) or names.get("standard"):
        return str(name)
    if known:
        return get_timezone_name(ZoneInfo(zone), "long", locale=locale_of(language))
    city = get_timezone_location(zone, locale=locale_of(language), return_city=True)
    return f"{city}, UTC{there.isoformat()[-6:]}" if there else city


@lru_cache(maxsize=32)
def _named(language: str) -> list[tuple[str, str, str]]:
    pairs = [(zone, code) for code, zones in by_country().items() for zone in zones]
    return sorted((zone, code, name_of(zone, language)) for zone, code in pairs)


def choices(first: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone for a list, by country; those of the country `first` before all."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for zone, code, name in _named(str(locale())):
        shown = zone.replace("_", " ")
        groups[code].append((zone, shown if name in shown else f"{shown} ({name})"))
    order = sorted(groups, key=lambda code: (code != first, country(code)))
    return [(country(code), groups[code]) for code in order] + [("UTC", [("UTC", "UTC")])]


def is_listed(zone: str) -> bool:
    """Whether such a list has it."""
    return zone == "UTC" or any(zone in zones for zones in by_country().values())


def wall(moment: datetime, zone: str) -> datetime:
    """What the clocks of a place show at this moment; without a zone, those of UTC."""
    return moment.astimezone(ZoneInfo(zone or "UTC")).replace(tzinfo=None)


def day_of(moment: datetime, zone: str) -> date:
    """The day that it is at a place at this moment; without a zone, that of UTC."""
    return wall(moment, zone).date()


def moment_of(shown: datetime, zone: str) -> datetime:
    """The moment at which the clocks of a place show this, in UTC. NoSuchTime for none or two."""
    place = ZoneInfo(zone or "UTC")
    first, second = (shown.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if wall(first, zone) != shown:
        raise NoSuchTime(
            gettext("The clocks there are put forward and skip this time. Choose another time.")
        )
    if first != second:
        raise NoSuchTime(
            gettext("The clocks there are put back and show this time twice. Choose another time.")
        )
    return first


def written(moment: datetime, zone: str, language: str = "") -> str:
    """A moment in words, such as 1 March 2027, 12:00 East Africa Time (09:00 UTC)."""
    spoken = language or str(locale())
    at = moment.astimezone(UTC)
    if zone in ("", "UTC"):
        return f"{day(at, spoken)}, {clock(at, spoken)} UTC"
    there = at.astimezone(ZoneInfo(zone))
    name = name_of(zone, spoken, there)
    same = there.date() == at.date()
    there_too = clock(at, spoken) if same else f"{day(at, spoken)}, {clock(at, spoken)}"
    return f"{day(there, spoken)}, {clock(there, spoken)} {name} ({there_too} UTC)"


def day(at: date, language: str) -> str:
    """A day in words, such as 1 March 2027; French counts the first of a month: 1er mars 2027."""
    words = format_date(at, "d MMMM y", locale=locale_of(language))
    return f"1er {words[2:]}" if language[:2] == "fr" and at.day == 1 else words


def clock(at: datetime, language: str) -> str:
    return format_time(at.time(), "HH:mm", locale=locale_of(language))
