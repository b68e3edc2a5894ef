"""Questions on a tender: asked without a name, answered for everybody, in one order.

A question belongs to the tender and not to one version of it: an amendment leaves it where it is.
Who asked is known to them alone, and to the centre where it says why it looks (rule R64).
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, Max, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    reason_required,
    words_required,
)
from certcentre.log.models import LogEntry, digest, record, same
from certcentre.plain_text import plain
from standards.assessment.solutions import Solution
from tenders.following import follow
from tenders.frozen_body import moment
from tenders.independence import admit
from tenders.requirements import LONGEST, Requirement
from tenders.steps import (
    ENQUIRY_ANSWERED,
    ENQUIRY_ASKED,
    ENQUIRY_ASKER_READ,
    ENQUIRY_DECLINED,
)
from tenders.tender import IN_LINE, Tender
from tenders.version_diff import Body, follow_to

MOST_OPEN = 20  # questions of one person on one tender that nobody answered yet


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def on(self, tender: Tender) -> Self:
        """Those on any version of a tender."""
        return self.filter(line=tender.line)

    def answered(self) -> Self:
        """What everybody reads, in the order in which the answers were given."""
        return self.filter(status=Enquiry.Status.ANSWERED).order_by("line", "place").read_whole()

    def read_whole(self) -> Self:
        """With the tender, its buyer and the requirement, without the bytes of their versions."""
        about = "requirement__lot__tender"
        return self.select_related("tender__buyer", about).defer("tender__body", f"{about}__body")

    def kept(self) -> Self:
        """What is not public: first what waits, the longest first, then what was declined."""
        rows = self.exclude(status=Enquiry.Status.ANSWERED).read_whole()
        first = Case(When(status=Enquiry.Status.ASKED, then=0), default=1)
        return rows.order_by(first, "asked_at", "pk")

    def waiting(self) -> Self:
        """Not answered yet, the longest first."""
        return self.filter(status=Enquiry.Status.ASKED).order_by("asked_at", "pk")

    def visible_to(self, user: Reader) -> Self:
        """Answered ones; the others for whoever asked and still belongs to the provider, for the
        buyer's people, for officers."""
        if not user.is_authenticated:
            return self.filter(status=Enquiry.Status.ANSWERED)
        if user.is_officer():
            return self
        theirs = Organisation.objects.acted_for_by(user)
        own = Q(asked_by=user, organisation__in=theirs) | Q(tender__buyer__in=theirs)
        return self.filter(own | Q(status=Enquiry.Status.ANSWERED))

    def to_answer_by(self, user: User, *, at: datetime) -> Self:
        """Those that wait for an editor, while bids may still come."""
        versions = Tender.objects.admitting(user, Role.EDITOR, at=at).open(at=at)
        return self.waiting().filter(Exists(versions.filter(IN_LINE)))

    def with_closing(self, *, at: datetime) -> Self:
        """Each with `closes` and `zone` of the version in force; `open`: bids may still come."""
        in_force = Tender.objects.in_force().filter(IN_LINE)
        return self.annotate(
            closes=Subquery(in_force.values("deadline")[:1]),
            zone=Subquery(in_force.values("zone")[:1]),
            open=Exists(in_force.open(at=at)),
        )


class Enquiry(models.Model):
    """One question, and what the buyer answers to everybody."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Not answered, with a reason")

    LIFECYCLE = {
        Status.ASKED: {Status.ANSWERED, Status.DECLINED},
        Status.ANSWERED: set(),
        Status.DECLINED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="enquiries")
    line = models.CharField(max_length=20)  # reference of version 1: questions are of all of them
    requirement = models.ForeignKey(
        Requirement, null=True, on_delete=models.PROTECT, related_name="+"
    )
    question = models.TextField(_("question"), max_length=LONGEST)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField(null=True)  # among the answers of the tender
    reply = models.TextField(_("answer"), max_length=LONGEST, blank=True)
    declined_because = models.TextField(_("reason"), max_length=LONGEST, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        ordering = ["line", "place", "asked_at"]
        indexes = [models.Index(fields=["line", "status"], name="enquiry_of_line")]
        constraints = [
            models.UniqueConstraint(fields=["line", "place"], name="enquiry_place_once"),
            models.CheckConstraint(
                condition=Q(status="asked", place=None, reply="", declined_because="")
                | Q(status="answered", place__gte=1, closed_at__isnull=False) & ~Q(reply="")
                | Q(status="declined", place=None, closed_at__isnull=False)
                & ~Q(declined_because=""),
                name="enquiry_closed_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.label}".strip()

    def get_absolute_url(self) -> str:
        return f"{reverse('tender-questions', args=[self.line])}#{self.anchor}"

    @property
    def label(self) -> str:
        """Q3: what everybody calls it once it is answered."""
        return f"Q{self.place}" if self.place else ""

    @property
    def anchor(self) -> str:
        return self.label or f"q-{self.pk}"

    def standing(self, *, open: bool) -> tuple[str, str]:
        """Where it stands, and the kind of its tag. `open`: bids may still come."""
        if self.status == self.Status.ASKED and not open:
            return gettext("No answer came"), "plain"
        return {
            self.Status.ASKED: (gettext("Waits for an answer"), "warn"),
            self.Status.ANSWERED: (gettext("Answered"), "good"),
            self.Status.DECLINED: (gettext("No answer given"), "plain"),
        }[self.Status(self.status)]

    def about_in(self, version: Tender) -> Requirement | None:
        """What it is about, as this version or an amendment of it has it; None where it went."""
        if not (about := self.requirement):
            return None
        key = follow_to(str(about.pk), self.line, about.lot.tender.version, version.version)
        return Requirement.objects.filter(pk=key, lot__tender=version).select_related("lot").first()

    @property
    def digest(self) -> str:
        """Of all that the public reads: it stands in the log."""
        words = {
            "tender": self.line,
            "place": self.place,
            "requirement": str(self.requirement_id or ""),
            "question": self.question,
            "answer": self.reply,
            "asked": moment(self.asked_at),
            "answered": moment(self.closed_at) if self.closed_at else "",
        }
        return digest(rfc8785.dumps(words))

    @classmethod
    def ask(
        cls,
        tender: Tender,
        *,
        by: User,
        at: datetime,
        question: str,
        requirement: Requirement | None = None,
        organisation: Organisation | None = None,
    ) -> "Enquiry":
        """Put a question to the buyer; the same words once more are the same question."""
        tender.may_ask(by=by, at=at)
        words = fit(question, gettext("Write your question first."))
        asking = organisation or providers_of(by).first()
        if asking is None or not providers_of(by).filter(pk=asking.pk).exists():
            raise NotAllowed(gettext("You do not act for this provider."))
        with transaction.atomic():
            Tender.objects.held(tender.pk)[tender.pk].may_ask(by=by, at=at)
            own = cls.objects.on(tender).filter(asked_by=by)
            if twin := own.exclude(status=cls.Status.DECLINED).filter(question=words).first():
                return twin
            if own.waiting().count() >= MOST_OPEN:
                problem = gettext("%(n)d of your questions wait for an answer. Ask more later.")
                raise NotReady(problem % {"n": MOST_OPEN})
            made = cls.objects.create(
                tender=tender,
                line=tender.line,
                requirement=requirement,
                question=words,
                asked_at=at,
                asked_by=by,
                organisation=asking,
            )
            record(made, ENQUIRY_ASKED, by=by, at=at, organisation=asking)
            follow(tender, by=by, at=at)
        return made

    def may_answer(self, *, by: User, at: datetime) -> None:
        """Editors of the buyer answer what was asked, while bids may still come."""
        admit(by, self.tender.buyer_id, Role.EDITOR, at=at)
        if self.status != self.Status.ASKED:
            raise illegal(Enquiry, self.status)
        versions = Tender.objects.of_line(self.line)
        if not by.once(("open", self.line, at), versions.open(at=at).exists):
            raise IllegalMove(gettext("No bids are taken any more, so no answer is given."))

    def may_decline(self, *, by: User, at: datetime) -> None:
        self.may_answer(by=by, at=at)

    def may_read_asker(self, *, by: User, at: datetime) -> None:
        """Officers of the centre who belong neither to the buyer nor to a provider."""
        if not by.is_officer():
            raise NotAllowed(gettext("Only an officer of the centre sees who asked."))
        buyer = self.tender.buyer_id
        ties = Q(organisation=buyer) | Q(organisation__kind=Organisation.Kind.PROVIDER)
        close = Membership.objects.recently_of(by, at=at).filter(ties)
        if by.once(("ties", buyer, at), close.exists):
            raise NotAllowed(
                gettext("You belong to the buyer or to a provider, or did in the last 24 months.")
            )

    def answer(
        self, *, by: User, at: datetime, reply: str, requirement: Requirement | None = None
    ) -> None:
        """Answer for everybody, under the next number. Conflict where somebody did already."""
        self.may_answer(by=by, at=at)
        words = fit(reply, gettext("Write the answer first."))
        with self._alone(by=by, at=at):
            last = Enquiry.objects.filter(line=self.line).aggregate(last=Max("place"))["last"]
            stamps: dict[str, Any] = {
                "place": (last or 0) + 1,
                "reply": words,
                "requirement": requirement,
                "closed_at": at,
                "closed_by": by,
            }
            for name, value in stamps.items():
                setattr(self, name, value)
            detail = {"place": self.place, "digest": self.digest}
            logged: Any = {"organisation": self.tender.buyer, "detail": detail}
            move(self, "answered", step=ENQUIRY_ANSWERED, by=by, at=at, **logged, **stamps)

    def decline(self, *, by: User, at: datetime, reason: str) -> None:
        """Give no answer, with a reason that whoever asked reads."""
        self.may_decline(by=by, at=at)
        why = fit(reason_required(reason), "")
        with self._alone(by=by, at=at):
            stamps: Any = {"declined_because": why, "closed_at": at, "closed_by": by}
            logged: Any = {"organisation": self.tender.buyer, "reason": why}
            move(self, "declined", step=ENQUIRY_DECLINED, by=by, at=at, **logged, **stamps)

    def read_asker(self, *, by: User, at: datetime, reason: str) -> None:
        """Look who asked; the reason stands in the log."""
        self.may_read_asker(by=by, at=at)
        why = reason_required(reason)
        with transaction.atomic():
            record(self, ENQUIRY_ASKER_READ, by=by, at=at, reason=why)

    @contextmanager
    def _alone(self, *, by: User, at: datetime) -> Iterator[None]:
        """Hold the tender, so that numbers have no twins, and the question as it stands now."""
        with transaction.atomic():
            Tender.objects.held(*Tender.objects.of_line(self.line).values_list("pk", flat=True))
            stands = Enquiry.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if stands.status != self.Status.ASKED:
                raise Conflict(stands)
            stands.may_answer(by=by, at=at)
            yield


def providers_of(person: User) -> QuerySet[Organisation]:
    """The verified providers that somebody may ask for."""
    providers = Organisation.objects.acted_for_by(person).in_force()
    return providers.filter(kind=Organisation.Kind.PROVIDER).order_by("name", "pk")


def on_rows(tender: Tender, body: Body, enquiries: Iterable[Enquiry]) -> dict[str, list[Enquiry]]:
    """The questions about a requirement by the ref that it has in this version of the tender."""
    refs = {row["id"]: row["ref"] for lot in body["lots"] for row in lot["requirements"]}
    later: dict[int, dict[str, str]] = {}  # the refs by what later versions know the rows by
    rows: dict[str, list[Enquiry]] = {}
    for enquiry in enquiries:
        if not (about := enquiry.requirement):
            continue
        key, then, now = str(about.pk), about.lot.tender.version, tender.version
        if then > now and then not in later:
            later[then] = {follow_to(row, tender.line, now, then): refs[row] for row in refs}
        known = later[then] if then > now else refs
        if ref := known.get(follow_to(key, tender.line, then, now)):
            rows.setdefault(ref, []).append(enquiry)
    return rows


def as_logged(enquiries: Sequence[Enquiry]) -> bool:
    """Whether all of these that were answered say what the log holds; an alarm of each that does
    not. One statement."""
    answered = [each for each in enquiries if each.status == Enquiry.Status.ANSWERED]
    kept = LogEntry.objects.digests(answered)
    good = [same(each, each.digest == kept.get(str(each.pk))) for each in answered]
    return all(good)


def fit(text: str, problem: str) -> str:
    """Words as they are kept: plain, some, and not too many."""
    words = words_required(plain(text), problem)
    if len(words) > LONGEST:
        too_long = gettext("Write at most %(most)d characters; these are %(n)d.")
        raise NotReady(too_long % {"most": LONGEST, "n": len(words)})
    return words


FORM = re.compile(  # of a company, behind its name
    r"(?:[\s,]+(?:ltd|limited|inc|llc|plc|gmbh|ag|oy|ab|as|sa|sarl|sas|bv|co|coop|kk|pty|llp)\.?)+$",
    re.IGNORECASE,
)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+", re.IGNORECASE)
SHORTEST = 3  # letters of a name that is looked for


def gives_away(text: str, *, by: User, organisation: Organisation) -> list[str]:
    """Words of a question by which others may see who asks, as they stand in it."""
    names = {by.name, organisation.name, FORM.sub("", organisation.name)}
    names |= {(urlsplit(organisation.website).hostname or "").removeprefix("www.").split(".")[0]}
    names |= {by.email, by.email.partition("@")[2]}
    names |= set(Solution.objects.filter(organisation=organisation).values_list("name", flat=True))
    named = [name for name in names if len(name.strip()) >= SHORTEST]
    parts = [re.escape(part).replace(r"\ ", r"[\s_-]*") for part in sorted(named, key=len)[::-1]]
    known = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
    seen = [*(known.findall(text) if parts else []), *CONTACT.findall(text)]
    return list(dict.fromkeys(" ".join(words.split()) for words in seen))
