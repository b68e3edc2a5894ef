"""What changed between two versions, as words that went and came inside each requirement."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from certcentre.desk.notices import send_notices
from tenders.amending import amend
from tenders.following import follow
from tenders.frozen_body import written
from tenders.pages.versions import in_short, lot_words
from tenders.version_diff import SAID, carried, changes
from tests import make
from tests.make.moment import AT
from tests.markup import tight
from tests.tenders.bodies import body, requirement

pytestmark = pytest.mark.alike

AFTER = "TD-2026-000001-v2"
SOME = ("the", "app", "works", "offline", "for", "a", "week", ".", "in", "every", "school")
words = st.lists(st.sampled_from(SOME), min_size=1, max_size=9).map(" ".join)


def version(lots, reference):
    return {
        **body(),
        "reference": reference,
        "lots": [
            {"number": number, "title": title, "requirements": requirements}
            for number, (title, requirements) in enumerate(lots, start=1)
        ],
    }


@st.composite
def two_versions(draw):
    """A tender, and an amendment in which anything goes, comes, moves and is said otherwise."""
    place = iter(range(1, 100))

    def made():
        edition = draw(st.sampled_from(["ex", None]))
        number = next(place)
        row = requirement(number, text=draw(words), edition=edition)
        return {**row, "id": str(UUID(int=number)), "alternatives": []}

    def taken_over(row):
        said = {"text": draw(words)} if draw(st.booleans()) and not row["criterion"] else {}
        least = draw(st.sampled_from([row["least"], 4]))
        justification = draw(st.sampled_from([row["justification"], "Learners asked", ""]))
        more = {**said, "least": least, "justification": justification}
        return {**row, "id": carried(row["id"], AFTER), **more}

    old = [(draw(words), [made() for _ in range(draw(st.integers(0, 4)))]) for _ in range(3)]
    kept = [taken_over(row) for _, rows in old for row in rows if draw(st.integers(0, 4))]
    kept += [made() for _ in range(draw(st.integers(0, 2)))]
    lots = [(title, []) for title, _ in old[: draw(st.integers(1, 3))]] + [(draw(words), [])]
    for row in draw(st.permutations(kept)):
        draw(st.sampled_from(lots))[1].append(row)
    return version(old, "TD-2026-000001"), version(lots, AFTER)


def rows(asked):
    return [(lot["number"], row) for lot in asked["lots"] for row in lot["requirements"]]


def values(row):
    return tuple(str(row.get(name)) for name in SAID)


def applied(change):
    """The earlier words with what the difference says, by its marks alone where it is a text."""
    made = dict(change.before)
    for name in change.parts:
        pieces = change.marked(name)
        kinds = {kind: "".join(p.words for p in pieces if p.kind in ("same", kind))
                 for kind in ("old", "new")}  # fmt: skip
        assert kinds["old"] == str(change.before[name] or "")
        made[name] = kinds["new"] if isinstance(change.after[name], str) else change.after[name]
    return made


def rebuilt(before, made):
    """The requirements of the later version, from the earlier one and the difference."""
    gone = {row["id"] for row in made.gone}
    changed = {change.before["id"]: change for change in made.changed}
    now = {then: number for number, then in made.renumbered.items()}
    for lot, row in rows(before):
        change = changed.get(row["id"])
        if row["id"] not in gone:
            place = change.moved[1] if change and change.moved else now.get(lot, lot)
            yield place, values(applied(change) if change else row)


@given(two_versions())
@settings(max_examples=150)
def test_the_later_words_follow_from_the_earlier_and_the_difference(pair):
    before, after = pair
    made = changes(before, after)
    new = {row["id"] for row in made.new}
    came = [(lot, values(row)) for lot, row in rows(after) if row["id"] in new]
    expected = Counter((lot, values(row)) for lot, row in rows(after))
    assert Counter([*rebuilt(before, made), *came]) == expected


@given(two_versions())
def test_what_was_taken_over_is_neither_new_nor_taken_out(pair):
    before, after = pair
    made = changes(before, after)
    over = {carried(row["id"], AFTER) for _, row in rows(before)}
    ids = {row["id"] for _, row in rows(after)}
    assert not over & {row["id"] for row in made.new}
    assert not [row for row in made.gone if carried(row["id"], AFTER) in ids]


@given(two_versions())
def test_a_version_beside_itself_says_the_same(pair):
    for each in pair:
        assert not changes(each, each)


@pytest.fixture
def published(db):
    made = make.tender(status="published")
    return made


def begun(tender):
    draft = amend(tender, by=tender.person, at=AT, reason="Asked by bidders")
    draft.who = {"by": tender.person, "at": AT}
    return draft


def page_of(client, draft):
    draft.publish(**draft.who)
    page = tight(client.get(draft.get_absolute_url()).content.decode())
    return page[page.index('id="changed"') : page.index('id="asked"')]


def test_a_row_that_only_moved_up_is_not_told_as_new(client, published):
    draft = begun(published)
    draft.lots.get().requirements.first().remove(**draft.who)
    seen = page_of(client, draft)
    assert ("Taken out" in seen, "Criterion 1" in seen) == (True, True)
    assert [words for words in ("New", "Changed", "Criterion 2", "L1-002") if words in seen] == []


def test_words_that_went_and_came_stand_inside_the_text(client, db):
    tender = make.tender()
    tender.lot.add_words("The app works for a week.", by=tender.person, at=AT, justification="So")
    tender.publish(by=tender.person, at=AT)
    draft = begun(tender)
    first, *_, own = draft.lots.get().requirements.all()
    own.change(revision=own.revision, words="The app works for a month.", **draft.who)
    first.remove(**draft.who)
    seen = page_of(client, draft)
    assert "before)" not in seen  # L1-004 is called as before, though the first is gone
    assert 'works for a<del><span class="hide">Removed:</span>week</del>' in seen
    assert '<ins><span class="hide">Added:</span>month</ins>.' in seen
    assert "New" not in seen


def test_a_lot_taken_out_moves_those_after_it_up_and_says_so(db):
    """As published when an amendment could still take a lot out."""
    tender = make.tender()
    who = {"by": tender.person, "at": AT}
    for title in ("Second", "Third"):
        lot = tender.add_lot(title=title, **who)
        lot.add_words(f"{title} thing", obligation="may", **who)
    tender.publish(**who)
    later = written(begun(tender))
    first, _second, third = later["lots"]
    made = changes(written(tender), later | {"lots": [first, third | {"number": 2}]})
    assert made.renumbered == {2: 3}
    assert [lot["number"] for lot in made.gone_lots] == [2]
    assert ([row["text"] for row in made.gone], made.new, made.changed) == (
        ["Second thing"],
        [],
        [],
    )
    assert set(lot_words(made)) == {
        "Lot 2 was lot 3 before.",
        "Taken out, lot 2 before: Second",
    }


def test_removed_and_asked_for_again_is_the_same(published):
    draft = begun(published)
    key = published.edition.criteria.first()
    draft.lots.get().requirements.first().remove(**draft.who)
    draft.lots.get().add([key], justification="Learners need it", **draft.who)
    assert not changes(written(published), written(draft))


def test_followers_read_a_short_summary(published, mailoutbox):
    reader = make.user("reader")
    follow(published, by=reader, at=AT)
    draft = begun(published)
    first, second, _ = draft.lots.get().requirements.all()
    draft.state(title="Reading and writing", **draft.who)
    second.change(revision=second.revision, least=2, **draft.who)
    first.remove(**draft.who)
    draft.publish(**draft.who)
    send_notices(at=AT)
    (mail,) = [each for each in mailoutbox if each.to == [reader.email]]
    assert "Asked by bidders" in mail.body
    for line in ("- Title: Reading → Reading and writing", "- 1 requirement changed",
                 "- 1 requirement taken out"):  # fmt: skip
        assert line in mail.body
    assert reverse("tender", args=[draft.reference]) in mail.body


def test_long_texts_are_told_by_what_went_and_came_and_lots_by_both(client, db):
    same = "Twice, each time for a year at the same price, as both sides agree in writing. " * 3
    tender = make.tender(status="published", contract_extensions=f"{same}The buyer decides.")
    draft = begun(tender)
    draft.state(contract_extensions=f"{same}The supplier decides.", **draft.who)
    draft.lots.get().state(title="Readers", **draft.who)
    seen = page_of(client, draft)
    assert '<del><span class="hide">Removed:</span>buyer</del>' in seen
    extensions, title = in_short(draft)
    assert extensions.startswith("Extensions: … ")
    assert extensions.endswith("The [Removed: buyer] [Added: supplier] decides.")
    assert title == "Lot 1: Title of the lot: Reading → Readers"


def test_what_is_copied_is_known_by_what_it_was(published):
    draft = begun(published)
    old = [str(key) for key in published.lots.get().requirements.values_list("pk", flat=True)]
    new = [str(key) for key in draft.lots.get().requirements.values_list("pk", flat=True)]
    assert new == [carried(key, draft.reference) for key in old]
    assert carried(str(uuid4()), draft.reference) not in new
