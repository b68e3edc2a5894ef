"""A requirement may ask what a product is: its provider states it, and it is counted live."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from certcentre.lifecycle import NotReady
from tenders import annex, version_diff
from tenders.amending import amend
from tenders.competition import compete
from tenders.frozen_body import written
from tenders.models import Requirement, Shortlist
from tenders.opportunities import outlook
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = pytest.mark.django_db

EXAM = {"product_kind": ["assessment"], "audience_age": ["16-17", "18+"]}
READER = {"product_kind": ["learning_app"], "audience_age": ["6-9", "10-12"]}


def built_tender():
    """Reading practice, grades 1 to 3; a reader, an exam tool and one that says nothing."""
    made = make.tender(title="Reading practice, grades 1 to 3")
    made.claims = {f"{made.edition.key}:{place}": 1 for place in (1, 2, 3)}
    for name, stated in (("Soma", READER), ("Mtihani", EXAM), ("Silent", {})):
        made.last = make.listed(name, claims=made.claims, facts=stated)
    return made


kept_tender = make.kept(built_tender, over="shipped")


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


def ask(tender, fact="audience_age", values=("6-9",), **fill):
    fill = {"justification": "Six to nine years old", **fill}
    return tender.lot.add_fact(fact, values, by=tender.person, at=AT, **fill)


def read(client, url):
    return tight(client.get(url).content.decode())


def test_an_exam_tool_for_16_and_older_does_not_qualify_for_grades_1_to_3(tender):
    assert compete(tender.lot, at=AT).match.count == 3
    ask(tender)
    competing = compete(tender.lot, at=AT)
    assert [offer.name for offer in competing.match.qualifying] == ["Soma"]
    assert competing.funnel[:2] == [
        ("on the register", 3),
        ("L1-001 Which ages use it? 6 to 9 years", 1),
    ]
    assert competing.silent == [("L1-001", "Which ages use it?", 1)]
    assert {offer.name: missing for offer, missing in competing.near} == {
        "Mtihani": ["L1-001 Which ages use it? 6 to 9 years"],
        "Silent": ["L1-001 does not answer “Which ages use it?”"],
    }


def test_facts_come_first_in_the_lot(tender):
    words = tender.lot.add_words("Prints", by=tender.person, at=AT, justification="Paper")
    first, second = ask(tender), ask(tender, "product_kind", ["learning_app"])
    refs = [str(one) for one in tender.lot.requirements.order_by("position")]
    assert refs == [f"L1-00{place}" for place in range(1, 7)]
    assert [str(one) for one in (first, second)] == ["L1-001", "L1-002"]
    assert second.move_up(by=tender.person, at=AT)
    assert not second.move_up(by=tender.person, at=AT)
    words.refresh_from_db()
    assert (str(words), words.move_up(by=tender.person, at=AT)) == ("L1-006", False)


def test_a_should_scores_and_a_may_changes_nothing(tender):
    ask(tender, obligation="should", weight=100)
    ask(tender, "product_kind", ["assessment"], obligation="may", weight=3)
    match = compete(tender.lot, at=AT).match
    assert match.count == 3
    assert {offer.name: match.scores[offer.solution] for offer in match.qualifying} == {
        "Soma": 100,
        "Mtihani": 0,
        "Silent": 0,
    }


@pytest.mark.parametrize(
    ("fact", "values", "fill"),
    [
        ("hosting", ["saas"], {}),  # rule R45: where it runs is not public
        ("nothing", ["x"], {}),
        ("audience_age", [], {}),
        ("audience_age", ["7-8"], {}),
        ("connectivity", ["works_offline", "always_online"], {"how": "all"}),
        ("countries_offered", ["XX"], {}),
    ],
)
def test_what_no_provider_can_state_is_refused(tender, fact, values, fill):
    with pytest.raises(NotReady):
        ask(tender, fact, values, **fill)
    assert not tender.lot.requirements.exclude(fact="").exists()


def test_the_same_is_asked_once_and_changed_in_its_place(tender):
    made = ask(tender)
    with pytest.raises(NotReady):
        ask(tender)
    by = {"by": tender.person, "at": AT}
    made.change(revision=0, fact_values=["6-9", "10-12"], fact_how="all", **by)
    with pytest.raises(NotReady):
        made.change(revision=1, fact_values=["7-8"], **by)
    with pytest.raises(TypeError):
        made.change(revision=1, words="Own", **by)
    made.refresh_from_db()
    assert (made.fact_values, made.fact_how) == (["6-9", "10-12"], "all")


def test_a_row_asks_for_one_thing(tender):
    for both in ({"words": "Own"}, {"criterion": tender.edition.criteria.first()}, {"fact": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Requirement.objects.create(**{"lot": tender.lot, "position": 9, "fact": "x", **both})


def test_the_annex_says_it_in_the_tenders_language_and_without_equivalent(tender):
    tender.state(by=tender.person, at=AT, language="fr")
    ask(tender, values=["6-9", "10-12"])
    ask(tender, "data_location", ["KE"], how="only", obligation="may")
    tender.publish(by=tender.person, at=AT)
    body = json.loads(bytes(tender.body))
    group = annex.build(body, tender.digest).lots[0].groups[0]
    assert group.title == "Ce qu’est le produit"
    first, second = group.rows
    assert first.text.startswith("La réponse à « Quels âges l’utilisent ? » contient au moins")
    assert second.text.endswith("ne nomme rien d’autre que : Kenya.")
    assert (first.least, first.standard, "équivalent" in first.text) == (None, "", False)
    assert body["lots"][0]["requirements"][0]["fact"]["values"] == ["6-9", "10-12"]
    assert "audience_age" not in " ".join(first.paragraphs)


def test_the_next_version_takes_it_over_and_says_what_changed(tender):
    ask(tender)
    tender.publish(by=tender.person, at=AT)
    again = amend(tender, by=tender.person, at=AT, reason="Older learners too")
    made = again.lots.get().requirements.get(fact="audience_age")
    made.change(by=tender.person, at=AT, revision=0, fact_values=["6-9", "10-12"])
    [change] = version_diff.changes(written(tender), written(again)).changed
    assert (change.parts, change.after["ref"]) == (["text"], "L1-001")


def test_the_shortlist_keeps_what_each_stated(client, tender):
    ask(tender)
    kept = Shortlist.keep(tender.lot, by=tender.person, at=AT)
    stated = {
        one["name"]: (one["qualifies"], one["lacks"], one["unsaid"], one["facts"])
        for one in kept.content["solutions"]
    }
    assert stated == {
        "Soma": (True, [], [], {"audience_age": ["6-9", "10-12"]}),
        "Mtihani": (False, ["L1-001"], [], {"audience_age": ["16-17", "18+"]}),
        "Silent": (False, ["L1-001"], ["L1-001"], {}),
    }
    assert kept.content["requirements"][0]["title"].startswith("The answer to “Which ages")
    client.force_login(tender.person)
    assert "(not said: L1-001)" in read(client, kept.get_absolute_url())
    assert b"audience_age=6-9" in kept.csv()


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (EXAM, "The answer to “Which ages use it?” includes: 6 to 9 years."),
        ({}, "Does not answer “Which ages use it?”"),
    ],
)
def test_a_provider_reads_what_is_asked_or_that_it_has_not_said(client, tender, stated, words):
    ask(tender)
    tender.publish(by=tender.person, at=AT)
    release = make.listed(claims=tender.claims, facts=stated).current_release
    [chance] = outlook(release, at=AT).near
    assert (chance.ready, chance.missing, len(chance.unlike)) == (False, (), 1)
    client.force_login(release.solution.organisation.person)
    assert words in read(client, reverse("release-tenders", args=[release.pk]))
    beside = read(client, tender.get_absolute_url())
    assert "What it is, is not what is asked for, or is not said." in beside


def test_statements_do_not_grow_with_facts(tender, django_assert_max_num_queries):
    ask(tender)
    assert compete(tender.lot, at=AT).match.count == 1  # the sets are made once
    with django_assert_max_num_queries(6):
        compete(tender.lot, at=AT)
    for fact in ("product_kind", "delivery"):
        ask(tender, fact, ["learning_app" if fact == "product_kind" else "web"])
    with django_assert_max_num_queries(6):
        assert compete(tender.lot, at=AT).counted == 6
