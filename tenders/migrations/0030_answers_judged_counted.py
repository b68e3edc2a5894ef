"""Answers that people judge, counted for bids from before and none where a bid fails a must."""

import json

from django.db import migrations

MOST = 200  # bids in memory at once


def is_judged(asked, answer):
    """As `Response.is_judged` has it."""
    should, must = asked.obligation == "should", asked.obligation == "must"
    own_words = not asked.criterion_id and not asked.fact
    equivalent = answer["response"] == "equivalent"
    claimed = answer["product"] is None and answer["response"] == "complies"
    stands_on_words = (equivalent or (should and claimed)) and not answer["enough"]
    return stands_on_words and (must or (should and not own_words))


def judged_in(answers, asked):
    """How many of one bid's are; none where it says itself that it fails a must."""
    pairs = [(asked[each["id"]], each) for each in answers]
    for row, each in pairs:
        if row.obligation == "must" and each["response"] in ("partly", "not"):
            return 0
    return sum(is_judged(*pair) for pair in pairs)


def count(apps, schema_editor):
    bids = apps.get_model("tenders", "Bid").objects
    requirements = apps.get_model("tenders", "Requirement").objects
    for bid in bids.exclude(body=None).order_by("pk").iterator(chunk_size=MOST):
        asked = {str(row.pk): row for row in requirements.filter(lot=bid.lot_id)}
        try:
            judged = judged_in(json.loads(bytes(bid.body))["requirements"], asked)
        except (ValueError, LookupError, TypeError):  # not what was handed in: nobody reads it
            continue
        if judged != bid.answers_judged:
            bids.filter(pk=bid.pk).update(answers_judged=judged)


class Migration(migrations.Migration):
    dependencies = [("tenders", "0029_agreed_anew")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
