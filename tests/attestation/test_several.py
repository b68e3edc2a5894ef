"""One finding for several criteria at once."""

import re

import pytest
from django.urls import reverse

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.attestation.bulk_findings import record_several
from standards.attestation.findings import CorrectiveAction
from standards.catalogue.editions import Criterion
from standards.catalogue.long_sheet import Done
from standards.catalogue.sheet_page import Result
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
        seen = changes.pop("seen", dict(wanted.values_list("pk", "revision")))
        fields = {"result": "conforming", "methods": ["document"], "note": "", "at": at}
        fields |= {"by": engagement.body.person, **changes}
        return record_several(engagement, seen, **fields)

    return several


def ticked(page):
    """How many rows are ticked."""
    return len(re.findall(r'name="pick" value="\d+"\s+checked', page))


def left(done):
    """Why each that stays as it was does so, by ref."""
    return {ref: str(why) for _key, ref, why in done.left}


def results(engagement):
    rows = engagement.findings.order_by("criterion__position")
    return list(rows.values_list("result", flat=True))


def test_it_is_written_on_those_chosen_and_on_no_other(engagement, write, at):
    done = write("1.2", "1.3", methods=["test", "document"], note="Seen in the lab.")
    assert (done.number, done.left) == (2, [])
    assert done.sentence == "The finding on 2 criteria is now: Conforming."
    assert results(engagement) == ["conforming", "conforming", "conforming", "not_examined"]
    one = engagement.findings.get(criterion__ref="1.3")
    assert (one.methods, one.note, one.revision) == (["document", "test"], "Seen in the lab.", 1)
    assert (one.recorded_by, one.recorded_at) == (engagement.body.person, at)


def test_what_has_a_finding_is_left_as_it_is_and_named(engagement, write):
    done = write("1.1", "1.2", result="not_applicable", note="Has no video.")
    assert results(engagement)[:2] == ["conforming", "not_applicable"]
    assert left(done) == {"1.1": "It has a finding already: change it in its row."}


def test_what_the_provider_was_shown_is_written_in_its_row(engagement, write, at):
    finding = engagement.findings.get(criterion__ref="1.2")
    CorrectiveAction.objects.create(finding=finding, opened_at=at, released_at=at)
    assert left(write("1.2")) == {"1.2": "It has a finding already: change it in its row."}


def test_what_was_changed_elsewhere_meanwhile_is_left_as_it_is(engagement, write, at):
    finding = engagement.findings.select_related("criterion").get(criterion__ref="1.2")
    finding.engagement, colleague = engagement, make.member(engagement.body, "evaluator")
    fields = {"result": "minor", "methods": ["test"], "note": "Fails.", "revision": 0}
    finding.record(by=colleague, at=at, **fields)
    done = write("1.2", "1.3", seen={finding.pk: 0, **seen_of(engagement, "1.3")})
    assert left(done) == {"1.2": "It was changed elsewhere meanwhile: look at it again."}
    assert results(engagement)[1:3] == ["minor", "conforming"]


def seen_of(engagement, ref):
    return dict(engagement.findings.filter(criterion__ref=ref).values_list("pk", "revision"))


def test_pressing_twice_is_no_conflict_with_oneself(engagement, write):
    before = seen_of(engagement, "1.2")
    write("1.2")
    done = write("1.2", seen=before)
    assert (done.number, done.left) == (1, [])
    assert engagement.findings.get(criterion__ref="1.2").revision == 1


def test_methods_ticked_before_stay_and_words_are_not_written_over(engagement, write):
    rows = engagement.findings
    rows.filter(criterion__ref="1.2").update(methods=["interview"])
    rows.filter(criterion__ref="1.3").update(note="Ask about the export.")
    done = write("1.2", "1.3", note="Seen.")
    assert rows.get(criterion__ref="1.2").methods == ["document", "interview"]
    assert left(done) == {"1.3": "It has words of its own: write its finding in its row."}
    assert (write("1.3").number, rows.get(criterion__ref="1.3").note) == (
        1,
        "Ask about the export.",
    )


def test_what_needs_another_method_is_left_and_the_rest_is_written(engagement, write):
    done = write("1.2", "1.3", "1.4")
    assert left(done) == {"1.4": "These are shown only with more than you name: 1.4 (Test)."}
    assert results(engagement) == ["conforming"] * 3 + ["not_examined"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"result": "minor", "note": "Fails."}, "each nonconformity alone"),
        ({"result": "not_examined"}, "each nonconformity alone"),
        ({"result": "dream"}, "each nonconformity alone"),
        ({"methods": []}, "at least one method"),
        ({"methods": ["dream"]}, "is not a method"),
        ({"result": "observation"}, "Say what you saw"),
        ({"seen": {}}, "Tick at least one"),
    ],
)
def test_what_holds_for_none_is_refused_whole(engagement, write, changes, words):
    with pytest.raises(NotReady, match=words):
        write("1.2", "1.3", **changes)
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


def press(client, engagement, *refs, **words):
    """On the page, without script: these rows ticked, as they are in sight."""
    seen = {pk: at for ref in refs for pk, at in seen_of(engagement, ref).items()}
    sent = {"pick": [f"{pk}.{at}" for pk, at in seen.items()], "do": "all:conforming", **words}
    return client.post(reverse("findings", args=[engagement.pk]), sent, follow=True)


def test_on_the_page(client, engagement):
    client.force_login(engagement.body.person)
    refused = press(client, engagement, "1.2", "1.3")
    assert (refused.status_code, ticked(refused.content.decode())) == (422, 2)
    assert "at least one method" in refused.content.decode()
    shown = press(client, engagement, "1.1", "1.2", "1.4", how=["document"]).content.decode()
    assert "The finding on 1 criterion is now: Conforming." in shown
    assert "1.1: It has a finding already" in shown
    assert "1.4: These are shown only with more" in shown
    assert results(engagement) == ["conforming"] * 2 + ["not_examined"] * 2


@pytest.fixture
def declared_less(engagement):
    """The provider declared 1.2 partly met."""
    answers = engagement.declaration.assessment.answers
    answers.filter(criterion__ref="1.2").update(value="partly_met", reason="By June.")
    return engagement


def test_what_says_more_than_the_provider_did_is_written_alone(declared_less, write):
    done = write("1.2", "1.3", note="Seen.")
    assert left(done)["1.2"].startswith("The provider declared less: write it alone")
    assert results(declared_less)[1:3] == ["not_examined", "conforming"]


def test_tick_all_takes_what_was_declared_met_and_has_no_finding(client, declared_less):
    client.force_login(declared_less.body.person)
    address = reverse("findings", args=[declared_less.pk])
    assert ticked(client.get(address).content.decode()) == 0
    page = client.get(f"{address}?tick=met").content.decode()
    assert ticked(page) == 2
    alone = re.findall(r'data-answer="(\d+)"\s+data-revision="\d+"\s+data-alone', page)
    assert alone == [str(pk) for pk in seen_of(declared_less, "1.2")]


def test_alone_it_needs_its_own_note_and_stands_on_a_list(declared_less, at):
    finding = declared_less.findings.select_related("criterion").get(criterion__ref="1.2")
    finding.engagement = declared_less
    fields = {"result": "conforming", "methods": ["test"], "revision": finding.revision}
    fields |= {"by": declared_less.body.person, "at": at}
    with pytest.raises(NotReady, match="declared “Partly met”"):
        finding.record(note="", **fields)
    finding.record(note="Captions work.", **fields)
    assert [row.criterion.ref for row in declared_less.findings.saying_more()] == ["1.2"]


def test_where_nothing_was_written_it_says_that_nothing_changed():
    """Before: “The finding on 0 criteria is now: Conforming.”"""
    done = Done("The finding on 0 criteria is now: Conforming.", 0, [])
    assert Result(done=done).sentences == ["Nothing changed."]
    assert Result(done=Done("2 are.", 2)).sentences == ["2 are."]
