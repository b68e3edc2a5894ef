"""One finding for several criteria: what an auditor saw in one look.

Each criterion keeps its own rules (rule R111): what cannot be written stays as it was and is named,
with the reason; the rest is written.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, StepRefused
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding, recorded
from standards.attestation.results import Result, declared_of, problems_of
from standards.catalogue.long_sheet import Done

# a nonconformity says what was seen of its own criterion, so it is written alone
TOGETHER = (Result.CONFORMING, Result.OBSERVATION, Result.NOT_APPLICABLE)
AT_ONCE = 500  # keys in one statement


def record_several(
    engagement: Engagement,
    seen: Mapping[int, int],
    *,
    result: str,
    methods: Iterable[str],
    note: str,
    by: User,
    at: datetime,
) -> Done:
    """Write one finding on these (`seen`: key → revision at which it was in sight), where nobody
    wrote one. Methods that somebody ticked before stay beside those named."""
    engagement.may_record(by=by, at=at)
    if result not in TOGETHER:
        raise NotReady(gettext("Write each nonconformity alone: it says what you saw there."))
    wanted, how, words = Result(result), sorted(set(methods)), note.strip()
    if not seen:
        raise NotReady(gettext("Tick at least one criterion."))
    if problems := problems_of([], wanted, how, words):
        raise NotReady(*problems)
    written: dict[tuple[tuple[str, ...], str], list[int]] = {}
    left: list[tuple[int, str, StepRefused]] = []
    number = 0
    with engagement.taken(engagement.may_record, by, at):
        rows = engagement.findings.filter(pk__in=list(seen)).with_declared().in_order()
        for finding in rows.select_related("criterion", "corrective_action"):
            own = tuple(sorted({*finding.methods, *how})), finding.note or words
            if (finding.result, tuple(finding.methods), finding.note) == (wanted, *own):
                number += 1  # it says so already: pressing twice is no conflict with oneself
                continue
            if problems := left_alone(finding, wanted, seen[finding.pk], *own, words):
                left.append((finding.pk, finding.criterion.ref, NotReady(*problems)))
                continue
            written.setdefault(own, []).append(finding.pk)
        for (used, text), keys in written.items():
            number += len(keys)
            for start in range(0, len(keys), AT_ONCE):
                part = Finding.objects.filter(pk__in=keys[start : start + AT_ONCE])
                part.update(**recorded(wanted, list(used), text, by=by, at=at))
        if written:
            engagement.took_part(by)
    sentence = ngettext(
        "The finding on %(n)s criterion is now: %(result)s.",
        "The finding on %(n)s criteria is now: %(result)s.",
        number,
    )
    return Done(sentence % {"n": number, "result": wanted.label}, number, left)


def left_alone(
    finding: Finding,
    wanted: Result,
    revision: int,
    methods: tuple[str, ...],
    note: str,
    words: str,
) -> list[str]:
    """Why this one stays as it is, in words; nothing where the finding may be written on it."""
    if finding.revision != revision:
        return [gettext("It was changed elsewhere meanwhile: look at it again.")]
    if finding.result != Result.NOT_EXAMINED or hasattr(finding, "corrective_action"):
        return [gettext("It has a finding already: change it in its row.")]
    if words and note != words:
        return [gettext("It has words of its own: write its finding in its row.")]
    if wanted.says_more_than(declared_of(finding)):
        return [gettext("The provider declared less: write it alone and say what you saw there.")]
    return problems_of([finding.criterion], wanted, list(methods), note)
