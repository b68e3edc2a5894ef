"""The sheet of findings: filters, counts and finds are of the same lines, and true after a save."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.bench.measuring import own
from standards.attestation.sheet import Only, Sheet
from standards.catalogue.editions import Criterion
from standards.catalogue.sheet_page import PAGE
from tests import make
from tests.make.moment import AT
from tests.make.sheet import filed


def built_engagement():
    """1.1 conforms, 1.2 was declared not met and conforms, 1.3 fails; of 1.4 and 1.5, which a test
    shows, nothing is said yet. One piece of evidence speaks for 1.1."""
    declaration = make.declaration(criteria=make.criteria(5, key="ex"))
    assessment = declaration.assessment
    assessment.answers.filter(criterion__ref="1.2").update(value="not_met", reason="By June.")
    piece = filed(assessment.release.solution.organisation)
    assessment.answers.get(criterion__ref="1.1").evidence_uses.create(evidence=piece)
    Criterion.objects.filter(key="ex:1.5").update(verification="document+test")
    made = make.engagement("examining", declaration=declaration)
    colleague = make.member(made.body, "evaluator")
    record(made, "1.1", "conforming", by=made.body.person)
    record(made, "1.2", "conforming", by=colleague)
    record(made, "1.3", "minor", by=made.body.person)
    return made


kept_engagement = make.kept(built_engagement)


@pytest.fixture
def engagement(kept_engagement, db):
    return kept_engagement()


def record(engagement, ref, result, *, by):
    finding = engagement.findings.select_related("criterion").get(criterion__ref=ref)
    finding.engagement = engagement
    words = {"methods": ["test"], "note": "Seen on an Écran.", "revision": finding.revision}
    finding.record(result=result, by=by, at=AT, **words)


def read(engagement, **asked):
    return Sheet.read(engagement, by=engagement.body.person, at=AT, **asked)


def refs(engagement, **asked):
    return [line.ref for line in read(engagement, **asked).shown]


def test_each_filter_keeps_what_it_counts(engagement):
    kept = {
        "": ["1.1", "1.2", "1.3", "1.4", "1.5"],
        Only.OPEN: ["1.4", "1.5"],
        Only.LESS: ["1.2"],
        Only.BARE: ["1.3", "1.4", "1.5"],
        Only.TEST: ["1.5"],
        Only.AGAINST: ["1.3"],
        Only.MORE: ["1.2"],
        Only.MINE: ["1.1", "1.3"],
    }
    assert {only: refs(engagement, only=only) for only in kept} == kept
    assert read(engagement).tally == {only: len(lines) for only, lines in kept.items()}


def test_words_are_found_in_names_statements_notes_and_what_the_provider_wrote(engagement):
    assert refs(engagement, words="ecran SEEN") == ["1.1", "1.2", "1.3"]
    assert refs(engagement, words="by june") == ["1.2"]
    assert refs(engagement, words="1.4") == ["1.4"]
    assert refs(engagement, words="nothing of it") == []


def test_what_says_more_is_the_list_before_hand_over(engagement):
    listed = [finding.criterion.ref for finding in engagement.findings.saying_more()]
    assert refs(engagement, only=Only.MORE) == listed == ["1.2"]


def test_after_a_save_its_cells_the_counts_and_what_comes_next_come(client, engagement):
    client.force_login(engagement.body.person)
    finding = engagement.findings.get(criterion__ref="1.5")
    address = reverse("finding", args=[engagement.pk, finding.pk])
    sent = {f"v{finding.pk}": "major", f"m{finding.pk}": ["test"], f"n{finding.pk}": "No."}
    headers = {"X-Autosave": "1", "X-Parts": "1"}
    got = client.post(address, {**sent, "revision": 0}, headers=headers).content.decode()
    parts = dict(re.findall(r'<b data-part="n-(\w+)">(\d+)</b>', got))
    assert (parts["open"], parts["against"], parts["mine"]) == ("1", "2", "3")
    assert "1 criterion has no finding yet" in got
    assert 'data-part="conclude"' in got
    assert "4 of 5 examined" in got


def test_a_sheet_takes_the_same_few_statements_at_any_size(client, db):
    def cost(number):
        declaration = make.declaration(criteria=make.criteria(number))
        made = make.engagement("examining", declaration=declaration)
        client.force_login(made.body.person)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("findings", args=[made.pk])).status_code == 200
        return len(own(seen.captured_queries))

    assert cost(3) == cost(PAGE + 20) <= 8


def test_a_colleagues_findings_stay_where_the_reader_changed_nothing(client, engagement):
    client.force_login(engagement.body.person)
    address = reverse("findings", args=[engagement.pk])
    shown = client.get(address).content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="(s\d+)" value="([^"]*)"', shown))
    mine, theirs = engagement.findings.filter(criterion__ref__in=["1.4", "1.1"]).order_by("-pk")
    record(engagement, "1.1", "major", by=make.member(engagement.body, "evaluator"))
    typed = {f"v{theirs.pk}": "conforming", f"m{theirs.pk}": "test"}  # as the page came
    typed |= {f"v{mine.pk}": "conforming", f"m{mine.pk}": "test"}
    assert client.post(address, sent | typed).status_code == 302
    stands = dict(engagement.findings.values_list("criterion__ref", "result"))
    assert (stands["1.1"], stands["1.4"]) == ("major", "conforming")


def test_rows_of_another_page_come_as_they_are_asked_for(client, db):
    declaration = make.declaration(criteria=make.criteria(PAGE + 5))
    made = make.engagement("examining", declaration=declaration)
    client.force_login(made.body.person)
    shown = client.get(reverse("findings", args=[made.pk])).content.decode()
    assert shown.count("data-answer=") == PAGE
    later = re.search(r'data-rows="([\d.]+)"', shown)[1]
    rows = reverse("findings-part", args=[made.pk], query={"k": later, "open": "1"})
    got = client.get(rows).content.decode()
    assert (got.count("data-answer="), got.count("dense__more")) == (5, 5)


def test_before_the_decision_rows_are_for_the_body_alone(client, engagement):
    client.force_login(make.signer(engagement.provider))
    key = engagement.findings.first().pk
    rows = reverse("findings-part", args=[engagement.pk], query={"k": key, "open": "1"})
    assert client.get(rows).status_code == 403


def test_a_settled_finding_is_read_only(client, engagement):
    make.planned(engagement, close=True)
    client.force_login(engagement.body.person)
    finding = engagement.findings.get(criterion__ref="1.3")
    query = {"open": finding.pk}
    shown = client.get(reverse("findings", args=[engagement.pk], query=query)).content.decode()
    assert f'name="v{finding.pk}"' not in shown
    assert f'name="n{finding.pk}"' not in shown


def test_what_was_not_saved_is_shown_and_not_counted(client, engagement):
    finding = engagement.findings.get(criterion__ref="1.4")
    client.force_login(engagement.body.person)
    address = reverse("findings", args=[engagement.pk])
    typed = {f"s{finding.pk}": "0.", f"v{finding.pk}": "major", f"m{finding.pk}": "test"}
    page = client.post(address, {**typed, "do": ""})
    assert page.status_code == 422
    text = page.content.decode()
    assert "1.4: Say what you saw" in text
    assert (page.context["sheet"].done, page.context["sheet"].tally[Only.AGAINST]) == (3, 1)
    shown = next(part for part in text.split("<tbody") if f'id="k{finding.pk}"' in part)
    assert 'value="major" checked' in " ".join(shown.split())
