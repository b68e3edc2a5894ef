"""After any step each of the right people has one mail, and each follower one line of what
concerns what they follow."""

import pytest

from certcentre.accounts.models import Organisation
from certcentre.desk import notices
from certcentre.desk.cases.case import Case
from certcentre.desk.mailing import subject
from certcentre.desk.models import Notice
from certcentre.desk.notices import send_notices
from certcentre.log.models import LogEntry
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.standards import Standard
from tenders.following import follow
from tenders.tender import Tender
from tests import make
from tests.desk.handing_over_accrediting import ran_out
from tests.desk.test_notices import EVERY
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# by hand: the steps that are news to whoever follows a thing of each kind
OF_CERTIFICATE = {"suspended", "reinstated", "withdrawn", "surveyed", "expired"}
NEWS = {
    "product": {
        *(f"certificate.{each}" for each in ("issued", *OF_CERTIFICATE)),
        *("solution.edited", "solution.withdrawn", "assessment.declared", "declaration.withdrawn"),
        *("release.change_noted", "release.clear", "release.made_current"),
        *(f"externalcertificate.{each}" for each in ("recorded", "ended", "expired")),
        *("case.upheld", "case.partly_upheld"),
    },
    "certificate": {
        *(f"certificate.{each}" for each in ("superseded", *OF_CERTIFICATE)),
        *("case.upheld", "case.partly_upheld"),
    },
    "body": {
        *(f"certificate.{each}" for each in ("suspended", "reinstated", "withdrawn")),
        *(f"accreditation.{each}" for each in ("granted", "suspended", "reinstated")),
        *("accreditation.withdrawn", "accreditation.expired"),
        *(f"organisation.{each}" for each in ("verified", "suspended", "corrected", "closed")),
        *("case.upheld", "case.partly_upheld"),
    },
    "standard": {
        f"edition.{each}" for each in ("published", "withdrawn", "deprecated", "rescheduled")
    },
    "tender": {"tender.published", "tender.awarded", "tender.cancelled", "enquiry.answered"},
}


def things(record):
    """Everything that a record is about, by kind, walked by its own attributes."""
    release = getattr(record, "release", record if hasattr(record, "solution_id") else None)
    found = {"product": release.solution_id if release else None}
    if isinstance(record, Solution):
        found["product"] = record.pk
    if isinstance(record, Certificate):
        found["certificate"] = record.pk
    if isinstance(record, Certificate | Accreditation):
        found["body"] = record.body_id
    if isinstance(record, Organisation):
        found["body"] = record.pk
    if isinstance(record, Case):
        found |= {"product": record.solution_id, "certificate": record.certificate_id}
    found["standard"] = getattr(record, "standard_id", None)
    found["tender"] = getattr(record, "line", None)
    return {pair for pair in found.items() if pair[1]}


def followed_by_one_each():
    """A follower for every thing that everybody may read now, and one who follows another thing."""
    kinds = {
        "product": Solution.objects.listed(),
        "certificate": Certificate.objects.all(),
        "body": Organisation.objects.filter(accreditations__isnull=False).distinct(),
        "standard": Standard.objects.filter(editions__status="published").distinct(),
        "tender": Tender.objects.newest(),
    }
    elsewhere = make.listed("Elsewhere")
    people = {}
    for kind, rows in kinds.items():
        for row in rows:
            key = row.line if kind == "tender" else row.pk
            people[kind, key] = make.user(kind)
            follow(row, by=people[kind, key], at=AT)
    return people, people["product", elsewhere.pk]


def lines_of(people, entries):
    """The entries of which each follower has a line, and how often."""
    rows = Notice.objects.filter(entry__in=entries, recipient__in=people.values())
    return sorted((str(row.recipient_id), row.entry_id) for row in rows)


def due(people, entries):
    """The same, worked out from what each step is about."""
    for entry in entries:
        for kind, key in things(subject(entry)):
            if entry.step in NEWS[kind] and (kind, key) in people:
                yield str(people[kind, key].pk), entry.pk


def taken(step, mailoutbox):
    """Who is to be told by mail, the followers, the one of something else, and the entries that
    the step left."""
    scenario = EVERY[step]()
    next(scenario)
    people, control = followed_by_one_each()
    send_notices(at=AT)
    mailoutbox.clear()
    last = LogEntry.objects.order_by("pk").last().pk
    told = {getattr(one, "email", one) for one in next(scenario)}
    for _twice in range(2):
        send_notices(at=AT)
    return told, people, control, list(LogEntry.objects.filter(pk__gt=last))


@pytest.mark.parametrize("step", EVERY)
def test_each_of_the_right_people_has_one_mail_and_each_follower_one_line(step, mailoutbox):
    told, people, control, entries = taken(step, mailoutbox)
    assert step in {entry.step for entry in entries}
    followers = {person.email for person in people.values()}
    mails = sorted(mail.to[0] for mail in mailoutbox)
    assert [address for address in mails if address not in followers] == sorted(told - followers)
    assert lines_of(people, entries) == sorted(due(people, entries))
    assert not Notice.objects.filter(entry__in=entries, recipient=control).exists()


def test_the_provider_is_told_where_an_accreditation_only_runs_out(monkeypatch, mailoutbox):
    monkeypatch.setitem(EVERY, "engagement.rests", ran_out)
    test_each_of_the_right_people_has_one_mail_and_each_follower_one_line(
        "engagement.rests", mailoutbox
    )
    assert "is out of force" in mailoutbox[0].body


@pytest.mark.parametrize("step", ["certificate.suspended", "edition.published", "tender.awarded"])
def test_that_somebody_is_forgotten_would_be_seen(step, monkeypatch, mailoutbox):
    monkeypatch.setattr(notices, "news_for", lambda entry, record: {})
    _told, people, _control, entries = taken(step, mailoutbox)
    assert lines_of(people, entries) != sorted(due(people, entries))
