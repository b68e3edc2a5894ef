"""The centre's pages of mappings, rules, profiles and needs."""

import re

import pytest
from django.urls import reverse

from certcentre.log.models import LogEntry
from standards.models import Criterion, Mapping, Need, Profile, Rule
from tests import make

pytestmark = pytest.mark.alike

WHEN = {"fact1": "delivery", "op1": "any_of", "values1": "web, android"}
RULE = {"id": "X1", "effect": "expected", "joint": "all", "why": "Because.", "reason": "Asked for"}


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return centre.officer


@pytest.fixture
def second(centre):
    return make.member(centre, "officer")


@pytest.fixture
def ends(db):
    return make.criteria(1, key="one")[0].key, make.criteria(1, key="two")[0].key


def send(client, name, data, *args):
    return client.post(reverse(f"catalogue-{name}", args=args), data)


def mapping(ends, **more):
    base = {"source": ends[0], "target": ends[1], "relation": "equal", "origin": "Example Body"}
    return {**base, "reason": "Compared by hand", **more}


def text(response):
    return " ".join((response.content.decode()).split())  # tags may be laid out over lines


def test_a_mapping_is_proposed_and_signed_by_a_second_person(officer, second, client, ends):
    assert send(client, "mappings-new", mapping(ends, strength="8")).status_code == 302
    made = Mapping.objects.get()
    assert (made.status, made.strength, made.proposed_by) == ("proposed", 8, officer)
    assert send(client, "mappings-publish", {"signed": "on"}, made.pk).status_code == 403
    client.force_login(second)
    assert send(client, "mappings-publish", {"signed": "on"}, made.pk).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.published_by) == ("published", second)


def test_who_when_and_why_stand_in_the_log(officer, client, ends):
    send(client, "mappings-new", mapping(ends))
    made = Mapping.objects.get()
    send(client, "mappings-edit", mapping(ends, note="Nearly", reason="Read again"), made.pk)
    steps = LogEntry.objects.about(made)
    assert [(one.step, one.actor, one.reason) for one in steps] == [
        ("mapping.proposed", officer, "Compared by hand"),
        ("mapping.changed", officer, "Read again"),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "none:1"}, "No criterion is called so"),
        ({"target": "one:1.1"}, "maps a criterion to itself"),
        ({"origin": ""}, "required"),
        ({"relation": "same"}, "valid choice"),
    ],
)
def test_a_page_refuses_what_a_file_is_refused_for(changes, said, officer, client, ends):
    answer = send(client, "mappings-new", mapping(ends, **changes))
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Mapping.objects.exists()


def test_an_end_is_found_by_words_and_picked(officer, client, ends):
    Criterion.objects.filter(key=ends[1]).update(title="Contrast of text")
    asked = text(send(client, "mappings-new", mapping(ends, target="text CONTRAST", note="Kept")))
    assert 'name="target_pick" value="two:1.1"' in asked
    assert ("two:1.1: Contrast of text" in asked, "Kept" in asked) == (True, True)
    assert not Mapping.objects.exists()
    picked = mapping(ends, target="text contrast", target_pick="two:1.1")
    assert send(client, "mappings-new", picked).status_code == 302
    assert Mapping.objects.get().target.key == "two:1.1"


def test_a_criterion_is_not_offered_as_its_own_other_end(officer, client, ends):
    asked = text(send(client, "mappings-new", mapping(ends, target="Criterion")))
    assert ('value="two:1.1"' in asked, 'name="target_pick" value="one:1.1"' in asked) == (
        True,
        False,
    )


def test_words_that_no_criterion_has_and_a_pick_that_was_not_offered_are_refused(
    officer, client, ends
):
    none = send(client, "mappings-new", mapping(ends, target="zebra"))
    assert "No criterion is called so or has these words." in text(none)
    forged = mapping(ends, target="Criterion", target_pick="none:9")
    assert send(client, "mappings-new", forged).status_code == 422
    assert not Mapping.objects.exists()


def test_a_mapping_begins_at_a_criterion(officer, client, ends):
    page = text(client.get(Criterion.objects.get(key=ends[0]).get_absolute_url()))
    assert "/catalogue/mappings/new/?source=one%3A1.1" in page
    assert 'value="one:1.1"' in text(client.get("/catalogue/mappings/new/?source=one:1.1"))


def test_two_criteria_are_mapped_once_either_way_round(officer, client, ends):
    send(client, "mappings-new", mapping(ends))
    turned = mapping((ends[1], ends[0]))
    assert "mapped already" in text(send(client, "mappings-new", turned))


def test_a_withdrawn_mapping_leaves_room_for_another(officer, client, ends, at):
    send(client, "mappings-new", mapping(ends))
    first = Mapping.objects.get()
    first.publish(by=None, at=at)
    assert send(client, "mappings-withdraw", {"reason": "Wrong"}, first.pk).status_code == 302
    assert send(client, "mappings-new", mapping(ends, relation="subset_of")).status_code == 302
    assert sorted(Mapping.objects.values_list("status", flat=True)) == ["proposed", "withdrawn"]


def test_what_is_published_stays_as_it_is(officer, client, ends, at):
    send(client, "mappings-new", mapping(ends))
    made = Mapping.objects.get()
    made.publish(by=None, at=at)
    answer = send(client, "mappings-edit", mapping(ends, relation="subset_of"), made.pk)
    assert (answer.status_code, "is published and stays" in text(answer)) == (422, True)


def test_ticked_ones_are_signed_together_but_not_ones_own(officer, second, client, ends):
    send(client, "mappings-new", mapping(ends))
    other = make.mapping(*make.criteria(1), *make.criteria(1))
    keys = list(Mapping.objects.values_list("pk", flat=True))
    send(client, "mappings-sign", {"key": keys, "signed": "on"})
    assert set(Mapping.objects.filter(status="published")) == {other}


def test_what_was_ticked_stays_ticked_where_the_signature_lacks(officer, client):
    mapping = make.mapping(*make.criteria(1), *make.criteria(1))
    make.mapping(*make.criteria(1), *make.criteria(1))
    address = reverse("catalogue-mappings-sign") + "?q=1.1&status=proposed"
    answer = client.post(address, {"key": [mapping.pk]})
    page = text(answer)
    assert answer.status_code == 422
    assert re.findall(r'name="key" value="(\d+)"[^>]* checked', page) == [str(mapping.pk)]
    assert 'href="#id_signed"' in page
    assert "Tick this to sign." in page
    assert 'aria-invalid="true"' in page
    assert 'name="q" type="search" dir="auto" value="1.1"' in page
    assert not Mapping.objects.filter(status="published").exists()


def test_signing_nothing_is_said_and_keeps_the_signature(officer, client):
    make.mapping(*make.criteria(1), *make.criteria(1))
    answer = client.post(reverse("catalogue-mappings-sign"), {"signed": "on"})
    assert answer.status_code == 422
    assert "Tick at least one that you read." in text(answer)
    assert re.search(r'name="signed"[^>]* checked', text(answer))


def test_after_signing_the_list_is_as_narrow_as_before(officer, client):
    mapping = make.mapping(*make.criteria(1), *make.criteria(1))
    narrow = "?q=1.1&status=proposed"
    address = reverse("catalogue-mappings-sign") + narrow
    signed = client.post(address, {"key": [mapping.pk], "signed": "on"})
    assert signed.headers["Location"] == reverse("catalogue-mappings") + narrow
    assert client.get(address).headers["Location"] == reverse("catalogue-mappings") + narrow


def test_a_rule_is_written_in_lines(officer, client):
    make.fact("delivery")
    edition = make.edition("ex")
    data = {**RULE, **WHEN, "standard": "ex", "criteria": "1.1\n1.2"}
    assert send(client, "rules-new", data).status_code == 302
    rule = Rule.objects.get()
    assert rule.when == {"fact": "delivery", "op": "any_of", "value": ["web", "android"]}
    assert (rule.edition, rule.refs, rule.status) == (edition, ["1.1", "1.2"], "proposed")
    assert "names Web or Android" in text(client.get(reverse("catalogue-rules-one", args=["X1"])))


def test_a_rule_is_written_as_text_where_it_is_more(officer, client):
    make.fact("delivery")
    make.edition("ex")
    when = "not:\n  all:\n  - {fact: delivery, op: any_of, value: [web]}\n"
    data = {**RULE, "standard": "ex", "when": when}
    assert send(client, "rules-new", data).status_code == 302
    shown = text(client.get(reverse("catalogue-rules-edit", args=["X1"])))
    assert "fact: delivery" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values1": "balloon"}, "has no value balloon"),
        ({"op1": "is_true"}, "cannot be asked is_true"),
        ({"effect": "mandatory_by_law"}, "a law needs"),
        ({"criteria": "9.9"}, "there is no criterion ex:9.9"),
        ({"level": "Z"}, "has no level Z"),
        ({"fact1": ""}, "Say when the rule applies"),
        ({"when": "{"}, "not written as it should be"),
    ],
)
def test_a_rule_that_a_file_would_not_load(changes, said, officer, client):
    make.fact("delivery")
    make.edition("ex")
    answer = send(client, "rules-new", {**RULE, **WHEN, "standard": "ex", **changes})
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Rule.objects.exists()


def test_a_profile(officer, client):
    make.edition("ex")
    data = {"id": "basics", "label": "Basics", "purpose": "All", "criteria": "ex:1.1\nex:1.2"}
    data |= {"editions": "ex AA", "laws": "ex 1.3", "least": "others 1\nsecurity 3", "reason": "x"}
    assert send(client, "profiles-new", data).status_code == 302
    made = Profile.objects.get()
    assert made.contents["editions"] == [{"edition": "ex", "level": "AA"}]
    assert (made.contents["laws"], made.least) == ({"ex": ["1.3"]}, {"": 1, "security": 3})
    assert client.get(reverse("catalogue-profiles-edit", args=["basics"])).status_code == 200


def test_a_need(officer, client):
    make.edition("ex")
    data = {"id": "reading", "group": "learning", "label": "Reading", "means": "Reads slowly."}
    data |= {"required_all": "ex:1.1", "required_any": "Sound: ex:1.2 ex:1.3", "reason": "x"}
    assert send(client, "needs-new", data).status_code == 302
    made = Need.objects.get()
    group = {"label": "Sound", "any_of": ["ex:1.2", "ex:1.3"]}
    assert made.evidence["required_any"] == [group]
    assert "ex:1.2 ex:1.3" in text(client.get(reverse("catalogue-needs-edit", args=["reading"])))


def test_another_is_proposed_from_one_that_stands(officer, client):
    make.edition("ex")
    make.need("reading", required=["ex:1.1"])
    shown = text(client.get(reverse("catalogue-needs-new") + "?from=reading"))
    assert "ex:1.1" in shown
    data = {"id": "reading", "group": "seeing", "label": "x", "means": "x", "reason": "x"}
    answer = send(client, "needs-new", {**data, "required_all": "ex:1.1"})
    assert "is taken" in text(answer)


@pytest.mark.parametrize("kind", ["mappings", "rules", "profiles", "needs"])
def test_lists_take_the_same_statements(kind, officer, client, django_assert_max_num_queries):
    for n in range(3):
        make.rule(make.edition(f"e{n}"), key=f"X{n}")
        make.mapping(*make.criteria(1), *make.criteria(1))
    with django_assert_max_num_queries(9):
        assert client.get(reverse(f"catalogue-{kind}")).status_code == 200


def test_what_waits_comes_first(officer, client, at):
    signed, waits = (make.mapping(*make.criteria(1), *make.criteria(1)) for _ in range(2))
    signed.publish(by=None, at=at)
    shown = text(client.get(reverse("catalogue-mappings")))
    assert shown.index(waits.source.key) < shown.index(signed.source.key)
