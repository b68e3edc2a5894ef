"""Answers that people judge, counted anew in open bids: musts that rest on words alone are among
them."""

import json
from importlib import import_module

from django.db import migrations

MOST = 200  # bids in memory at once
by_version = import_module("tenders.migrations.0031_answers_judged_by_version")


def is_judged(asked, answer):
    """As `Response.is_judged` has it."""
    own_words = not asked.criterion_id and not asked.fact
    judged = asked.obligation == "must" or (asked.obligation == "should" and not own_words)
    claimed = answer["product"] is None and answer["response"] == "complies"
    alone = answer["response"] == "equivalent" or claimed
    return judged and alone and not answer["enough"]


def judged_in(answers, asked):
    """How many of one bid's are; none where it says itself that it fails a must."""
    pairs = [(row, answers.get(str(row.pk))) for row in asked]
    if any(
        answer and row.obligation == "must" and answer["response"] in ("partly", "not")
        for row, answer in pairs
    ):
        return 0
    return sum(
        is_judged(row, answer)
        if answer
        else row.obligation == "should" and bool(row.criterion_id or row.fact)
        for row, answer in pairs
    )


def count(apps, schema_editor):
    bids = apps.get_model("tenders", "Bid").objects
    tenders = apps.get_model("tenders", "Tender").objects
    requirements = apps.get_model("tenders", "Requirement").objects
    rows = bids.filter(status="opened").exclude(body=None).select_related("tender", "lot")
    for bid in rows.order_by("pk").iterator(chunk_size=MOST):
        reference, newest = bid.tender.reference, bid.tender
        if bid.tender.replaced_at:
            line = by_version.place_of(reference)[0]
            later = tenders.filter(reference__startswith=f"{line}-v", status="published")
            newest = later.filter(replaced_at=None).defer("body").first()
        if not newest:
            continue  # it is over: nobody judges
        asked = list(requirements.filter(lot__tender=newest, lot__number=bid.lot.number))
        try:
            given = json.loads(bytes(bid.body))["requirements"]
            known = by_version.known_now
            answers = {known(each["id"], reference, newest.reference): each for each in given}
            judged = judged_in(answers, asked)
        except (ValueError, LookupError, TypeError, AttributeError):  # not what was handed in
            continue
        if judged != bid.answers_judged:
            bids.filter(pk=bid.pk).update(answers_judged=judged)


class Migration(migrations.Migration):
    dependencies = [("tenders", "0036_tender_languages")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
