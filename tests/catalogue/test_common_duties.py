"""What follows between two standards from their mappings to common duties."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from standards.assessment.mapped_answers import Kind, coverage, mapped_pairs
from standards.catalogue.content import CONTENT, collect
from standards.catalogue.mappings import (
    HUB,
    TURNED,
    End,
    Link,
    Mapping,
    composed,
    followed,
    links,
    relations_of,
    together,
)
from standards.catalogue.standards import Standard
from tests import make
from tests.make.moment import AT

Relation = Mapping.Relation
duties = st.frozensets(st.integers(0, 4), min_size=1)
strengths = st.none() | st.integers(1, 10)
ROOT = Path(__file__).parents[2]
WEB = "en-301-549-3.2.1-web"


def holding(a, b):
    """Every relation that is true of two sets of what must be done."""
    return {
        relation
        for relation, true in (
            (Relation.EQUAL, a == b),
            (Relation.SUBSET, a <= b),
            (Relation.SUPERSET, a >= b),
            (Relation.INTERSECTS, a & b),
        )
        if true
    }


@given(duties, duties, duties)
def test_what_follows_is_true_whatever_the_three_ask(a, b, c):
    for first in holding(a, b):
        for second in holding(b, c):
            relation = followed(first, second)
            assert relation is None or relation in holding(a, c)


@given(st.sampled_from(Relation), st.sampled_from(Relation))
def test_it_is_the_same_read_from_the_other_end(first, second):
    relation, back = followed(first, second), followed(TURNED[second], TURNED[first])
    assert back == (TURNED[relation] if relation else None)


def test_nothing_follows_through_two_overlaps_and_equal_carries_all():
    assert followed(Relation.INTERSECTS, Relation.INTERSECTS) is None
    for relation in Relation:
        assert followed(Relation.EQUAL, relation) == followed(relation, Relation.EQUAL) == relation


laws = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from(Relation), strengths),
    unique_by=lambda leg: leg[:2],
)


def legs_of(drawn):
    """Criteria 0 and 1 of law 0, 2 and 3 of law 1 …, each to one of three common duties."""
    return [
        Link(End(n, f"l{n // 2}:{n}", f"l{n // 2}"), End(90 + d, f"{HUB}:{d}", HUB), rel, strength)
        for n, d, rel, strength in drawn
    ]


@given(laws, st.randoms())
def test_no_stronger_than_the_weaker_leg_and_whatever_the_order(drawn, random):
    legs = legs_of(drawn)
    by_ends = {(leg.source, leg.target): leg for leg in legs}
    made = composed(legs)
    for link in made:
        one, other = by_ends[link.source, link.through], by_ends[link.target, link.through]
        assert link.source.standard != link.target.standard
        assert {one.relation, other.relation} != {Relation.INTERSECTS}
        assert link.relation == followed(one.relation, TURNED[other.relation])
        assert (link.strength is None) == (None in (one.strength, other.strength))
        assert link.strength is None or link.strength == min(one.strength, other.strength)
    random.shuffle(legs)
    again = {each.ends: each for each in composed(legs)}
    assert len(again) == len(made)
    for link in made:
        assert again[link.ends] in (link, link.turned)


def followed_in(content):
    """What may be relied on once every mapping that ships is signed, as pairs of keys."""
    family = {key: placed.record.standard for key, placed in content.of("edition").items()}
    end = lambda key: End(hash(key), key, family[key.split(":")[0]])  # noqa: E731
    records = [placed.record for placed in content.of("mapping").values()]
    stated = [
        Link(end(each.source), end(each.target), Relation(each.relation), each.strength)
        for each in records
    ]
    legs = [link for link in stated if link.target.standard == HUB]
    assert not [link for link in stated if link.source.standard == HUB]
    return [(link.source.key, link.target.key, link.relation) for link in together(stated, legs)]


def told():
    """By two editions, how many criteria of the second follow from the first, of how many, and
    which do not, as docs/sources.md says it."""
    rows = re.findall(
        r"(?m)^\| `(\S+)` \| `(\S+)` \| (\d+) of (\d+) \| (.*) \|$",
        (ROOT / "docs/sources.md").read_text(),
    )
    return {(one, other): (int(n), int(of), names) for one, other, n, of, names in rows}


def test_what_follows_from_one_answered_edition_for_another_is_what_the_docs_say():
    content = collect(CONTENT)
    pairs = followed_in(content)
    editions = {key: placed.record for key, placed in content.of("edition").items()}
    keys = {key: [f"{key}:{item.ref}" for item in editions[key].items] for key in editions}
    for (answered, asked), row in told().items():
        covered = coverage(keys[asked], dict.fromkeys(keys[answered], "met"), pairs)
        left = [each.criterion for each in covered.lines if each.kind in ("", Kind.EVIDENCE)]
        names = ", ".join(key.split(":")[1] for key in left)
        assert row == (covered.through_others, covered.total, names), (answered, asked)


def test_the_shares_that_were_aimed_at_are_reached_but_where_it_is_said():
    shares = {ends: n / of for ends, (n, of, _names) in told().items()}
    least = {"gdpr": 0.6, "iso-27001-2022": 0.4, "wcag-2.2": 0.95}
    below = {ends for ends, share in shares.items() if share < least.get(ends[0], 0)}
    assert below == {
        ("gdpr", "india-dpdp"),
        ("gdpr", "lgpd-eca"),
        ("iso-27001-2022", "cyber-essentials"),
    }


def test_clause_9_of_en_301_549_is_wcag_whole_but_for_what_either_has_alone():
    content = collect(CONTENT)
    editions = {key: placed.record for key, placed in content.of("edition").items()}
    clauses = {item.ref.partition(".")[2]: item for item in editions[WEB].items}
    asked = {item.ref: item for item in editions["wcag-2.2"].items if item.level != "AAA"}
    both = clauses.keys() & asked.keys()
    assert clauses.keys() - both == {"4.1.1", "6"}
    assert asked.keys() - both == {"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"}
    assert all(clauses[ref].title == asked[ref].title for ref in both)
    equal = {pair[:2] for pair in followed_in(content) if pair[2] == "equal" and WEB in pair[0]}
    assert equal == {(f"{WEB}:9.{ref}", f"wcag-2.2:{ref}") for ref in both}


def test_every_row_to_a_common_duty_says_why_and_how_near_and_every_duty_is_asked_somewhere():
    content = collect(CONTENT)
    hubs = [each.record for each in content.of("edition").values() if each.record.standard == HUB]
    duties = {f"{hub.key}:{item.ref}": item for hub in hubs for item in hub.items}
    rows = [placed.record for placed in content.of("mapping").values()]
    rows = [each for each in rows if each.target in duties]
    assert all(each.strength and each.note.endswith(".") for each in rows)
    assert {each.target for each in rows} == set(duties)
    assert all(6 <= len(item.statement.split()) <= 60 for item in duties.values())
    assert {hub.name for hub in hubs} == {"Common duties"}, "it would rename the standard"


@pytest.fixture
def three(db):
    """Two laws whose first criteria are tied to one common duty; the second mapping is unsigned."""
    family = Standard.objects.create(key=HUB, name="Common duties", issuing_body="Centre")
    hub, one, other = make.edition(HUB, standard=family), make.edition(), make.edition()
    ends = [each.criteria.order_by("position").first() for each in (one, hub, other)]
    make.mapping(ends[0], ends[1], "equal").publish(by=None, at=AT)
    made = make.mapping(ends[1], ends[2], "superset_of")
    return ends, made


def test_only_signed_mappings_lead_on_and_the_way_is_shown(three, client):
    (one, duty, other), made = three
    assert [each.other for each in relations_of(one)] == [duty]
    made.publish(by=None, at=AT)
    relation = next(each for each in relations_of(one) if each.other == other)
    assert (relation.relation, relation.through) == (Relation.SUPERSET, duty)
    back = next(each for each in relations_of(other) if each.other == one)
    assert (back.relation, back.through) == (Relation.SUBSET, duty)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Follows from two signed mappings, through" in page
    api = client.get(reverse("api-criterion", args=[one.key])).json()
    assert [each["through"] for each in api["mappings"]] == ["", duty.key]


def test_a_signed_mapping_between_the_two_stands_instead(three):
    (one, _duty, other), made = three
    made.publish(by=None, at=AT)
    assert (other.pk, one.pk, "subset_of") in mapped_pairs([other.pk])
    direct = make.mapping(other, one, "intersects_with")
    direct.publish(by=None, at=AT)
    overlap, part = ((other.pk, one.pk, each) for each in ("intersects_with", "subset_of"))
    assert {overlap, part} <= set(mapped_pairs([other.pk])), "nobody weighed the overlap"
    Mapping.objects.filter(pk=direct.pk).update(strength=4)
    assert overlap in mapped_pairs([other.pk])
    assert part not in mapped_pairs([other.pk])


def test_nothing_follows_through_a_withdrawn_edition(three):
    (_one, duty, _other), made = three
    made.publish(by=None, at=AT)
    assert any(link.through for link in links())
    type(duty.edition).objects.filter(pk=duty.edition_id).update(status="withdrawn")
    assert not any(link.through for link in links())


def test_more_laws_take_no_more_statements(three, django_assert_num_queries):
    (one, duty, _other), made = three
    made.publish(by=None, at=AT)
    for _ in range(2):
        with django_assert_num_queries(1):
            links({one.pk})
        with django_assert_num_queries(3):
            relations_of(one)
        for criterion in make.edition().criteria.all():
            make.mapping(criterion, duty, "subset_of").publish(by=None, at=AT)
    assert sum(link.through is not None for link in links({one.pk})) == 9
