"""Certificates and verifications, and their surveillance."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, cast

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import IllegalMove, NotReady, move, reason_required, require_way
from certcentre.log.models import LogEntry, record
from standards.assessment import claims
from standards.assessment.claims import LESS, Claim, Ending
from standards.assessment.periods import same_moment
from standards.assessment.solutions import Release
from standards.attestation import independence, steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement
from standards.attestation.validity import certified_until, next_check
from standards.catalogue.editions import Edition, Level

OUT = {
    "suspended": steps.CERTIFICATE_SUSPENDED,
    "withdrawn": steps.CERTIFICATE_WITHDRAWN,
}


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def in_force(self, *, at: datetime) -> "CertificateQuerySet":
        """Valid and begun, and not run out at the moment `at`."""
        return self.filter(status=Certificate.Status.VALID, issued_at__lte=at, valid_until__gt=at)

    def suspended(self, *, at: datetime) -> "CertificateQuerySet":
        """Out of force for a time; what has run out meanwhile does not come back."""
        return self.filter(status=Certificate.Status.SUSPENDED, valid_until__gt=at)

    def decidable_by(self, user: User, *, at: datetime) -> "CertificateQuerySet":
        """Those whose steps are this person's: a decider of the body without part or tie."""
        return self.filter(engagement__in=Engagement.objects.decidable_by(user, at=at).values("pk"))

    def in_scope(self, accreditation: Accreditation) -> "CertificateQuerySet":
        """Of the accreditation's body, for its editions and countries."""
        rows = self.filter(
            body=accreditation.body_id, edition__in=accreditation.editions.values("pk")
        )
        if not accreditation.countries:
            return rows
        return rows.filter(release__solution__organisation__country__in=accreditation.countries)

    def beside_log(self) -> "CertificateQuerySet":
        """Each with its state by the log: `logged`, empty where no step is there."""
        return self.annotate(logged=LogEntry.objects.last_state(Certificate))

    def logged_as(self, *states: str) -> "CertificateQuerySet":
        """Those that the log's last step left at one of these, whatever their row says."""
        moved = LogEntry.objects.filter(
            subject_type=Certificate._meta.label_lower, to_state__in=states
        )
        keys = moved.annotate(key=Cast("subject_id", models.BigIntegerField())).values("key")
        rows: Any = self.filter(pk__in=keys).beside_log()
        return cast(CertificateQuerySet, rows.filter(logged__in=states))

    def with_parties(self) -> "CertificateQuerySet":
        return self.select_related("edition", "level", "body", "release__solution__organisation")

    def suspend_with(
        self, accreditation: Accreditation, *, by: User, at: datetime, reason: str
    ) -> None:
        """Suspend those in force in the scope of an accreditation that was stopped."""
        covered = self.in_force(at=at).in_scope(accreditation).select_related("body")
        rows = covered.order_by("pk").select_for_update(of=("self",))
        stamps = {"suspended_at": at, "suspended_with": accreditation}
        take_out(rows, "suspended", by=by, at=at, reason=reason, **stamps)

    def reinstate_with(
        self, accreditation: Accreditation, *, by: User, at: datetime, reason: str
    ) -> None:
        """Put back those that this accreditation's suspension suspended and time has not ended.

        One that another suspended accreditation of the body also covers waits for that one.
        """
        mine = Certificate.objects.suspended(at=at).filter(suspended_with=accreditation)
        for other in Accreditation.objects.filter(body=accreditation.body_id, status="suspended"):
            mine.in_scope(other).update(suspended_with=other)
        rows = mine.select_related("body").order_by("pk").select_for_update(of=("self",))
        put_back(rows, by=by, at=at, reason=reason)


class Certificate(models.Model):
    """What a granted engagement yields for one edition: complete, or a verification of a part."""

    class Status(models.TextChoices):
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")

    LIFECYCLE = {
        Status.VALID: {Status.SUSPENDED, Status.WITHDRAWN, Status.SUPERSEDED},
        Status.SUSPENDED: {Status.VALID, Status.WITHDRAWN, Status.SUPERSEDED},
        Status.WITHDRAWN: set(),
        Status.SUPERSEDED: set(),
    }
    STANDING, FINAL = (Status.VALID, Status.SUSPENDED), (Status.WITHDRAWN, Status.SUPERSEDED)
    EXPIRED = "expired"  # never stored: time decides
    WORDS = {**dict(Status.choices), EXPIRED: _("Expired")}

    number = models.CharField(max_length=16, unique=True)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="certificates"
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="certificates")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="certificates")
    complete = models.BooleanField()
    named_count = models.PositiveIntegerField()  # criteria that the request names
    covered_count = models.PositiveIntegerField()  # of these: examined and in order; complete: all
    # as decided, never changed: names, accreditation, criteria with results, exclusions
    facts = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.VALID)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    surveillance_due = models.DateField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_with = models.ForeignKey(
        Accreditation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "edition"],
                condition=Q(status__in=["valid", "suspended"]),
                name="certificate_one_in_force_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("issued_at")), name="certificate_runs_forward"
            ),
            models.CheckConstraint(
                condition=~Q(status="suspended") | Q(suspended_at__isnull=False),
                name="certificate_suspended_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.number])

    @property
    def title(self) -> str:
        """What it may be called: only a complete one is a certificate."""
        if self.complete:
            return gettext("Certificate")
        if not self.covered_count:
            more = self.facts["counts"]["beyond"]
            return ngettext(
                "Verification of %(more)s criterion", "Verification of %(more)s criteria", more
            ) % {"more": more}
        return gettext("Verification of %(covered)s of %(named)s criteria") % {
            "covered": self.covered_count,
            "named": self.named_count,
        }

    @property
    def assurance(self) -> int:
        """As it was decided."""
        return 4 if self.complete else 3

    def assurance_at(self, at: datetime) -> int:
        """As it is or was last: a planned check that was missed leaves AL3, as of its claims."""
        until = certified_until(self.surveillance_due, self.valid_until)
        missed = until <= at and until < self.valid_until and self.status not in self.FINAL
        return 3 if missed else self.assurance

    @property
    def frozen(self) -> bytes:
        """What it states, as it was decided and never changes (RFC 8785)."""
        counted = [self.complete, self.named_count, self.covered_count]
        until = self.valid_until.astimezone(UTC).isoformat()
        return rfc8785.dumps([self.number, until, *counted, self.facts])

    @property
    def decided_at(self) -> datetime:
        """When what it states was decided, as it is signed and shown; where it took the place of
        another, when the correction was seen done."""
        return datetime.fromisoformat(self.facts["decided_at"])

    @property
    def is_as_stated(self) -> bool:
        """Whether its columns say what its facts say, which are vouched for by their digest."""
        columns = {
            "body": ("id", str(self.body_id)),
            "release": ("id", str(self.release_id)),
            "edition": ("key", self.edition.key),
            "level": ("key", self.level.key if self.level else None),
        }
        stated = {name: self.facts[name] or {} for name in columns if name in self.facts}
        same_day = "decided_at" not in self.facts or same_moment(
            self.facts["decided_at"], self.issued_at
        )
        return same_day and all(
            each.get(columns[name][0]) == columns[name][1] for name, each in stated.items()
        )

    def status_at(self, at: datetime) -> str:
        """What the public is told: valid, suspended, withdrawn, superseded or expired."""
        if self.status not in self.FINAL and self.valid_until <= at:
            return self.EXPIRED
        return str(self.status)

    def may_suspend(self, *, by: User, at: datetime) -> None:
        self._require_decider(by, at, to="suspended")

    def suspend(self, *, by: User, at: datetime, reason: str) -> None:
        """Out of force for a time; its claims end."""
        with self._taken(self.may_suspend, by, at):
            stamps = {"suspended_at": at, "suspended_with": None}
            take_out([self], "suspended", by=by, at=at, reason=reason_required(reason), **stamps)

    def may_withdraw(self, *, by: User, at: datetime) -> None:
        self._require_decider(by, at, to="withdrawn")

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """Out of force for good; its claims end."""
        with self._taken(self.may_withdraw, by, at):
            take_out([self], "withdrawn", by=by, at=at, reason=reason_required(reason))

    def may_reinstate(self, *, by: User, at: datetime) -> None:
        self._require_decider(by, at, to="valid")
        self.require_reinstatable(by=by, at=at)

    def require_reinstatable(self, *, by: User, at: datetime) -> None:
        """Whoever brings it back: not expired, nor suspended with its accreditation."""
        if self.status_at(at) == self.EXPIRED:
            raise IllegalMove(gettext("It has expired, so it cannot come back into force."))
        stopped = self.suspended_with
        if stopped and stopped.status == Accreditation.Status.SUSPENDED:
            raise NotReady(
                gettext("It comes back with accreditation %(number)s, which is suspended.")
                % {"number": stopped}
            )
        self._require_accredited(by, at)

    def reinstate(self, *, by: User, at: datetime, reason: str) -> None:
        """Back in force, with the claims that its suspension ended."""
        with self._taken(self.may_reinstate, by, at):
            put_back([self], by=by, at=at, reason=reason_required(reason))

    def may_record_surveillance(self, *, by: User, at: datetime) -> None:
        self._require_decider(by, at)
        if self.status_at(at) != self.Status.VALID:
            raise IllegalMove(gettext("Only what is valid today can be kept up by a check."))
        self._require_accredited(by, at)

    def record_surveillance(self, *, note: str, by: User, at: datetime) -> "Surveillance":
        """The planned check was done and found it in order; the next AL4 begins."""
        with self._taken(self.may_record_surveillance, by, at):
            due, words = next_check(at, self.valid_until), reason_required(note)
            check = self.surveillances.create(note=words, done_at=at, done_by=by, next_due=due)
            Certificate.objects.filter(pk=self.pk).update(surveillance_due=due)
            record(self, steps.CERTIFICATE_SURVEYED, by=by, at=at, organisation=self.body)
            claims.change([self.release_id], add=self._certified_anew(due, at), at=at)
        self.surveillance_due = due
        return check

    def _require_decider(self, person: User, at: datetime, *, to: str = "") -> None:
        """A decider of its body who did not examine and has no tie to the provider."""
        independence.require_role(person, self.body, Role.DECIDER)
        if to:
            require_way(self, to)
        self.engagement.require_no_part(person, at=at)

    @contextmanager
    def _taken(self, may: Callable[..., None], by: User, at: datetime) -> Iterator[None]:
        """One transaction with the row taken, begun with what the step asks."""
        with transaction.atomic():
            self.lock()
            may(by=by, at=at)
            yield

    def lock(self) -> None:
        """Take the row, so that steps on one certificate come one after the other."""
        rows = Certificate.objects.select_for_update()
        fields = ["status", "suspended_at", "suspended_with", "surveillance_due"]
        self.refresh_from_db(fields=fields, from_queryset=rows)

    def _certified_anew(self, due: date | None, at: datetime) -> Iterator[Claim]:
        """AL4 where the certificate's AL3 still stands; reads after the claims are locked."""
        if not self.complete:
            return
        until = certified_until(due, self.valid_until)
        for claim in Claim.objects.in_force(at=at).filter(source=self.number, assurance=3):
            yield copied(claim, assurance=4, valid_from=at, valid_until=until)

    def _require_accredited(self, by: User, at: datetime) -> None:
        country = self.release.solution.organisation.country
        independence.require_accredited(by, self.body, [self.edition], country=country, at=at)


class Surveillance(models.Model):
    """One planned check while a certificate is in force, and what it found."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="surveillances"
    )
    note = models.TextField()
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    next_due = models.DateField(null=True)

    class Meta:
        verbose_name = _("surveillance")
        ordering = ["done_at"]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.done_at:%Y-%m-%d}"


def take_out(
    certificates: Iterable[Certificate],
    to: str,
    *,
    by: User,
    at: datetime,
    reason: str,
    **stamps: Any,
) -> None:
    """Move certificates out of force and end their claims, with one change of claims."""
    taken = list(certificates)
    for certificate in taken:
        details = {"step": OUT[to], "organisation": certificate.body, **stamps}
        move(certificate, to, by=by, at=at, reason=reason, **details)
    if taken:
        endings = [Ending(Q(source=row.number), f"{to} {row.number}") for row in taken]
        claims.change({row.release_id for row in taken}, end=endings, at=at)


def put_back(certificates: Iterable[Certificate], *, by: User, at: datetime, reason: str) -> None:
    """Move suspended certificates back into force, with the claims that the suspension ended."""
    taken = list(certificates)
    since = {certificate.pk: certificate.suspended_at for certificate in taken}
    for certificate in taken:
        move(
            certificate,
            "valid",
            by=by,
            at=at,
            reason=reason,
            step=steps.CERTIFICATE_REINSTATED,
            organisation=certificate.body,
            suspended_at=None,
            suspended_with=None,
        )
    if taken:
        again = (claim for row in taken for claim in lost(row, since[row.pk] or at, at))
        claims.change({row.release_id for row in taken}, add=again, at=at)


def lost(certificate: Certificate, since: datetime, at: datetime) -> Iterator[Claim]:
    """What a suspension ended and time has not, where nothing since has said otherwise.

    A generator on purpose: it reads after `claims.change()` has locked the release.
    """
    contradicted = Claim.objects.filter(
        release=certificate.release_id,
        outcome__in=LESS,
        valid_from__gte=since,
    )
    ended = Claim.objects.filter(
        source=certificate.number, ended_at=since, ended_by=f"suspended {certificate.number}"
    ).exclude(criterion__in=contradicted.values("criterion"))
    for claim in ended.filter(valid_until__gt=at):
        yield copied(claim, valid_from=at)


def copied(claim: Claim, **changes: Any) -> Claim:
    """The same claim, said anew."""
    kept = ("release_id", "criterion_id", "outcome", "assurance", "basis", "accepted_by", "source")
    values = {name: getattr(claim, name) for name in (*kept, "valid_until")}
    return Claim(**{**values, **changes})
