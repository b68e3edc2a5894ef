"""The mails of notices: each by itself, or many in one, and tried again where it did not leave."""

import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from certcentre import links
from certcentre.accounts.models import User
from certcentre.accounts.outbox import CLAIMED
from certcentre.desk import addresses
from certcentre.desk.cases.case import Case
from certcentre.desk.log_pages import Line, lines
from certcentre.desk.models import Notice
from certcentre.desk.open_data.feeds import about
from certcentre.desk.telling import GATHERED, Telling
from certcentre.log.models import LogEntry
from certcentre.steps import every_step, matters
from standards.assessment import steps as assessing
from standards.assessment.claims import Claim
from standards.assessment.solutions import Release, Solution
from standards.attestation import steps as attesting
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Edition
from tenders.followed_search import FollowedSearch, products_of
from tenders.following import Follow, followers

ATTEMPTS = 100  # some sixteen days
LONGEST = 8  # doublings: some four hours between two tries
MOST = 100  # lines of one mail
BLANK_LINES = re.compile(r"\n{3,}")  # a template's tags leave their lines
log = logging.getLogger(__name__)


def send_due(*, at: datetime) -> int:
    """Send the mails whose moment has come; how many."""
    due = Notice.objects.due(at=at)
    single = due.exclude(pace__in=GATHERED).select_related("entry", "recipient")
    sent = sum(deliver([notice], at=at) for notice in single)
    gathered = due.filter(pace__in=GATHERED)
    readers = set(gathered.order_by().values_list("recipient", flat=True))
    return sent + sum(gather(reader, at=at) for reader in User.objects.filter(pk__in=readers))


def gather(reader: User, *, at: datetime) -> bool:
    """One mail of all that waited for it and is not read meanwhile."""
    due = Notice.objects.due(at=at).filter(recipient=reader, pace__in=GATHERED)
    due.exclude(read_at=None).order_by().update(next_try_at=None)
    newest = due.newest_first().select_related("entry", "recipient")[:MOST]
    if not deliver(newest, at=at):
        return False
    due.order_by().update(sent_at=at)  # the mail says how many more there are
    return True


def deliver(notices: Iterable[Notice], *, at: datetime) -> bool:
    """Send one mail, unless another process has it; a failure is tried again later."""
    claimed = [notice for notice in notices if notice.claim(at=at, until=at + CLAIMED)]
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in claimed])
    own = [notice for notice in claimed if is_news_still(notice)]
    if not own or not may_be_written_to(own[0]):
        rows.update(next_try_at=None)
        return False
    try:
        (letter(own[0]) if own[0].pace not in GATHERED else digest(own, at=at)).send()
    except Exception as error:
        failed(own, error, at=at)
        return False
    rows.update(sent_at=at)
    return True


def may_be_written_to(notice: Notice) -> bool:
    """Whether the account is still open and has an address; a letter goes to the one it names."""
    person = notice.recipient
    return person is None or (person.is_active and not person.is_withheld)


def failed(notices: Sequence[Notice], error: Exception, *, at: datetime) -> None:
    """Try again later; after too many tries the operator is told, and the line is all there is."""
    kind, tried = type(error).__name__, notices[0].attempts + 1  # its words may hold the address
    wait = timedelta(minutes=2 ** min(tried - 1, LONGEST))
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if tried >= ATTEMPTS:
        rows.update(next_try_at=None)
        log.error("notice %s was let go after %s tries: %s", notices[0].pk, tried, kind)
    else:
        rows.update(next_try_at=at + wait)
        log.warning("notice %s was not sent, again in %s: %s", notices[0].pk, wait, kind)


def letter(notice: Notice) -> EmailMessage:
    """The mail of one notice."""
    record = subject(notice.entry)
    address = notice.recipient.email if notice.recipient else record.email
    news, follow = News(notice.entry, record), notice.follow
    title, body = news.words(notice.recipient, follow)
    end = end_address(follow, notice.recipient) if follow and notice.recipient else ""
    return mail(address, title, body, end)


def digest(notices: Sequence[Notice], *, at: datetime) -> EmailMessage:
    """The mail of what one person was told since the last, by what it is about."""
    reader: User = notices[0].recipient  # type: ignore[assignment]
    due = Notice.objects.due(at=at).filter(recipient=reader, pace__in=GATHERED)
    rows = [
        (
            notice,
            links.full(reverse("inbox-open", args=[notice.pk])),
            end_address(notice.follow, reader) if notice.follow else "",
        )
        for notice in notices
    ]
    context = {
        "reader": reader,
        "parts": [
            (matter.words, [row for row in rows if row[0].matter == name])
            for name, matter in matters().items()
        ],
        "number": len(rows) + due.count(),
        "more": due.count(),
        "address": links.full(reverse("inbox")),
        "end": digest_end(reader),
    }
    with translation.override(reader.language), timezone.override(Telling.of(reader).place):
        title, body = written("emails/_digest.txt", context)
    return mail(reader.email, title, body, digest_end(reader))


def mail(address: str, title: str, body: str, end: str = "") -> EmailMessage:
    """`end` is where its reader is told no more of what it is about, by one press (RFC 8058)."""
    headers = {"Auto-Submitted": "auto-generated"}
    if end:
        headers["List-Unsubscribe"] = f"<{end}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(title, body, to=[address], headers=headers)


class News:
    """What is said of one entry, to its parties and to whoever follows what it is about."""

    def __init__(self, entry: LogEntry, record: Model) -> None:
        self.entry, self.record = entry, record
        self._lines: dict[str, Line] = {}  # by language

    def line(self, language: str) -> Line:
        """As the public log shows it, in this language."""
        if language not in self._lines:
            with translation.override(language):
                self._lines[language] = lines([self.entry])[0]
        return self._lines[language]

    @cached_property
    def products(self) -> tuple[int, list[Solution]]:
        """How many came to match a search, and those that are named."""
        return products_of(self.entry)

    def title(self, person: User | None, follow: Follow | None = None) -> str:
        """In one line, in its reader's language."""
        if person is None or follow is None or not is_general(follow):
            return self.words(person, follow)[0]
        with translation.override(person.language):
            return self._title(follow, person.language)

    def _title(self, follow: Follow, language: str) -> str:
        if isinstance(self.record, FollowedSearch):
            number, products = self.products
            words = ngettext(
                "%(n)d product came to match your search: %(names)s",
                "%(n)d products came to match your search: %(names)s",
                number,
            )
            return words % {"n": number, "names": ", ".join(each.name for each in products)}
        line = self.line(language)
        elsewhere = isinstance(self.record, Case | Accreditation) or (
            isinstance(self.record, Edition) and follow.solution_id is not None
        )  # news of what is followed that stands on another page
        own = follow.name if elsewhere else ""
        names = {
            "name": line.product or own or line.about or follow.name,
            "words": line.words,
            "number": line.about,
        }
        if (line.product or own) and line.about:
            return gettext("%(name)s: %(words)s (%(number)s)") % names
        return gettext("%(name)s: %(words)s") % names

    def words(self, person: User | None, follow: Follow | None = None) -> tuple[str, str]:
        """In one line, and as the text of a mail. No person: whoever a letter is for."""
        entry, record = self.entry, self.record
        reader: User = person or record.invited_by  # type: ignore[attr-defined]
        context: dict[str, Any] = {
            "entry": entry,
            "record": record,
            "reader": person,
            "address": links.full(self.place(person, follow)),
            "follow": follow,
            "end": end_address(follow, person) if follow and person else "",
        }
        with translation.override(reader.language):
            if not follow or not is_general(follow):
                return written(f"emails/{entry.step}.txt", context)
            context["title"] = self._title(follow, reader.language)
            if isinstance(record, FollowedSearch):
                number, products = self.products
                context |= {"products": products, "more": number - len(products)}
                context["pages"] = [
                    (product, links.full(product.get_absolute_url())) for product in products
                ]
            else:
                context["line"] = self.line(reader.language)
            return written("emails/_followed.txt", context)

    def place(self, person: User | None, follow: Follow | None) -> str:
        """Where the reader goes on; whoever follows, where everybody does."""
        if not is_general(follow) or isinstance(self.record, FollowedSearch):
            return page_of(self.record)
        page = self.line(person.language if person else "en").url
        if not page and follow and follow.body_id:
            bodies = Accreditation.objects.pages_of([follow.body_id])
            page = "".join(body.get_absolute_url() for body in bodies.values())
        return page or addresses.named("follows")


def is_general(follow: Follow | None) -> bool:
    """Whether they are told in the words of the public log; of tenders there are mails."""
    return follow is not None and not follow.line


MOVING = [  # steps of an accreditation that certificates take with it
    str(attesting.ACCREDITATION_SUSPENDED),
    str(attesting.ACCREDITATION_WITHDRAWN),
    str(attesting.ACCREDITATION_REINSTATED),
]
LEAVING = {str(assessing.SOLUTION_WITHDRAWN), str(assessing.DECLARATION_WITHDRAWN)}


def news_for(entry: LogEntry, record: Model) -> dict[User, Follow]:
    """Who follows what an entry is news of, as far as everybody may know it now."""
    step = every_step().get(entry.step)
    subjects = step.followed(record) if step and step.followed else {}
    if subjects and isinstance(record, Edition):
        subjects |= {"solution__in": claiming(record)}
    if "body" in subjects and isinstance(record, Certificate) and came_with(entry):
        del subjects["body"]
    told = followers(subjects, at=entry.at) if subjects else {}
    if isinstance(record, FollowedSearch):
        return told if told and products_of(entry)[1] else {}
    of_product = {person: row for person, row in told.items() if row.solution_id}
    if (
        of_product
        and "solution" in subjects
        and not may_be_told(entry, record, subjects["solution"])
    ):
        return {person: row for person, row in told.items() if person not in of_product}
    return told


def came_with(entry: LogEntry) -> bool:
    """Whether a certificate moved with an accreditation, of which whoever follows the body is told
    once for all of them."""
    one_step = LogEntry.objects.filter(at=entry.at, actor=entry.actor_id)
    moved = one_step.filter(organisation=entry.organisation_id, step__in=MOVING)
    return moved.exists()


def claiming(edition: Edition) -> QuerySet[Solution]:
    """Listed products whose current release rests on an edition, or on the one it supersedes."""
    on = [key for key in (edition.pk, edition.supersedes_id) if key]
    return Solution.objects.listed().filter(
        current_release__claims__in=Claim.objects.filter(criterion__edition__in=on, ended_at=None)
    )


def may_be_told(entry: LogEntry, record: Model, product: UUID) -> bool:
    """Whether a step is news of a product to everybody: as its feed has it, and nothing of what is
    held. Of one that is off the register, that it left, and what becomes of its certificates."""
    rows = LogEntry.objects.public().filter(pk=entry.pk)
    if isinstance(record, Case):
        return record.names_its_subject and Solution.objects.listed().filter(pk=product).exists()
    if not rows.filter(about(Solution(pk=product))).exists():
        return False
    if isinstance(record, Certificate | ExternalCertificate):
        return True
    own = record if isinstance(record, Release) else getattr(record, "release", None)
    current = Solution.objects.filter(pk=product).values("current_release")
    releases = [own] if own else list(Release.objects.filter(pk__in=current))
    if any(release.status != Release.Status.CLEAR for release in releases):
        return False
    return entry.step in LEAVING or Solution.objects.listed().filter(pk=product).exists()


def is_news_still(notice: Notice) -> bool:
    """Whether who follows still does, and may still be told."""
    if notice.follow_id is None:
        return True
    return notice.recipient in news_for(notice.entry, subject(notice.entry))


END = signing.Signer(salt="follow.end")


def end_address(follow: Follow, person: User) -> str:
    """Where this person ends it by one press, without signing in."""
    return links.full(reverse("follow-end", args=[END.sign(f"{follow.pk}.{person.pk}")]))


DIGEST_END = signing.Signer(salt="digest.end")


def digest_end(person: User) -> str:
    """Where this person ends the mails that gather what they were told; the inbox goes on."""
    return links.full(reverse("digest-end", args=[DIGEST_END.sign(str(person.pk))]))


def written(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject and the text of a mail."""
    cut = secrets.token_hex(8)  # no name can hold it
    telling = links.full(reverse("telling"))
    text = render_to_string(template, context | {"cut": cut, "telling": telling})
    title, _, body = text.partition(cut)
    return " ".join(title.split()), BLANK_LINES.sub("\n\n", body.strip()) + "\n"


def subject(entry: LogEntry) -> Any:
    """The record that an entry is about."""
    model = apps.get_model(entry.subject_type)
    return model._base_manager.get(pk=entry.subject_id)


def page_of(record: Model) -> str:
    """Where the reader goes on.

    A solution is only written about when it has left the register and has no page of its own.
    """
    if isinstance(record, Solution):
        return addresses.named("engagements") or "/"
    return addresses.of(record) or "/"
