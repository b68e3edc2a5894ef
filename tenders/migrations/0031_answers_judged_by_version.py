"""Answers that people judge, of open bids on tenders that were amended since: by the version in
force, as opening counts them from now on."""

import json
from importlib import import_module
from uuid import UUID, uuid5

from django.db import migrations

MOST = 200  # bids in memory at once
is_judged = import_module("tenders.migrations.0030_answers_judged_counted").is_judged


def place_of(reference):
    """The reference of the first version, and the number of this one."""
    line, _v, version = reference.partition("-v")
    return line, int(version or 1)


def known_now(key, reference, newest):
    """What a requirement of a bid is known by in the newest version."""
    line, first = place_of(reference)
    for version in range(first + 1, place_of(newest)[1] + 1):
        key = str(uuid5(UUID(key), f"{line}-v{version}"))
    return key


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
    rows = bids.filter(status="opened", tender__replaced_at__isnull=False).exclude(body=None)
    for bid in rows.select_related("tender", "lot").order_by("pk").iterator(chunk_size=MOST):
        reference = bid.tender.reference
        later = tenders.filter(reference__startswith=f"{place_of(reference)[0]}-v")
        newest = later.filter(status="published", replaced_at=None).defer("body").first()
        if not newest:
            continue  # it is over: nobody judges
        asked = list(requirements.filter(lot__tender=newest, lot__number=bid.lot.number))
        try:
            given = json.loads(bytes(bid.body))["requirements"]
            answers = {known_now(each["id"], reference, newest.reference): each for each in given}
            judged = judged_in(answers, asked)
        except (ValueError, LookupError, TypeError, AttributeError):  # not what was handed in
            continue
        if judged != bid.answers_judged:
            bids.filter(pk=bid.pk).update(answers_judged=judged)


class Migration(migrations.Migration):
    dependencies = [("tenders", "0030_answers_judged_counted")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
