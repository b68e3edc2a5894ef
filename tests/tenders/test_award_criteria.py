"""How a lot is scored: said, shared, refused, and read by bidders."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from certcentre.lifecycle import Conflict, NotReady
from tenders import annex, award_words, frozen_body, paper_languages, readiness, scoring
from tenders.amending import amend, copy
from tenders.export import FORMATS
from tenders.models import Lot, Tender
from tenders.version_diff import changes
from tests import make
from tests.make.moment import AT
from tests.tenders import bodies, ocds_schema


@pytest.fixture
def tender(db):
    """A must, a should of the catalogue and a question; nothing said of the price."""
    made = make.tender(criteria=2)
    made.acts = {"by": made.person, "at": AT}
    first, _ = made.lot.requirements.all()
    first.change(revision=0, obligation="should", weight=20, **made.acts)
    made.lot.add_words("A plan for training", obligation="should", weight=40, **made.acts)
    return made


def address(tender):
    return reverse("award-criteria", args=[tender.reference, tender.lot.pk])


def sent(tender, **more):
    """The form as a browser sends it, with what is changed in it."""
    lot = Lot.objects.get(pk=tender.lot.pk)
    terms = {name: getattr(lot, name) or "" for name in Lot.AWARD if name != "scores"}
    weights = {f"weight-{row.pk}": row.weight or "" for row in lot.scored}
    return {**terms, **weights, "price_weight": 40, "seen": lot.award_print, **more}


def weights(tender):
    return list(tender.lot.scored.values_list("weight", flat=True))


def written(tender):
    return frozen_body.written(Tender.objects.get(pk=tender.pk))


def test_what_the_price_counts_is_demanded_and_makes_a_hundred(tender):
    assert "how many points the price of lot 1 gets" in readiness.missing(tender, at=AT)[0]
    tender.lot.state_award(price_weight=50, **tender.acts)
    assert "add up to 110, with the price" in readiness.missing(tender, at=AT)[0]
    tender.lot.state_award(price_weight=40, **tender.acts)
    assert readiness.missing(tender, at=AT) == []


def test_the_page_says_them_and_shows_what_bidders_read(client, tender):
    client.force_login(tender.person)
    page = client.post(address(tender), sent(tender, earns="level", threshold=50), follow=True)
    lot = Lot.objects.get(pk=tender.lot.pk)
    assert (lot.price_weight, lot.earns, lot.threshold, lot.scores) == (40, "level", 50, [])
    text = page.content.decode()
    assert "Points for the price = 40 × lowest price ÷ price." in text
    assert "40 × 80,000 ÷ 100,000 = 32.00 points." in text
    assert "A bid with fewer than 30.00 points for quality" in text


def test_scores_in_the_annexes_own_words_are_not_kept(client, tender):
    client.force_login(tender.person)
    usual = paper_languages.of("en").scores
    own = {f"score-{n}": words for n, words in enumerate(usual)} | {"score-3": "Three of five"}
    client.post(address(tender), sent(tender, **own))
    assert Lot.objects.get(pk=tender.lot.pk).scores == ["", "", "", "Three of five", "", ""]
    told = written(tender)["lots"][0]["award"]["scores"]
    assert told == [*usual[:3], "Three of five", *usual[4:]]


def test_a_question_has_a_least_score(client, tender):
    client.force_login(tender.person)
    question = tender.lot.scored[1]
    client.post(address(tender), sent(tender) | {f"least-{question.pk}": 2})
    question.refresh_from_db()
    assert (question.least_score, question.revision) == (2, 1)
    says = "Scored 0 to 5: 40 × score ÷ 5. A bid that scores below 2 here is not considered."
    assert written(tender)["lots"][0]["requirements"][2]["scored"] == says
    tender.publish(**tender.acts)
    later = amend(tender, reason="Less is enough", **tender.acts)
    assert not changes(written(tender), written(later))
    again = later.lots.get()
    again.state_award(least_scores={str(again.scored[1].pk): None}, **tender.acts)
    later.publish(**tender.acts)
    page = client.get(later.get_absolute_url()).content.decode()
    assert "Least score:\n" in page
    assert '<del dir="auto">2</del> → <ins dir="auto">–</ins>' in page


def test_two_who_write_meet_each_other(client, tender):
    client.force_login(tender.person)
    first = tender.lot.scored[0]
    stale = sent(tender, price_weight=30, price_words="Mine") | {f"weight-{first.pk}": 30}
    tender.lot.state_award(price_weight=60, **tender.acts)
    answer = client.post(address(tender), stale)
    text = answer.content.decode()
    assert answer.status_code == 409
    for stands, typed in (("60", "30"), ("20", "30"), ("–", "Mine")):
        assert f'<del dir="auto">{stands}</del> → <ins dir="auto">{typed}</ins>' in text
    assert 'value="Mine"' in text
    assert Lot.objects.get(pk=tender.lot.pk).price_weight == 60
    with pytest.raises(Conflict):
        tender.lot.state_award(seen="stale", price_weight=30, **tender.acts)


def test_the_same_twice_is_no_conflict(client, tender):
    client.force_login(tender.person)
    data = sent(tender)
    assert [client.post(address(tender), data).status_code for _ in range(2)] == [302, 302]


def test_points_are_shared_and_nobody_gets_none(client, tender):
    client.force_login(tender.person)
    client.post(address(tender), sent(tender, price_weight=79, do="evenly"))
    assert weights(tender) == [11, 10]
    answer = client.post(address(tender), sent(tender, price_weight=99, do="evenly"))
    assert answer.status_code == 422
    assert "2 shoulds cannot share 1 point: some would get 0" in answer.content.decode()
    assert "Make 1 of them a must or a may" in answer.content.decode()
    assert (weights(tender), Lot.objects.get(pk=tender.lot.pk).price_weight) == ([11, 10], 79)


def test_sharing_asks_nothing_of_the_points_that_it_replaces(client, tender):
    first, second = tender.lot.scored
    second.remove(**tender.acts)
    tender.lot.state_award(price_weight=None, evenly=True, **tender.acts)
    assert weights(tender) == [100]
    client.force_login(tender.person)
    client.post(address(tender), sent(tender, price_weight=60, do="evenly"))
    assert weights(tender) == [40]
    typed = sent(tender, price_weight=50, do="evenly") | {f"weight-{first.pk}": "1000"}
    client.post(address(tender), typed)
    assert weights(tender) == [50]


def test_one_that_has_all_points_is_saved_as_it_stands(client, tender):
    """What the portal wrote itself is no mistake of whoever saves the page."""
    tender.lot.scored[1].remove(**tender.acts)
    tender.lot.state_award(price_weight=None, evenly=True, **tender.acts)
    client.force_login(tender.person)
    answer = client.post(address(tender), sent(tender, price_weight=""))
    assert (answer.status_code, weights(tender)) == (302, [100])


def test_sharing_on_the_builder_refuses_with_the_reason(client, tender):
    tender.lot.state_award(price_weight=99, **tender.acts)
    client.force_login(tender.person)
    share = reverse("lot-share", args=[tender.reference, tender.lot.pk])
    assert "cannot share 1 point" in client.post(share, follow=True).content.decode()
    assert weights(tender) == [20, 40]


def test_more_shoulds_than_points_come_without_weights(db):
    made = make.tender()
    many = make.asked_edition(criteria=101, level="should")
    added = made.lot.add_edition(many, by=made.person, at=AT)
    assert (added.new, added.shared) == (101, False)
    assert set(made.lot.scored.values_list("weight", flat=True)) == {None}


def test_a_hundred_shoulds_are_told_they_are_too_many(client, db):
    made = make.tender(edition=make.asked_edition(criteria=100, level="should"))
    made.acts = {"by": made.person, "at": AT}
    client.force_login(made.person)
    page = client.get(address(made)).content.decode()
    assert "100 shoulds cannot share 99 points" in page
    assert 'name="weight-' not in page
    assert client.post(address(made), sent(made)).status_code == 302
    assert "100 shoulds cannot share 60 points" in " ".join(readiness.missing(made, at=AT))


@pytest.mark.parametrize("weight", [{"price_weight": 0}, {"price_weight": 100}, {"threshold": 101}])
def test_what_is_out_of_reach_is_refused(client, tender, weight):
    client.force_login(tender.person)
    assert client.post(address(tender), sent(tender, **weight)).status_code == 422


def test_nothing_is_worth_nothing(tender):
    first = str(tender.lot.scored[0].pk)
    with pytest.raises(NotReady, match="at least 1 point"):
        tender.lot.state_award(weights={first: 0}, **tender.acts)


def test_where_nothing_is_scored_the_price_alone_decides(client, db):
    made = make.tender()
    client.force_login(made.person)
    page = client.get(address(made)).content.decode()
    assert "nothing is scored and the price alone decides" in page
    data = {"price_kind": "cost", "price_words": "Five years"}
    assert client.post(address(made), data).status_code == 302
    made.refresh_from_db()
    made.publish(by=made.person, at=AT)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Nothing is scored. Of the bids that meet every must" in page
    assert "Cost over the whole contract: Five years" in page
    assert "Cost over the whole contract alone" in page


def test_bidders_read_on_the_page_how_they_are_scored(client, tender):
    tender.lot.state_award(price_weight=40, price_formula="linear", earns="level", **tender.acts)
    tender.publish(**tender.acts)
    page = client.get(tender.get_absolute_url()).content.decode()
    for words in (
        "40 × (2 − price ÷ lowest price), never below 0",
        "40 × (2 − 100,000 ÷ 80,000) = 30.00 points",
        "By assurance: AL1\xa05.00 · AL2\xa010.00 · AL3\xa015.00 · AL4\xa020.00 points",
        "Scored 0 to 5: 40 × score ÷ 5.",
        "exactly half a hundredth is rounded up",
        "What the scores mean",
        "Price 40, quality 60",
    ):
        assert words in page


def test_the_example_is_what_evaluation_computes():
    lowest, own = award_words.EXAMPLE
    for formula in (scoring.RATIO, scoring.LINEAR):
        points = scoring.for_prices({1: lowest, 2: own}, 37, formula)[2]
        price = {"kind": "price", "weight": 37, "formula": formula}
        assert f"= {points} points." in award_words.example(price, "en")
    assert isinstance(points, Decimal)


@pytest.mark.parametrize("format", ["docx", "odt", "html", "xlsx", "csv"])
def test_a_body_from_before_still_becomes_a_file(format):
    tree = annex.build(bodies.body(), "f" * 64)
    assert tree.lots[0].award is None
    assert "Award criteria" not in dict(tree.facts)
    assert FORMATS[format].write(tree, annex.silent)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_file_says_how_bids_are_scored(tender, language):
    tender.state(language=language, **tender.acts)
    tender.lot.state_award(price_weight=40, threshold=50, **tender.acts)
    tree = annex.build(written(tender))
    award = tree.lots[0].award
    assert [each.points for each in award.criteria] == [40, 20, 20, 40, 40, 100]
    page = FORMATS["html"].write(tree, annex.silent).decode()
    assert all(line in page for line in award.lines)
    assert award.criteria[4].scored in FORMATS["csv"].write(tree, annex.silent).decode()


def test_open_contracting_data_says_so_too(tender):
    tender.lot.state_award(price_weight=40, **tender.acts)
    made = json.loads(FORMATS["json"].write(annex.build(written(tender)), annex.silent))
    about = made["releases"][0]["tender"]
    assert about["awardCriteria"] == "ratedCriteria"
    assert "40 × lowest price ÷ price" in about["awardCriteriaDetails"]
    assert about["lots"][0]["certcentre_award"]["price"]["weight"] == 40
    assert ocds_schema.wrongs(ocds_schema.OURS, made["releases"][0]) == []
    tender.lot.requirements.update(obligation="must", weight=None)
    made = json.loads(FORMATS["json"].write(annex.build(written(tender)), annex.silent))
    assert made["releases"][0]["tender"]["awardCriteria"] == "priceOnly"


def test_evaluation_reads_its_rules_from_the_frozen_body(tender):
    terms = {"price_weight": 40, "price_formula": "linear", "threshold": 50}
    tender.lot.state_award(**terms, **tender.acts)
    frozen = written(tender)["lots"][0]["award"]
    assert scoring.Rules.of(frozen) == scoring.Rules(40, "linear", 50)
    tender.lot.requirements.update(obligation="must", weight=None)
    assert scoring.Rules.of(written(tender)["lots"][0]["award"]) == scoring.Rules(100)


def test_a_brand_in_what_the_price_covers_is_thought_about(tender):
    tender.lot.state_award(price_words="iPads for 4,000 learners", **tender.acts)
    assert "brand" in {warned.kind for warned in readiness.warnings(tender, at=AT)}
    assert "or equivalent" in written(tender)["lots"][0]["award"]["price"]["title"]


def test_an_amendment_carries_them_and_tells_what_changed(client, tender):
    tender.lot.state_award(price_weight=40, scores=["Nothing", *[""] * 5], **tender.acts)
    tender.publish(**tender.acts)
    later = amend(tender, reason="Price counts more", **tender.acts)
    lot = later.lots.get()
    assert {name: getattr(lot, name) for name in Lot.AWARD} == {
        name: getattr(Lot.objects.get(pk=tender.lot.pk), name) for name in Lot.AWARD
    }
    assert not changes(written(tender), written(later))
    new = {"price_weight": 50, "price_formula": "linear", "threshold": 60, "scores": []}
    lot.state_award(evenly=True, **new, **tender.acts)
    later.publish(**tender.acts)
    page = client.get(later.get_absolute_url()).content.decode()
    for before, after in (
        ("40", "50"),
        ("Lowest price ÷ price: twice the lowest price gets half",
         "Linear: down evenly, twice the lowest price gets nothing"),
        ("–", "60"),
        ("Nothing", paper_languages.of("en").scores[0]),
    ):  # fmt: skip
        assert f'<del dir="auto">{before}</del> → <ins dir="auto">{after}</ins>' in page
    assert "What a score of 0 means" in page


def test_a_body_from_before_is_told_apart(tender):
    body = written(tender)
    old = json.loads(json.dumps(body))
    del old["lots"][0]["award"]
    assert changes(old, body).lots[1]["price_kind"] == (None, "price")


def test_a_copy_begins_with_the_same_criteria(tender):
    tender.lot.state_award(price_weight=40, **tender.acts)
    into = make.tender(buyer=tender.buyer)
    copy(tender, into, **tender.acts)
    assert into.lots.get().price_weight == 40


@pytest.mark.parametrize("words", ["Trois ans, TTC", "Three years, including VAT"])
def test_what_the_price_covers_says_nothing_of_tax(client, tender, words):
    client.force_login(tender.person)
    address = reverse("award-criteria", args=[tender.reference, tender.lot.pk])
    page = client.post(address, sent(tender, price_words=words)).content.decode()
    assert "Prices are without tax in every paper. Take this out:" in page
    assert words in page
