"""Whether every record still is what the log says of it: its frozen bytes and its state."""

import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from certcentre import keys
from certcentre.accounts.models import Organisation
from certcentre.desk import claim_check
from certcentre.desk.claim_check import Difference
from certcentre.log.models import LogEntry, detail_of, digest, stored
from standards.assessment.claims import differences as standings_differences
from standards.attestation.decision import taken
from standards.attestation.steps import EXTERNAL_RECORDED
from standards.catalogue import texts
from standards.catalogue.schema import EditionRecord
from standards.models import (
    Accreditation,
    Certificate,
    Decision,
    Declaration,
    Edition,
    Engagement,
    ExternalCertificate,
)
from standards.registry.credentials.store import Credential
from tenders.award import end_as_logged
from tenders.bids.body import unlike as bid_unlike
from tenders.bids.evaluation import reopened_as_logged
from tenders.bids.opening import stands_as_logged
from tenders.frozen_body import outcome_as_logged, unlike
from tenders.models import (
    Award,
    Bid,
    Bringing,
    Consensus,
    Enquiry,
    Evaluation,
    Lot,
    Opening,
    Scores,
    Shortlist,
    Tender,
)

AT_ONCE = 100  # rows that are held in memory
RESULT = "records.json"
DAY = timedelta(days=1)
Steps = Sequence[dict[str, Any]]  # what the log's entries on one record say
BROKEN_OFF = timedelta(hours=6)  # a check that has not ended by then is done again
LOGGED_AT_FIRST = (Accreditation, Engagement, Certificate, ExternalCertificate)  # with a state


def parts(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    each = rows.order_by("pk").iterator(AT_ONCE)
    while part := list(islice(each, AT_ONCE)):
        yield part


def differences() -> Iterator[Difference]:
    """Each difference in a sentence that names the record."""
    edition_rows = Edition.objects.published().select_related("standard", "supersedes")
    editions = edition_rows.prefetch_related("levels", "criteria")
    yield from frozen(editions, lambda row: EditionRecord.of(row).words_digest)
    words = "its guidance, hints or translations are not what the log holds"
    yield from unlike_steps(editions, texts.is_as_logged, words)
    declared = Declaration.objects.select_related("assessment")
    signed: Callable[[Declaration], bool] = lambda row: row.is_as_signed  # noqa: E731
    yield from frozen(declared, of_body, about=lambda row: row.assessment, columns=signed)
    tenders = Tender.objects.exclude(body=None).prefetch_related("lots")
    yield from frozen(tenders, of_body, columns=is_as_published)
    certificates = Certificate.objects.select_related("edition", "level")
    stated: Callable[[Certificate], bool] = lambda row: row.is_as_stated  # noqa: E731
    yield from frozen(certificates, of_frozen, old=True, columns=stated)
    accreditations = Accreditation.objects.prefetch_related("editions")
    yield from frozen(accreditations, of_frozen, old=True)
    externals = ExternalCertificate.objects.select_related("scheme").prefetch_related("criteria")
    yield from frozen(externals, of_frozen, old=True)
    yield from external_levels()
    yield from frozen(Shortlist.objects.select_related("tender"), of_body, old=True)
    answered = Enquiry.objects.filter(status=Enquiry.Status.ANSWERED)
    yield from frozen(answered, lambda row: row.digest)
    yield from frozen(
        Bid.objects.exclude(body=None), of_body, columns=lambda row: not bid_unlike(row)
    )
    yield from frozen(Opening.objects.exclude(body=None), of_body)
    yield from frozen(Bringing.objects.exclude(body=None), of_body)
    yield from frozen(Scores.objects.exclude(body=None), of_body)
    yield from frozen(Evaluation.objects.all(), of_body)
    yield from frozen(Consensus.objects.all(), lambda row: digest(row.frozen))
    awards = Award.objects.select_related("lot__tender").defer("lot__tender__body")
    yield from frozen(awards, lambda row: digest(row.frozen), about=lambda row: row.lot)
    yield from outcomes()
    yield from organisations()
    yield from decisions()
    yield from credentials()
    for row in declared.exclude(withdrawn_at=None, assessment__status="declared").exclude(
        withdrawn_at__isnull=False, assessment__status="withdrawn"
    ):
        yield differs(row, "the day of its withdrawal is not what its state says")
    for model in apps.get_models():
        if hasattr(model, "LIFECYCLE"):
            yield from states(model)


def of_body(
    row: Declaration | Tender | Shortlist | Bid | Opening | Bringing | Scores | Evaluation,
) -> str:
    return digest(row.body or b"") if digest(row.body or b"") == row.digest else ""


def of_frozen(row: Certificate | Accreditation | ExternalCertificate) -> str:
    return digest(row.frozen)


def is_as_published(tender: Tender) -> bool:
    titles = {lot.number: lot.title for lot in tender.lots.all()}
    return not unlike(tender, json.loads(stored(tender.body or b"{}")), titles)


def as_stated(row: Model, question: Callable[[Any], bool]) -> bool:
    try:
        return question(row)
    except (ValueError, TypeError, AttributeError, KeyError):
        return False  # words that hold something else altogether


def credentials() -> Iterator[Difference]:
    """Signed documents that none of our keys has signed, as they stand."""
    public = {key.id: key.public for key in keys.listed(keys.Purpose.CREDENTIALS)}
    for part in parts(Credential.objects.all()):
        for row in part:
            if not row.is_as_signed(public.get(row.key)):
                yield differs(row, "it is not what was signed")


def frozen(
    rows: "QuerySet[Any]",
    made: Callable[[Any], str],
    *,
    about: Callable[[Any], Model] = lambda row: row,
    old: bool = False,
    columns: Callable[[Any], bool] = lambda row: True,
) -> Iterator[Difference]:
    """Records whose bytes have another digest than the log, `old` ones may have none there; and
    those whose columns, by which they are found and listed, say something else."""
    for part in parts(rows):
        logged = LogEntry.objects.digests([about(row) for row in part])
        for row in part:
            kept = logged.get(str(about(row).pk), "")
            if made(row) != kept and not (old and not kept):
                yield differs(row, "its words are not those whose digest the log holds")
            elif not as_stated(row, columns):
                yield differs(row, "its columns are not what its frozen words say")


def external_levels() -> Iterator[Difference]:
    """Outside certificates that give another level than the log holds; old entries hold none."""
    for part in parts(ExternalCertificate.objects.exclude(assurance=None)):
        entries = LogEntry.objects.among(part).filter(step=str(EXTERNAL_RECORDED))
        pairs = entries.values_list("subject_id", "body")
        logged = {key: detail_of(body).get("assurance") for key, body in pairs}
        for row in part:
            if logged.get(str(row.pk)) not in (None, row.assurance):
                yield differs(row, "its level is not the one that the log holds")


def outcomes() -> Iterator[Difference]:
    """Tenders, lots and bids whose end has another reason or day than the log's steps say."""
    words = "its end is not the one that the log holds"
    tenders = Tender.objects.exclude(body=None).defer("body")
    yield from unlike_steps(tenders, outcome_as_logged, words)
    yield from unlike_steps(Lot.objects.select_related("award"), end_as_logged, words)
    yield from unlike_steps(Evaluation.objects.defer("body"), reopened_as_logged, words)
    yield from unlike_steps(Bid.objects.defer("body"), stands_as_logged, words)


def organisations() -> Iterator[Difference]:
    """Those whose name, number, country or kind is not what the log's last word on it says, or that
    bore other names before; the log holds none of those of which no step has said it since it
    holds digests of them."""
    words = "its name, number, country or kind is not what the log holds"
    yield from unlike_steps(Organisation.objects.all(), is_named_as_logged, words)


def is_named_as_logged(row: Organisation, steps: Steps) -> bool:
    kept = [value for step in steps if (value := step["detail"].get("digest"))]
    told = (step["detail"] for step in steps if "before" in step["detail"])
    before = [{"name": each["before"], "until": each["until"]} for each in told]
    return row.earlier_names == before and (not kept or row.digest == kept[-1])


def unlike_steps(
    rows: "QuerySet[Any]", question: Callable[[Any, Steps], bool], words: str
) -> Iterator[Difference]:
    """Records of which the log's steps say something else, also when looked at once more with the
    row held, as somebody may have taken a step meanwhile."""
    for part in parts(rows):
        told = LogEntry.objects.told(part)
        for row in part:
            if question(row, told.get(str(row.pk), [])):
                continue
            with transaction.atomic():
                now = rows.select_for_update(of=("self",)).filter(pk=row.pk).first()
                agrees = now is None or question(
                    now, LogEntry.objects.told([now]).get(str(row.pk), [])
                )
            if not agrees:
                yield differs(row, words)


def decisions() -> Iterator[Difference]:
    """The log's entry on a decision says all of it."""
    for part in parts(Decision.objects.select_related("engagement")):
        entries = LogEntry.objects.among([row.engagement for row in part])
        logged = taken(entries.filter(to_state__in=Decision.Outcome.values))
        for row in part:
            if logged.get(str(row.engagement_id)) != row.stands:
                words = f"decision on {row.engagement}: it is not the one that the log holds"
                yield Difference.of(row, words)


def states(model: type[Model]) -> Iterator[Difference]:
    """Records that stand at another state than the log's last step gave them."""
    for part in parts(model._base_manager.all()):
        logged = LogEntry.objects.states(part)
        for row in part:
            if row.status != expected(row, logged) and (words := surely(row)):
                yield differs(row, words)


def expected(row: Model, logged: dict[str, str]) -> str:
    """The state by the log; that of the beginning where no step has moved the record yet."""
    if isinstance(row, LOGGED_AT_FIRST):
        return logged.get(str(row.pk), "")
    if isinstance(row, Organisation) and row.kind == Organisation.Kind.CENTRE:
        return logged.get(str(row.pk), Organisation.Status.VERIFIED)
    field: Any = row._meta.get_field("status")
    return logged.get(str(row.pk), field.default)


def surely(row: Model) -> str:
    """Looked at again with the row held, as somebody may have taken a step meanwhile."""
    with transaction.atomic():
        now: Any = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
        state = expected(now, LogEntry.objects.states([row])) if now else ""
    if now is None or now.status == state:
        return ""
    return f"it stands at {now.status}, and the log’s last step left it at {state or 'no state'}"


def differs(row: Model, words: str) -> Difference:
    return Difference.of(row, f"{row._meta.verbose_name} {row}: {words}")


def every_difference(*, at: datetime) -> Iterator[Difference]:
    """Of records, of what the register claims by them, and of what it counts by the claims."""
    yield from differences()
    yield from claim_check.differences()
    for each in standings_differences(at=at):
        yield claim_check.of_release(
            each.release, f"standing of release {each.release}: {each.words}"
        )


def folder() -> Path:
    """Outside the database, so that who changes rows cannot change the finding."""
    return Path(settings.DATA_DIR) / "log"


def is_own(path: Path) -> bool:
    """Whether a file is of these checks alone."""
    return path.parent == folder() and path.name.startswith(RESULT)


def last() -> dict[str, Any]:
    """What came of the last check, and when it was begun; nothing before the first."""
    file = folder() / RESULT
    result: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return result


def keep(*, at: datetime, differences: int, done: bool) -> None:
    new = folder() / f"{RESULT}.new"
    new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new.write_text(json.dumps({"at": at.isoformat(), "differences": differences, "done": done}))
    new.replace(folder() / RESULT)


def check(
    *,
    at: datetime,
    tell: Callable[[str], object],
    named: Callable[[Difference], str] = str,
    most: int | None = None,
) -> int:
    """Tell every difference, or the first so many, as it is `named`, and keep how many there are
    and when."""
    count = 0
    for difference in every_difference(at=at):
        count += 1
        if most is None or count <= most:
            tell(named(difference))
    if most is not None and count > most:
        tell(f"and {count - most} more: run manage.py verify_records")
    keep(at=at, differences=count, done=True)
    return count


def take(*, at: datetime) -> bool:
    """Whether a check is due and falls to whoever asks: of many who ask at once, to one."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / f"{RESULT}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_due(at=at):
            return False
        keep(at=at, differences=last().get("differences", 0), done=False)
        return True


def is_due(*, at: datetime) -> bool:
    """A day after the last was begun; sooner where that one broke off."""
    if not (result := last()):
        return True
    begun = datetime.fromisoformat(result["at"])
    return not timedelta() <= at - begun < (DAY if result.get("done", True) else BROKEN_OFF)


def agree() -> bool:
    """Whether the last check found no difference; true before the first."""
    return not last().get("differences")
