"""Musts in the buyer's own words: evaluators read each answer before the evaluation is closed."""

import io
import json
from datetime import timedelta
from importlib import import_module

import openpyxl
import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import NotReady
from certcentre.log.models import LogEntry, digest, stored
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.evaluation import Evaluation, in_the_way
from tenders.bids.given import read
from tenders.bids.scores import ACCEPTED, NOT_ACCEPTED, questions
from tenders.lot import Lot
from tenders.report import report
from tests import make
from tests.make.bids import CLOSES
from tests.markup import text
from tests.tenders.test_compare import bid, scored, workbook_of
from tests.tenders.test_report import said

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)


@pytest.fixture
def tender(monkeypatch):
    """Two bids; both say that they meet L1-004, in own words."""
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    made = scored(must="Runs offline")
    made.dear, made.cheap = bid(made, 2000), bid(made, 1000)
    make.opened(made)
    made.by = {"by": made.person, "at": LATER}
    return made


def judge(tender, **verdicts):
    """Both by one evaluator, each with its reason."""
    keys = dict(questions(compared(tender.lot)))
    sheet = make.scores(tender.lot, by=tender.person, given=False)
    given = {
        (str(each.pk), keys[str(each.pk)]): (verdicts[name], f"Tried: {name}.")
        for name, each in (("dear", tender.dear), ("cheap", tender.cheap))
    }
    sheet.say(revision=0, given=given, **tender.by)
    sheet.hand_in(**tender.by)


def compare(client, tender):
    client.force_login(tender.person)
    return text(client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk])))


def test_closing_names_what_nobody_has_read(client, tender):
    assert compare(client, tender).count("1 answer to read") == 2
    with pytest.raises(NotReady, match="2 answers were scored or judged by nobody: L1-004"):
        Evaluation.close(tender.lot, **tender.by)
    judge(tender, dear=ACCEPTED, cheap=ACCEPTED)
    words = compare(client, tender)
    assert "to read" not in words
    assert words.count("meets each must") == 2
    assert Evaluation.close(tender.lot, **tender.by).content["bids"][1]["place"] == 1


def test_what_is_not_met_fails_and_is_shown_with_its_reason(client, tender):
    judge(tender, dear=ACCEPTED, cheap=NOT_ACCEPTED)
    assert "fails 1 must" in compare(client, tender)
    make.closed(tender.lot)
    with pytest.raises(NotReady, match="fails a must: L1-004"):
        Award.give(tender.lot, bid=tender.cheap, reason="Best", **tender.by)
    assert "Tried: cheap." in said(report(tender, tender.person, at=LATER))
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(client, tender)))
    cells = {str(cell.value) for row in book["Requirements"].iter_rows() for cell in row}
    assert any("Not accepted" in words for words in cells)


def as_closed_before(tender):
    """As the version before closed it: nobody was asked to read the musts."""
    judge(tender, dear=ACCEPTED, cheap=ACCEPTED)
    made = make.closed(tender.lot)
    content = json.dumps(made.content | {"format": "certcentre.evaluation/1", "scores": []})
    step, earlier = LogEntry.objects.about(made).get(), made.digest.encode()
    made.body, made.digest = content.encode(), digest(content.encode())
    step.body = stored(step.body).replace(earlier, made.digest.encode())
    step.save(update_fields=["body"])
    made.save()
    tender.lot.scored_by.all().delete()
    return made


def test_what_was_closed_before_is_opened_again_and_read(tender):
    made = as_closed_before(tender)
    lot = Lot.objects.get(pk=tender.lot.pk)
    (words,) = in_the_way(compared(lot), read(lot))
    assert "read by nobody: L1-004. Open the evaluation again" in words
    made.reopen(reason="Musts were not read.", **tender.by)
    judge(tender, dear=ACCEPTED, cheap=ACCEPTED)
    assert Evaluation.close(lot, **tender.by)


def test_what_was_awarded_before_keeps_its_order(tender):
    assert not compared(tender.lot).complete
    Lot.objects.filter(pk=tender.lot.pk).update(status="awarded")
    lot = Lot.objects.get(pk=tender.lot.pk)
    assert [each.placed.place for each in compared(lot).columns] == [2, 1]


def test_an_upgrade_counts_the_musts(tender):
    Bid.objects.update(answers_judged=0)
    import_module("tenders.migrations.0037_musts_judged").count(apps, None)
    assert set(Bid.objects.values_list("answers_judged", flat=True)) == {1}
