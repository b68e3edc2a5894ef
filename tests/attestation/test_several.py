"""One finding for several criteria at once."""

import re

import pytest
from django.urls import reverse

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.attestation.bulk_findings import record_several, unexamined
from standards.catalogue.editions import Criterion
from tests import make

pytestmark = pytest.mark.alike


def examining():
    """Examining ex:1.1 to 1.4; 1.1 conforms, 1.4 is shown only by a test, the rest is open."""
    declaration = make.declaration(criteria=make.criteria(4, key="ex"))
    made = make.engagement("examining", declaration=declaration, results={"ex:1.1": "conforming"})
    Criterion.objects.filter(key="ex:1.4").update(verification="test")
    open_ones = made.findings.exclude(criterion__key="ex:1.1")
    open_ones.update(result="not_examined", methods=[], note="", revision=0)
    return made


kept = make.kept(examining)


@pytest.fixture
def engagement(kept, db):
    return kept()


@pytest.fixture
def write(engagement, at):
    def several(*refs, **changes):
        wanted = engagement.findings.filter(criterion__ref__in=refs)
        fields = {"result": "conforming", "methods": ["document"], "note": "", "at": at}
        fields |= {
            "by": engagement.body.person,
            "findings": list(wanted.values_list("pk", flat=True)),
        }
        return record_several(engagement, **{**fields, **changes})

    return several


def ticked(page):
    """How many boxes are ticked."""
    return len(re.findall(r"<input type=\"checkbox\"[^>]*\schecked\b", page))


def results(engagement):
    rows = engagement.findings.order_by("criterion__position")
    return list(rows.values_list("result", flat=True))


def test_it_is_written_on_those_chosen_and_on_no_other(engagement, write, at):
    assert write("1.2", "1.3", methods=["test", "document"], note="Seen in the lab.") == 2
    assert results(engagement) == ["conforming", "conforming", "conforming", "not_examined"]
    one = engagement.findings.get(criterion__ref="1.3")
    assert (one.methods, one.note, one.revision) == (["document", "test"], "Seen in the lab.", 1)
    assert (one.recorded_by, one.recorded_at) == (engagement.body.person, at)


def test_what_was_examined_meanwhile_is_left_as_it_is(engagement, write):
    assert write("1.1", "1.2", result="not_applicable", note="Has no video.") == 1
    assert results(engagement)[:2] == ["conforming", "not_applicable"]
    with pytest.raises(NotReady, match="Tick at least one"):
        write("1.1", "1.2")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"result": "minor", "note": "Fails."}, "each nonconformity alone"),
        ({"result": "not_examined"}, "each nonconformity alone"),
        ({"methods": []}, "at least one method"),
        ({"methods": ["dream"]}, "is not a method"),
        ({"result": "observation"}, "Say what you saw"),
        ({}, r"more than you name: 1.4 \(Test\)"),
    ],
)
def test_all_or_none(engagement, write, changes, said):
    with pytest.raises(NotReady, match=said):
        write("1.2", "1.3", "1.4", **changes)
    assert results(engagement)[1:] == ["not_examined"] * 3


def test_whoever_may_not_examine_writes_nothing(engagement, write):
    with pytest.raises(NotAllowed):
        write("1.2", by=engagement.body.second)
    engagement.cancel(by=engagement.body.person, at=engagement.accepted_at, reason="Stopped")
    with pytest.raises(IllegalMove):
        write("1.2")
    assert results(engagement)[1] == "not_examined"


def test_a_colleague_who_writes_took_part_and_does_not_decide(engagement, write):
    colleague = make.member(engagement.body, "evaluator")
    write("1.2", by=colleague)
    assert set(engagement.examiners.all()) == {colleague}


def test_the_statements_do_not_grow(engagement, write, django_assert_max_num_queries):
    counts = []
    for refs in (["1.2"], ["1.3", "1.4"]):
        with django_assert_max_num_queries(20) as seen:
            write(*refs, methods=["test"])
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_on_the_page(client, engagement):
    client.force_login(engagement.body.person)
    address = reverse("findings-several", args=[engagement.pk])
    assert address in client.get(reverse("findings", args=[engagement.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "1.2 Criterion 2 (Met, 0 pieces of evidence)" in page
    assert "1.1 Criterion 1" not in page
    assert ticked(page) == 0
    assert ticked(client.get(f"{address}?tick=all").content.decode()) == 3
    keys = list(unexamined(engagement).values_list("pk", flat=True))
    said = {"findings": keys, "result": "conforming", "methods": ["document"], "note": "Kept"}
    refused = client.post(address, said)
    assert (refused.status_code, "Kept</textarea>" in refused.content.decode()) == (422, True)
    assert client.post(address, {**said, "methods": ["test"]}).status_code == 302
    assert results(engagement) == ["conforming"] * 4
    assert client.get(address).status_code == 302


@pytest.fixture
def declared_less(engagement):
    """The provider declared 1.2 partly met."""
    answers = engagement.declaration.assessment.answers
    answers.filter(criterion__ref="1.2").update(value="partly_met", reason="By June.")
    return engagement


def test_what_says_more_than_the_provider_did_is_written_alone(declared_less, write):
    with pytest.raises(NotReady, match=r"declared less on 1\.2"):
        write("1.2", "1.3", note="Seen.")
    assert write("1.3") == 1


def test_tick_all_takes_what_was_declared_met(client, declared_less):
    client.force_login(declared_less.body.person)
    address = reverse("findings-several", args=[declared_less.pk])
    assert ticked(client.get(f"{address}?tick=all").content.decode()) == 2


def test_alone_it_needs_its_own_note_and_stands_on_a_list(declared_less, at):
    finding = declared_less.findings.select_related("criterion").get(criterion__ref="1.2")
    finding.engagement = declared_less
    fields = {"result": "conforming", "methods": ["test"], "revision": finding.revision}
    fields |= {"by": declared_less.body.person, "at": at}
    with pytest.raises(NotReady, match="declared “Partly met”"):
        finding.record(note="", **fields)
    finding.record(note="Captions work.", **fields)
    assert [row.criterion.ref for row in declared_less.findings.saying_more()] == ["1.2"]
