"""A profile file as a profile of the catalogue: criteria of one edition, chosen by source names."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from certcentre.accounts.people import User
from certcentre.log.models import record
from standards.catalogue import steps
from standards.catalogue.comparing import Differences
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.files.losses import Loss, Refused, Selection
from standards.catalogue.files.oscal_profile import chosen
from standards.catalogue.files.refs import shorten, slug
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import Review
from standards.catalogue.schema import ProfileRecord

MOST_NAMED = 10
MOST_KEY = ProfileRecord.most("key")


@dataclass
class Choice:
    """What a profile file selects of an edition that is here, and the profile it becomes."""

    selection: Selection
    edition: Edition
    criteria: list[str]  # keys, in the edition's order
    key: str
    before: Profile | None = None
    differences: Differences = field(default_factory=Differences)
    losses: list[Loss] = field(default_factory=list)


def choose(selection: Selection, edition_key: str = "") -> Choice:
    """Find the edition and its criteria. Refused when it is not here, or lacks some of them."""
    edition = found_edition(selection, edition_key)
    rows = list(
        edition.criteria.order_by("position").values_list(
            "source_id", "ref", "key", "parent_ref", "force"
        )
    )
    names = {ref: source or ref for source, ref, *_ in rows}
    parents = {names[ref]: names.get(parent, "") for _, ref, _, parent, _ in rows}
    ids, missing = chosen(selection, parents)
    if missing:
        raise Refused(lacking(edition, missing))
    if not ids:
        raise Refused(gettext("The profile selects nothing of %(edition)s.") % {"edition": edition})
    by_id = {names[ref]: (key, ref, force) for _, ref, key, _, force in rows}
    gone = tuple(by_id[each][1] for each in ids if by_id[each][2])
    keys = [by_id[each][0] for each in ids if not by_id[each][2]]
    made = Choice(selection, edition, keys, key=key_of(selection.name))
    if gone:
        made.losses.append(
            Loss(gettext("Criteria not in force"), gettext("they cannot be answered"), gone)
        )
    settle(made)
    return made


def found_edition(selection: Selection, edition_key: str) -> Edition:
    """The edition that is named, else of those that hold most the one the file points at."""
    if edition_key:
        edition = Edition.objects.filter(key=edition_key).first()
        if edition is None:
            raise Refused(
                gettext("There is no edition %(edition_key)s.") % {"edition_key": edition_key}
            )
        return edition
    ids = [pick.id for pick in selection.include if pick.id]
    counter = Counter(Criterion.objects.filter(source_id__in=ids).values_list("edition", flat=True))
    if not counter:
        raise Refused(
            gettext(
                "No edition here has these criteria. Bring in the catalog first "
                "(%(source)s), or name the edition with its key."
            )
            % {"source": selection.source}
        )
    most = counter.most_common(1)[0][1]
    equal = Edition.objects.filter(pk__in=[pk for pk, n in counter.items() if n == most])
    return min(equal.order_by("-pk"), key=lambda each: each.name not in selection.source)


def key_of(name: str) -> str:
    """A key for a name of any length: a cut one keeps a print, as baselines differ at the end."""
    words = slug(name, 200)
    if len(words) <= MOST_KEY:
        return words
    return f"{slug(name, MOST_KEY - 7)}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def lacking(edition: Edition, missing: list[str]) -> str:
    named = ", ".join(missing[:MOST_NAMED]) + (" …" if len(missing) > MOST_NAMED else "")
    return (
        f"{edition.key} lacks {len(missing)} of the criteria that the profile selects: {named}. "
        "Is it a profile of another edition?"
    )


def settle(made: Choice) -> None:
    """Which profile it is, or becomes: an equal one, the proposed one, or the next number."""
    base, number = made.key, 1
    made.before, made.differences = None, Differences(new=made.criteria)
    while before := Profile.objects.filter(key=made.key).first():
        was = list(before.contents.get("criteria", []))
        made.before = before
        made.differences = Differences(
            new=[key for key in made.criteria if key not in was],
            removed=[key for key in was if key not in made.criteria],
            same=len(set(was) & set(made.criteria)),
        )
        if made.differences.nothing or before.status == Review.PROPOSED:
            return
        number += 1
        made.key = f"{base[: MOST_KEY - 3]}-{number}"


def load(made: Choice, *, by: User | None, at: datetime) -> Profile:
    """Write the proposed profile; in the transaction of who calls."""
    if made.before and made.differences.nothing:
        return made.before
    of_edition = f"{made.edition.name}, {made.selection.version}".strip(", ")
    values = {
        "label": shorten(made.selection.name, ProfileRecord.most("label")),
        "purpose": shorten(
            f"Selection of {len(made.criteria)} criteria of {of_edition}",
            ProfileRecord.most("purpose"),
        ),
        "contents": {"criteria": made.criteria},
    }
    profile, new = Profile.objects.update_or_create(key=made.key, defaults=values)
    detail = {"criteria": len(made.criteria), "edition": made.edition.key}
    step = steps.PROFILE_IMPORTED if new else steps.PROFILE_CHANGED
    record(profile, step, by=by, at=at, detail=detail)
    return profile
