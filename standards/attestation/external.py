"""External certificates: what outside schemes found, filed as evidence and checked by somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import NotAllowed, NotReady, move, reason_required, require_way
from certcentre.log.models import digest, next_number, record
from certcentre.steps import Step
from standards.assessment import claims, links
from standards.assessment.claims import Claim, Ending, Outcome
from standards.assessment.periods import end_of
from standards.assessment.solutions import Release
from standards.attestation import independence, steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.validity import counted_until
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Scheme


def checking_bodies(person: User, *, at: datetime) -> models.QuerySet[Organisation]:
    """The accredited bodies in whose name this person may check external certificates."""
    accreditations = Accreditation.objects.in_force(at=at).values("body")
    return Organisation.objects.acted_for_by(person, Role.EVALUATOR).filter(pk__in=accreditations)


def basis_of(level: int) -> Claim.Basis:
    """What claims rest on that it gives at this level."""
    return Claim.Basis.CERTIFICATE if level >= 3 else Claim.Basis.EVIDENCE


class ExternalCertificateQuerySet(models.QuerySet["ExternalCertificate"]):
    def public(self) -> "ExternalCertificateQuerySet":
        """Those that somebody independent recorded, ended ones too."""
        return self.filter(status__in=ExternalCertificate.KNOWN)

    def visible_to(self, user: Reader, *, at: datetime) -> "ExternalCertificateQuerySet":
        """Public ones; before that, for the provider and for whoever may check them."""
        known = Q(status__in=ExternalCertificate.KNOWN)
        if not user.is_authenticated:
            return self.filter(known)
        if user.is_officer() or checking_bodies(user, at=at).exists():
            return self
        mine = Organisation.objects.acted_for_by(user)
        return self.filter(known | Q(release__solution__organisation__in=mine))

    def waiting(self) -> "ExternalCertificateQuerySet":
        """Filed, and nobody has looked yet; oldest first."""
        return self.filter(status=ExternalCertificate.Status.FILED).order_by("filed_at")

    def untied(self, user: User, *, at: datetime) -> "ExternalCertificateQuerySet":
        """Those whose provider the person does not belong to and did not lately."""
        own = Membership.objects.recently_of(user, at=at).values("organisation")
        return self.exclude(release__solution__organisation__in=own)

    def in_force(self, *, at: datetime) -> "ExternalCertificateQuerySet":
        day = at.date()
        return self.filter(
            status=ExternalCertificate.Status.RECORDED, valid_from__lte=day, valid_until__gte=day
        )

    def with_parties(self) -> "ExternalCertificateQuerySet":
        return self.select_related("scheme", "body", "release__solution__organisation")


class ExternalCertificate(models.Model):
    """A certificate of an outside scheme about one release, with scope and exclusions."""

    class Status(models.TextChoices):
        FILED = "filed", _("Filed, not checked yet")
        RECORDED = "recorded", _("Recorded")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended early")

    LIFECYCLE = {
        Status.FILED: {Status.RECORDED, Status.REFUSED},
        Status.RECORDED: {Status.ENDED},
        Status.REFUSED: set(),
        Status.ENDED: set(),
    }
    KNOWN = (Status.RECORDED, Status.ENDED)
    LAPSED = "lapsed"  # never stored: time decides

    number = models.CharField(max_length=16, unique=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="externals")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    criteria = models.ManyToManyField(Criterion, related_name="+")
    issuer = models.CharField(max_length=200)
    their_number = models.CharField(max_length=120)
    scope = models.TextField()
    exclusions = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    link = models.URLField(blank=True, max_length=500)  # where the issuer shows it
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.FILED)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    body = models.ForeignKey(  # in whose name it was recorded; none: the centre's
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    assurance = models.PositiveSmallIntegerField(null=True)  # what it gave, once recorded
    seen = models.TextField(blank=True)  # how whoever recorded it made sure
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ExternalCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("external certificate")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="external_runs_forward"
            ),
            models.CheckConstraint(
                condition=~Q(scope="") & ~Q(exclusions=""), name="external_says_its_scope"
            ),
            models.CheckConstraint(
                condition=Q(recorded_by=None) | ~Q(seen=""), name="external_recorded_was_seen"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("external-certificate", args=[self.number])

    @property
    def provider(self) -> Organisation:
        return self.release.solution.organisation

    @property
    def frozen(self) -> bytes:
        """What it says, as it was filed and never changes (RFC 8785). Two statements."""
        criteria = sorted(criterion.key for criterion in self.criteria.all())
        days = [self.valid_from.isoformat(), self.valid_until.isoformat()]
        words = [self.issuer, self.their_number, self.scope, self.exclusions, self.link]
        return rfc8785.dumps(
            [self.number, str(self.release_id), self.scheme.key, criteria, *words, *days]
        )

    def status_at(self, at: datetime) -> str:
        """What the public is told: the stored state, or that its time is over."""
        if self.status == self.Status.RECORDED and end_of(self.valid_until) <= at:
            return self.LAPSED
        return str(self.status)

    @classmethod
    def file(
        cls,
        release: Release,
        scheme: Scheme,
        *,
        criteria: Iterable[Criterion],
        by: User,
        at: datetime,
        **words: Any,
    ) -> "ExternalCertificate":
        """Hand it in. It gives nothing until somebody independent has recorded it."""
        provider = release.solution.organisation
        if not (
            by.acts_for(provider, Role.EDITOR)
            or by.is_officer()
            or checking_bodies(by, at=at).exists()
        ):
            raise NotAllowed(gettext("Only an editor of the provider takes this step."))
        chosen = list(criteria)
        cls._require_sound(scheme, chosen, words, at)
        with transaction.atomic():
            Release.objects.select_for_update().get(pk=release.pk)  # sent twice
            twin = cls.objects.filter(release=release, scheme=scheme, issuer=words["issuer"])
            twin = twin.filter(their_number=words["their_number"], valid_until=words["valid_until"])
            if twin.exclude(status__in=[cls.Status.REFUSED, cls.Status.ENDED]).exists():
                raise NotReady(gettext("This certificate was filed already for this release."))
            made = cls.objects.create(
                number=next_number("XC", at=at),
                release=release,
                scheme=scheme,
                filed_at=at,
                filed_by=by,
                **words,
            )
            made.criteria.set(chosen)
            step, state = steps.EXTERNAL_FILED, cls.Status.FILED
            detail = {"digest": digest(made.frozen)}
            record(made, step, by=by, at=at, to_state=state, organisation=provider, detail=detail)
        return made

    @staticmethod
    def _require_sound(
        scheme: Scheme, chosen: list[Criterion], words: dict[str, Any], at: datetime
    ) -> None:
        problems = []
        if not chosen or any(edition.key not in scheme.supports for edition in chosen):
            problems.append(gettext("Choose at least one criterion that this scheme supports."))
        if not words["scope"].strip():
            problems.append(gettext("Say what the certificate covers."))
        if not words["exclusions"].strip():
            problems.append(gettext("Say what it leaves out; if nothing, write “nothing”."))
        if words["valid_until"] < words["valid_from"]:
            problems.append(gettext("The last day comes before the first."))
        elif end_of(words["valid_until"]) <= at:
            problems.append(gettext("It has run out already."))
        if words.get("link") and (flaw := links.flaw(words["link"])):
            problems.append(flaw)
        if problems:
            raise NotReady(*problems)

    def may_record(self, *, by: User, at: datetime) -> None:
        self._recorder(by, at)
        require_way(self, "recorded")
        if self.valid_from > at.date():
            raise NotReady(gettext("Its first day is still to come."))
        if end_of(self.valid_until) <= at:
            raise NotReady(gettext("It has run out already."))

    def record(self, *, seen: str, by: User, at: datetime) -> None:
        """Stand behind it: its criteria are claimed at the level the scheme gives, to its end."""
        self.may_record(by=by, at=at)
        level = self.scheme.imports_as
        stamps: dict[str, Any] = {"assurance": level, "body": self._recorder(by, at)}
        stamps |= {"seen": reason_required(seen), "recorded_at": at, "recorded_by": by}
        with transaction.atomic():
            detail = {"assurance": level}
            self._move("recorded", steps.EXTERNAL_RECORDED, by, at, detail=detail, **stamps)
            claims.change([self.release_id], add=self._claims(level, at), at=at)

    def may_refuse(self, *, by: User, at: datetime) -> None:
        self._recorder(by, at)
        require_way(self, "refused")

    def refuse(self, *, reason: str, by: User, at: datetime) -> None:
        """Not what it is said to be, or not about this release."""
        self.may_refuse(by=by, at=at)
        self._move("refused", steps.EXTERNAL_REFUSED, by, at, reason=reason_required(reason))

    def may_end(self, *, by: User, at: datetime) -> None:
        if not by.acts_for(self.provider, Role.EDITOR):
            self._recorder(by, at)
        require_way(self, "ended")

    def end(self, *, reason: str, by: User, at: datetime) -> None:
        """Its issuer suspended or withdrew it, or the provider no longer holds it.

        Exactly the claims that it gave end; what else stands on those criteria stands.
        """
        self.may_end(by=by, at=at)
        with transaction.atomic():
            self._move("ended", steps.EXTERNAL_ENDED, by, at, reason=reason_required(reason))
            ending = Ending(Q(source=self.number), f"ended {self.number}")
            claims.change([self.release_id], end=[ending], at=at)

    def _recorder(self, person: User, at: datetime) -> Organisation | None:
        """In whose name this person checks it: the centre's (None) or an accredited body's.

        NotAllowed for anybody who has a tie to the provider, or whose body is not accredited for
        the editions concerned.
        """
        return person.once(("recorder", self.pk, at), lambda: self._found_recorder(person, at))

    def _found_recorder(self, person: User, at: datetime) -> Organisation | None:
        provider = self.provider
        provider.require_untied(person, at=at)
        if person.is_officer():
            return None
        editions = list(Edition.objects.filter(criteria__in=self.criteria.all()).distinct())
        for body in checking_bodies(person, at=at):
            if independence.tied(body, provider):
                continue
            if not independence.unaccredited(body, editions, country=provider.country, at=at):
                return body
        raise NotAllowed(
            gettext(
                "Only an officer of the centre, or an evaluator of a body that is accredited for "
                "these criteria and has no tie to the provider, takes this step."
            )
        )

    def _claims(self, level: int, at: datetime) -> Iterable[Claim]:
        """One for each criterion."""
        for criterion in self.criteria.all():
            yield Claim(
                release_id=self.release_id,
                criterion=criterion,
                outcome=Outcome.MET,
                assurance=level,
                basis=basis_of(level),
                valid_from=at,
                valid_until=counted_until(level, at, self.valid_until),
                source=self.number,
            )

    @property
    def counts_until(self) -> datetime | None:
        """Until when its criteria rest on it; None until it is recorded."""
        if self.recorded_at is None or self.assurance is None:
            return None
        return counted_until(self.assurance, self.recorded_at, self.valid_until)

    def _move(
        self, to: str, step: Step, by: User, at: datetime, *, reason: str = "", **stamps: Any
    ) -> None:
        organisation = self.provider
        move(self, to, step=step, by=by, at=at, reason=reason, organisation=organisation, **stamps)
