"""One finding for several criteria: what an auditor saw in one look."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding, FindingQuerySet, problems_of, recorded
from standards.attestation.results import Result, declared_of

# a nonconformity says what was seen of its own criterion, so it is written alone
TOGETHER = (Result.CONFORMING, Result.OBSERVATION, Result.NOT_APPLICABLE)
AT_ONCE = 500  # keys in one statement


def unexamined(engagement: Engagement) -> FindingQuerySet:
    """Those that nobody has looked at, in the order of the sheet."""
    rows = Finding.objects.filter(engagement=engagement, result=Result.NOT_EXAMINED)
    return rows.filter(corrective_action=None).in_order()


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
    seen, how, words = Result(result), sorted(set(methods)), note.strip()
    if seen not in TOGETHER:
        raise NotReady(gettext("Write each nonconformity alone: it says what you saw there."))
    with engagement.taken(engagement.may_record, by, at):
        wanted = {int(key) for key in findings}
        rows = unexamined(engagement).with_declared().select_related("criterion")
        chosen = [finding for finding in rows if finding.pk in wanted]
        if not chosen:
            raise NotReady(gettext("Tick at least one criterion that has no finding yet."))
        problems = problems_of([finding.criterion for finding in chosen], seen, how, words)
        if problems := [*problems, *alone(seen, chosen)]:
            raise NotReady(*problems)
        keys = [finding.pk for finding in chosen]
        for start in range(0, len(keys), AT_ONCE):
            part = Finding.objects.filter(pk__in=keys[start : start + AT_ONCE])
            part.update(**recorded(seen, how, words, by=by, at=at))
        engagement.took_part(by)
    return len(chosen)


def alone(seen: Result, findings: Iterable[Finding]) -> list[str]:
    """What says more than the provider did is written alone, with its own note."""
    more = [row.criterion.ref for row in findings if seen.says_more_than(declared_of(row))]
    if not more:
        return []
    words = gettext(
        "The provider declared less on %(refs)s. Write that finding alone: say what you saw there."
    )
    return [words % {"refs": ", ".join(more)}]
