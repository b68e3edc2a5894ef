"""Evidence: files and links that show something, and who else may open them."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import IllegalMove, NotReady, words_required
from certcentre.log.models import record
from certcentre.received_files import received
from standards.assessment import claims, links, periods, steps
from standards.assessment.claims import Claim, Ending
from standards.assessment.learner_lists import require_none
from standards.assessment.periods import Phase
from standards.assessment.provider_roles import must_edit_for, must_sign_for


class GrantQuerySet(models.QuerySet["Grant"]):
    def to(self, user: Reader) -> "GrantQuerySet":
        """Given to an organisation at work that the person acts for."""
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).at_work())

    def in_force(self, *, at: datetime) -> "GrantQuerySet":
        """Begun, not ended, and with what a part above asks besides (settings.GRANTS_NEED)."""
        needed: Q = import_string(settings.GRANTS_NEED)(at)
        return self.filter(Q(until=None) | Q(until__gt=at), needed, since__lte=at)


class Grant(models.Model):
    """That another organisation may open evidence files of one declaration, from until: all of
    them where it examines, and of a buyer's request those that it names."""

    declaration = models.ForeignKey(
        "standards.Declaration", on_delete=models.PROTECT, related_name="grants"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "standards.AccessRequest", null=True, on_delete=models.PROTECT, related_name="grants"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=120)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.declaration}"


class Sharing(NamedTuple):
    """Who may open a piece beside those who are let in one by one, and where everybody may."""

    shown_to: str
    public_link: str


CLOSED = Sharing("asked", "")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def on_file(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)

    def named_by(self, declaration: models.Model) -> "EvidenceQuerySet":
        """What answers of a declaration rest on, each once."""
        return self.filter(uses__answer__assessment__declaration=declaration).distinct()

    def to_ask_for(self, declaration: models.Model) -> "EvidenceQuerySet":
        """What it names and its provider lets buyers open one by one."""
        return self.on_file().named_by(declaration).exclude(shown_to__in=Evidence.TO_BUYERS)

    def needed(self, *, at: datetime) -> "EvidenceQuerySet":
        """What claims in force rest on that fall when it ends, since nothing newer carries them."""
        resting = Claim.objects.in_force(at=at).alone_at_their_end()
        return self.on_file().filter(Exists(resting.filter(evidence=OuterRef("pk"))))

    def running_out(self, *, at: datetime) -> "EvidenceQuerySet":
        """What soon speaks no longer, and with which claims in force fall."""
        return self.needed(at=at).filter(periods.ends_soon(at))

    def sharing(self) -> dict[str, Sharing]:
        """With whom each is shared, by its id. One statement."""
        return {
            str(key): Sharing(*shared)
            for key, *shared in self.values_list("pk", "shown_to", "public_link")
        }

    def of_members(self, user: Reader, *roles: str) -> "EvidenceQuerySet":
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user, *roles))

    def visible_to(self, user: User, *, at: datetime) -> "EvidenceQuerySet":
        """Whose page this person may see: the provider's, a grant's, also when it is over, to the
        buyer that had asked, and any to an officer."""
        if user.is_officer():
            return self
        mine = Organisation.objects.acted_for_by(user)
        opened = Evidence.objects.openable_by(user, at=at)
        was_let_in = {"access_requests__until__isnull": False}
        asked = Evidence.objects.filter(access_requests__buyer__in=mine.at_work(), **was_let_in)
        return self.filter(
            Q(organisation__in=mine) | Q(pk__in=opened.values("pk")) | Q(pk__in=asked.values("pk"))
        )

    def openable_by(self, user: Reader, *, at: datetime) -> "EvidenceQuerySet":
        """Whose file or link this person may open: the provider's, those a grant opens now, and
        for buyers in force those that the provider shows to all of them."""
        mine = Organisation.objects.acted_for_by(user)
        buying = mine.in_force().filter(kind=Organisation.Kind.BUYER)
        granted = Grant.objects.in_force(at=at).to(user)
        examined = EvidenceUse.objects.filter(
            answer__assessment__declaration__in=granted.filter(request=None).values("declaration")
        )
        asked = Evidence.objects.filter(access_requests__grants__in=granted)
        return self.on_file().filter(
            Q(organisation__in=mine)
            | Q(pk__in=examined.values("evidence"))
            | Q(pk__in=asked.values("pk"))
            | Q(Exists(buying), shown_to__in=Evidence.TO_BUYERS)
        )


class Evidence(models.Model):
    """A file or link that shows something, with the period it speaks for."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")

    class ShownTo(models.TextChoices):
        """Who may open it beside the provider, the auditor and the centre."""

        ASKED = "asked", _("Whoever we let in, one by one")
        BUYERS = "buyers", _("Every verified buyer")
        PUBLIC = "public", _("Everybody, by a public link")

    TO_BUYERS = (ShownTo.BUYERS, ShownTo.PUBLIC)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(max_length=4, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    link = models.URLField(_("link"), blank=True, max_length=500)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal, of the file or the link
    speaks_from = models.DateField(_("speaks for the time from"))
    speaks_until = models.DateField(_("until"), null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    shown_to = models.CharField(max_length=6, choices=ShownTo.choices, default=ShownTo.ASKED)
    public_link = models.URLField(blank=True, max_length=links.LONGEST)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(speaks_until=None) | Q(speaks_until__gte=F("speaks_from")),
                name="evidence_period_runs_forward",
            ),
            models.CheckConstraint(
                condition=~Q(shown_to="public") | ~Q(public_link=""),
                name="evidence_public_has_a_link",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evidence", args=[self.pk])

    @property
    def period(self) -> tuple[date, date | None]:
        """The days that it speaks for, as they were stated."""
        return self.speaks_from, self.speaks_until

    def phase(self, at: datetime) -> Phase:
        """Whether it speaks at a moment, and how long still."""
        return periods.phase(at, self.speaks_from, self.speaks_until)

    @property
    def last_day(self) -> date:
        """The last day that it speaks for."""
        return periods.last_day(self.speaks_from, self.speaks_until)

    @classmethod
    def add_link(
        cls,
        organisation: Organisation,
        *,
        by: User,
        at: datetime,
        title: str,
        link: str,
        speaks_from: date,
        speaks_until: date | None = None,
    ) -> "Evidence":
        """File an address that shows something."""
        must_edit_for(organisation, by)
        if problem := links.flaw(link):
            raise NotReady(problem)
        return cls._add(
            organisation,
            by,
            at,
            kind=cls.Kind.LINK,
            title=title,
            link=link,
            digest=hashlib.sha256(link.encode()).hexdigest(),
            speaks_from=speaks_from,
            speaks_until=speaks_until,
        )

    @classmethod
    def add_file(
        cls,
        organisation: Organisation,
        *,
        by: User,
        at: datetime,
        title: str,
        file: File,
        speaks_from: date,
        speaks_until: date | None = None,
        no_learners: bool = False,
    ) -> "Evidence":
        """File a document. It is kept under a random name; the name it came with is only shown.

        LooksLikeLearners where it seems to list learners, unless it is said that it has
        `no_learners` in it.
        """
        must_edit_for(organisation, by)
        if not no_learners:
            require_none(file)
        otherwise = gettext("Or give a link.")
        with received(file, cls.file, at=at, instead=otherwise) as kept:
            return cls._add(
                organisation,
                by,
                at,
                kind=cls.Kind.FILE,
                title=title,
                speaks_from=speaks_from,
                speaks_until=speaks_until,
                **kept.fields,
            )

    @classmethod
    def _add(cls, organisation: Organisation, by: User, at: datetime, **fields: Any) -> "Evidence":
        with transaction.atomic():
            made = cls.objects.create(
                organisation=organisation, received_at=at, received_by=by, **fields
            )
            record(
                made,
                steps.EVIDENCE_ADDED,
                by=by,
                at=at,
                organisation=organisation,
                detail={"digest": made.digest},
            )
        return made

    def may_share(self, *, by: User, at: datetime) -> None:
        """Signatories say what leaves the house, as they do by declaring."""
        must_sign_for(self.organisation, by)
        if self.removed_at:
            raise IllegalMove(gettext("This evidence was already removed."))

    def share(self, *, by: User, at: datetime, shown_to: str, public_link: str = "") -> None:
        """Say who may open it. A link that is public is the one on file; of a file its provider
        names where everybody may read it, for the file itself is never public."""
        self.may_share(by=by, at=at)
        link = ""
        if shown_to == self.ShownTo.PUBLIC:
            link = self.link or words_required(public_link, gettext("Give its public address."))
            if problem := links.flaw(link):
                raise NotReady(problem)
        with transaction.atomic():
            rows = Evidence.objects.on_file().filter(pk=self.pk)
            if not rows.update(shown_to=shown_to, public_link=link):
                raise IllegalMove(gettext("This evidence was already removed."))
            detail = {"link": link, "to": shown_to}
            own: Any = {"organisation": self.organisation, "detail": detail}
            record(self, steps.EVIDENCE_SHARED, by=by, at=at, **own)
        self.shown_to, self.public_link = shown_to, link

    def may_remove(self, *, by: User, at: datetime) -> None:
        must_edit_for(self.organisation, by)
        if self.removed_at:
            raise IllegalMove(gettext("This evidence was already removed."))

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it off file. Claims that rest on it end at once; its file is deleted."""
        self.may_remove(by=by, at=at)
        with transaction.atomic():
            if not Evidence.objects.on_file().filter(pk=self.pk).update(removed_at=at):
                raise IllegalMove(gettext("This evidence was already removed."))
            record(self, steps.EVIDENCE_REMOVED, by=by, at=at, organisation=self.organisation)
            used_for = self.uses.values_list("answer__assessment__release", flat=True)
            claims.change(
                used_for.distinct(),
                end=[Ending(Q(evidence=self), "removed evidence")],
                at=at,
            )
            kept = self.file.name
            if kept:
                transaction.on_commit(lambda: default_storage.delete(kept))
        self.removed_at = at


class EvidenceUseQuerySet(models.QuerySet["EvidenceUse"]):
    def on_file(self) -> "EvidenceUseQuerySet":
        return self.filter(evidence__removed_at=None).select_related("evidence")


class EvidenceUse(models.Model):
    """That an answer rests on a piece of evidence; one piece may carry many answers."""

    answer = models.ForeignKey(
        "standards.Answer", on_delete=models.CASCADE, related_name="evidence_uses"
    )
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")

    objects = EvidenceUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "evidence"], name="evidenceuse_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.evidence_id}"
