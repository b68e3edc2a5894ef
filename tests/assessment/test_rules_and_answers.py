"""What rules and mappings put into a draft before anybody answers."""

import pytest

from certcentre.lifecycle import NotReady
from standards.assessment import claims
from standards.assessment.assessments import Assessment
from standards.catalogue.editions import Criterion
from tests import make

pytestmark = pytest.mark.alike

WEB, SILENT = {"delivery": ["web"]}, {"delivery": ["android"]}


@pytest.fixture
def edition(db):
    """Two must criteria (1.1, 1.2); a rule excludes 1.2 for what is offered on the web."""
    made = make.edition(criteria=[("1.1", "A"), ("1.2", "A")])
    make.rule(made, "not_applicable", refs=["1.2"], key="N1", why="Web has no sound.")
    return made


def draft_of(edition, provider, facts, at):
    release = make.release(provider, facts=facts)
    return Assessment.start(
        release, by=provider.person, at=at, editions=[(edition, edition.levels.first())]
    )


def by_ref(draft, ref):
    return draft.answers.select_related("criterion__level").get(criterion__ref=ref)


def test_what_a_rule_excludes_is_pre_marked_with_its_reason(edition, provider, at):
    marked = by_ref(draft_of(edition, provider, WEB, at), "1.2")
    assert (marked.value, marked.origin, marked.rule_key) == ("not_applicable", "rule", "N1")
    assert marked.reason == "Web has no sound."


def test_a_rule_that_does_not_fire_marks_nothing(edition, provider, at):
    assert by_ref(draft_of(edition, provider, SILENT, at), "1.2").value == ""


def test_a_person_can_override_the_rule(edition, provider, at):
    marked = by_ref(draft_of(edition, provider, WEB, at), "1.2")
    marked.give(value="met", by=provider.person, at=at, revision=marked.revision)
    marked.refresh_from_db()
    assert (marked.value, marked.origin) == ("met", "")


def test_changed_facts_take_back_the_mark_but_no_persons_answer(edition, provider, at):
    draft = draft_of(edition, provider, WEB, at)
    draft.release.state_facts(SILENT, by=provider.person, at=at)
    draft.mark_by_rules(at=at)
    assert by_ref(draft, "1.2").value == ""
    by_ref(draft, "1.2").give(
        value="not_met", by=provider.person, at=at, revision=by_ref(draft, "1.2").revision
    )
    draft.release.state_facts(WEB, by=provider.person, at=at)
    draft.mark_by_rules(at=at)
    assert by_ref(draft, "1.2").value == "not_met"


@pytest.mark.parametrize(("facts", "accepted"), [(WEB, "rule"), (SILENT, "")])
def test_not_applicable_is_accepted_by_a_rule_that_fires_at_declaring(
    edition, provider, at, facts, accepted
):
    draft = draft_of(edition, provider, WEB, at)
    by_ref(draft, "1.1").give(value="met", by=provider.person, at=at, revision=0)
    draft.release.state_facts(facts, by=provider.person, at=at)
    release = make.declare(draft).release
    found = claims.effective([release.pk], at=at)[release.pk]
    assert found[f"{edition.key}:1.2"].accepted_by == accepted


def test_a_rule_that_blocks_listing_holds_the_release(edition, provider, at):
    make.rule(edition, "blocks_listing", refs=["1.1"], key="B1")
    release = make.declaration(
        organisation=provider, facts=WEB, criteria=Criterion.objects.filter(ref="1.1")
    ).release
    release.refresh_from_db()
    assert (release.status, release.public_since) == ("held", None)


def test_an_unknown_fact_is_no_way_around_a_hold(edition, provider, at):
    make.fact("delivery", ask="How is it delivered?")
    make.rule(edition, "blocks_listing", refs=["1.1"], key="B1")
    with pytest.raises(NotReady, match="How is it delivered"):
        make.declaration(organisation=provider, criteria=Criterion.objects.filter(ref="1.1"))


@pytest.fixture
def mapped(provider, at):
    """A draft whose `one` was met with evidence; `two` maps to it as the test says."""

    def build(relation, *, published=True, value="met", reverse=False):
        one, two = make.criteria(1)[0], make.criteria(1)[0]
        ends = (two, one) if reverse else (one, two)
        mapping = make.mapping(*ends, relation)
        if published:
            mapping.publish(by=None, at=at)
        draft = make.assessment(organisation=provider, criteria=[one], answers={one.key: value})
        make.attach(draft.answers.get(), make.evidence(provider))
        draft.add(criteria=[two], by=provider.person, at=at)
        return draft.answers.get(criterion=two)

    return build


@pytest.mark.parametrize(
    ("relation", "options", "value"),
    [
        ("equal", {}, "met"),
        ("equal", {"reverse": True}, "met"),
        ("equal", {"value": "not_met"}, "not_met"),
        ("superset_of", {}, "met"),  # what was answered asks all of it, and more
        ("superset_of", {"value": "not_met"}, ""),
        ("superset_of", {"reverse": True}, "partly_met"),  # what was answered is a part of it
        ("subset_of", {}, "partly_met"),
        ("subset_of", {"value": "not_met"}, ""),
        ("subset_of", {"reverse": True}, "met"),
        ("intersects_with", {}, ""),
        ("equal", {"published": False}, ""),
    ],
)
def test_a_published_mapping_fills_an_answer_to_confirm(mapped, relation, options, value):
    answer = mapped(relation, **options)
    assert (answer.value, answer.to_confirm) == (value, bool(value))
    assert answer.evidence_uses.count() == bool(value)


def test_a_suggested_answer_counts_once_somebody_confirms(mapped, provider, at):
    answer = mapped("equal")
    assert not answer.counts
    answer.give(value="met", by=provider.person, at=at, revision=answer.revision)
    answer.refresh_from_db()
    assert answer.counts


def overlapping(provider, at, relation):
    """A draft whose `one` was met with evidence, and `two` that the test takes an offer for."""
    one, two = make.criteria(1)[0], make.criteria(1)[0]
    make.mapping(one, two, relation).publish(by=None, at=at)
    draft = make.assessment(organisation=provider, criteria=[one], answers={one.key: "met"})
    make.attach(draft.answers.get(), make.evidence(provider))
    draft.add(criteria=[two], by=provider.person, at=at)
    answer = draft.answers.get(criterion=two)
    return answer, draft.offers([two.pk])[two.pk]


def test_an_overlap_offers_only_the_evidence(provider, at):
    answer, offer = overlapping(provider, at, "intersects_with")
    answer.take(offer, by=provider.person, at=at, revision=answer.revision)
    answer.refresh_from_db()
    assert (offer.kind, answer.value, answer.evidence_uses.count()) == ("evidence", "", 1)
    assert offer.nothing_new(use.evidence_id for use in answer.evidence_uses.all())


def test_a_part_is_marked_and_its_gap_is_asked_for(provider, at):
    answer, offer = overlapping(provider, at, "subset_of")
    assert (offer.kind, answer.value, answer.to_confirm) == ("part", "partly_met", True)
    with pytest.raises(NotReady, match="still lacks"):
        answer.give(value="partly_met", by=provider.person, at=at, revision=answer.revision)


def test_what_an_auditor_verified_never_travels(provider, at):
    answer, _offer = overlapping(provider, at, "equal")
    answer.give(value="met", by=provider.person, at=at, revision=answer.revision)
    made = make.declare(answer.assessment)
    assert set(made.claims.values_list("assurance", flat=True)) == {1, 2}
