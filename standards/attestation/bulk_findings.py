"""One finding for several criteria: what an auditor saw in one look."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding, problems_of, recorded
from standards.attestation.results import Result

# a nonconformity says what was seen of its own criterion, so it is written alone
TOGETHER = (Result.CONFORMING, Result.OBSERVATION, Result.NOT_APPLICABLE)
AT_ONCE = 500  # keys in one statement


def unexamined(engagement: Engagement) -> QuerySet[Finding]:
    """Those that nobody has looked at, in the order of the sheet."""
    rows = engagement.findings.filter(result=Result.NOT_EXAMINED, corrective_action=None)
    return rows.order_by("criterion__edition__name", "criterion__position")


def record_several(
    engagement: Engagement,
    *,
    findings: Iterable[int | str],
    result: str,
    methods: Iterable[str],
    note: str,
    by: User,
    at: datetime,
) -> int:
    """Write one finding on these criteria (keys of findings), on all or none; how many.

    What somebody examined meanwhile is left as it is.
    """
    found, how, words = Result(result), sorted(set(methods)), note.strip()
    engagement.require_examiner(by, at=at)
    if found not in TOGETHER:
        raise NotReady(gettext("Write each nonconformity alone: it says what you saw there."))
    with transaction.atomic():
        engagement.lock()
        engagement.require_status(Engagement.Status.EXAMINING)
        wanted = {int(key) for key in findings}
        open_ones = unexamined(engagement).select_related("criterion")
        chosen = [one for one in open_ones if one.pk in wanted]
        if not chosen:
            raise NotReady(gettext("Tick at least one criterion that has no finding yet."))
        if problems := problems_of([one.criterion for one in chosen], found, how, words):
            raise NotReady(*problems)
        keys = [one.pk for one in chosen]
        for start in range(0, len(keys), AT_ONCE):
            part = Finding.objects.filter(pk__in=keys[start : start + AT_ONCE])
            part.update(**recorded(found, how, words, by=by, at=at))
        engagement.took_part(by)
    return len(chosen)
