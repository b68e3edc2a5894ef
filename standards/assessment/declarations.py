"""The declaration: how a draft is signed, what it claims from then on, and taking it back.

What a draft lacks before it can be signed stands in declaration_check.py.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import NotReady, move, require_way
from certcentre.log.models import (
    LogEntry,
    digest,
    first_digest,
    last_move,
    next_number,
    record,
    same,
    stored,
)
from standards.assessment import claims, steps
from standards.assessment.access_request import AccessRequest
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import LESS, Claim, Ending, Outcome
from standards.assessment.declaration_body import body_of
from standards.assessment.declaration_check import Check
from standards.assessment.evidence import Evidence, Grant
from standards.assessment.periods import same_moment, speaking_within, start_of, year_after
from standards.assessment.provider_roles import must_sign_for
from standards.assessment.solutions import Release
from standards.catalogue.applicability import Applied
from standards.catalogue.editions import Edition

EXTERNAL = "XC-"  # numbers of external certificates: they speak for a time of their own

PUBLIC = Q(public_since__isnull=False)


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def in_force(self, *, at: datetime) -> "DeclarationQuerySet":
        """The last of its release, neither withdrawn nor run out at the moment `at`."""
        later = Declaration.objects.later(OuterRef("release"), OuterRef("declared_at"))
        until_then = later.filter(declared_at__lte=at)
        return self.filter(~Exists(until_then), withdrawn_at=None, valid_until__gt=at)

    def public(self) -> "DeclarationQuerySet":
        """Made public at some time: their pages stay for ever."""
        return self.filter(PUBLIC)

    def make_public(self, *, at: datetime) -> None:
        """All that are not yet; what was withdrawn before anybody could read it never is."""
        self.filter(public_since=None, withdrawn_at=None).update(public_since=at)

    def later(self, release: Any, than: Any) -> "DeclarationQuerySet":
        """What took the place of a declaration of this release made at that moment."""
        return self.filter(release=release, declared_at__gt=than)

    def visible_to(self, user: Reader) -> "DeclarationQuerySet":
        """Public ones; and while held, the provider's, the centre's and those granted access."""
        if not user.is_authenticated:
            return self.public()
        if user.is_officer():
            return self
        mine = Organisation.objects.acted_for_by(user)
        granted = Grant.objects.to(user).values("declaration")
        return self.filter(PUBLIC | Q(release__solution__organisation__in=mine) | Q(pk__in=granted))


class Declaration(models.Model):
    """The self-declaration of conformity (ISO/IEC 17050): an immutable snapshot, signed by name."""

    number = models.CharField(max_length=16, unique=True)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="declarations")
    signatory_name = models.CharField(max_length=120)
    signatory_role = models.CharField(max_length=120)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    valid_until = models.DateTimeField()
    public_since = models.DateTimeField(null=True)  # once public, its page stays for ever
    withdrawn_at = models.DateTimeField(null=True)
    body = models.BinaryField()  # canonical JSON (RFC 8785) of answers, facts and evidence
    digest = models.CharField(max_length=64)  # SHA-256 of body, hexadecimal

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        ordering = ["-declared_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("declaration", args=[self.number])

    @property
    def content(self) -> dict[str, Any]:
        """What was declared, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body))
        return content

    def agrees(self) -> bool:
        """Whether its words, and whether it is withdrawn, are those that the log holds; an alarm
        where not. One statement."""
        told = LogEntry.objects.told([self.assessment]).get(str(self.assessment_id), [])
        withdrawn = last_move(told).get("to") == Assessment.Status.WITHDRAWN
        stands = withdrawn == (self.withdrawn_at is not None)
        good = stands and first_digest(told) == digest(self.body) and self.is_as_signed
        return same(self, good)

    @property
    def is_as_signed(self) -> bool:
        """Whether its columns say what its body says, which is vouched for by its digest."""
        content = self.content
        words = {
            "number": self.number,
            "signatory": {"name": self.signatory_name, "role": self.signatory_role},
        }
        release = content.get("release", {}).get("id", str(self.release_id))
        moments = {"declared_at": self.declared_at, "valid_until": self.valid_until}
        agreed = all(content.get(name, word) == word for name, word in words.items()) and all(
            same_moment(content[name], moment)
            for name, moment in moments.items()
            if name in content
        )
        return agreed and release == str(self.release_id)

    @classmethod
    def sign(
        cls,
        assessment: Assessment,
        *,
        by: User,
        at: datetime,
        signatory_name: str,
        signatory_role: str,
    ) -> "Declaration":
        """Check, sign, publish or hold, and claim, in one transaction; NotReady lists what lacks.

        Locks the draft, then the release: nobody answers or states facts in between, and of many
        who press at once one declares.
        """
        with transaction.atomic():
            assessment.lock()
            assessment.release = Release.objects.alone().get(pk=assessment.release_id)
            checked = assessment.may_declare(by=by, at=at)
            if problems := unsigned_by(signatory_name, signatory_role):
                raise NotReady(*problems)
            signatory = {"name": signatory_name, "role": signatory_role}
            made = cls._write(assessment, checked, signatory, by, at)
            release = checked.release
            release.publish(checked.rules.blocks, by=by, at=at)
            public = release.is_public
            move(
                assessment,
                "declared",
                by=by,
                at=at,
                step=steps.ASSESSMENT_DECLARED if public else steps.ASSESSMENT_DECLARED_HELD,
                organisation=release.solution.organisation,
                detail={"number": made.number, "digest": made.digest},
            )
            tell_of_contradictions(made, checked.answers, by, at)
            claims.change(
                [release.pk],
                end=endings(made, checked.answers),
                add=claims_of(made, checked.answers, checked.rules, at=at),
                at=at,
            )
        return made

    @classmethod
    def _write(
        cls,
        assessment: Assessment,
        checked: Check,
        signatory: dict[str, str],
        by: User,
        at: datetime,
    ) -> "Declaration":
        number, until = next_number("DC", at=at), year_after(at)
        body = body_of(
            number=number,
            release=checked.release,
            answers=checked.answers,
            signatory=signatory,
            declared_at=at,
            valid_until=until,
        )
        return cls.objects.create(
            number=number,
            assessment=assessment,
            release=checked.release,
            signatory_name=signatory["name"],
            signatory_role=signatory["role"],
            declared_at=at,
            declared_by=by,
            valid_until=until,
            body=body,
            digest=digest(body),
        )

    def may_withdraw(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.release.solution.organisation, by)
        require_way(self.assessment, "withdrawn")

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """Take the statement back: its claims at AL1 and AL2 end, a certificate's stay."""
        self.may_withdraw(by=by, at=at)
        organisation = self.release.solution.organisation
        own = Q(declaration=self, basis__in=[Claim.Basis.DECLARATION, Claim.Basis.EVIDENCE])
        with transaction.atomic():
            self.assessment.lock()
            Release.objects.alone().get(pk=self.release_id)  # nobody makes it public in between
            public = Declaration.objects.public().filter(pk=self.pk).exists()
            move(
                self.assessment,
                "withdrawn",
                by=by,
                at=at,
                reason=reason,
                step=steps.DECLARATION_WITHDRAWN if public else steps.DECLARATION_WITHDRAWN_HELD,
                organisation=organisation,
                detail={"number": self.number},
            )
            Declaration.objects.filter(pk=self.pk).update(withdrawn_at=at)
            if not self.release.stands():
                Release.objects.filter(pk=self.release_id).update(public_since=None)
            AccessRequest.objects.end_with(self, by=by, at=at, reason=reason)
            ending = Ending(own, f"withdrawn {self.number}")
            claims.change([self.release_id], end=[ending], at=at)
        self.withdrawn_at = at


def unsigned_by(name: str, role: str) -> list[str]:
    """What a signature lacks."""
    problems = []
    if not name.strip():
        problems.append(gettext("Give the name of the person who signs."))
    if not role.strip():
        problems.append(gettext("Give the role of the person who signs."))
    return problems


def endings(declaration: Declaration, answers: list[Answer]) -> list[Ending]:
    """Earlier declarations' claims; a certificate's where less is declared; old findings."""
    by = f"declared {declaration.number}"
    own = [Claim.Basis.DECLARATION, Claim.Basis.EVIDENCE]
    answered = [answer.criterion_id for answer in answers if answer.counts]
    outside = Q(source__startswith=EXTERNAL)
    return [
        Ending(Q(basis__in=own) & ~outside, by),
        Ending(
            (Q(basis=Claim.Basis.CERTIFICATE) | outside) & Q(criterion__in=lowered(answers)), by
        ),
        Ending(Q(basis=Claim.Basis.FINDING, criterion__in=answered), by),
    ]


def lowered(answers: Iterable[Answer]) -> list[int]:
    """Criteria that the provider itself says are not, or not wholly, met."""
    return [answer.criterion_id for answer in answers if answer.counts and answer.value in LESS]


def tell_of_contradictions(
    declaration: Declaration, answers: list[Answer], by: User, at: datetime
) -> None:
    """Leave word in the log for the bodies whose certificates say more than the provider now."""
    certified = Claim.objects.filter(
        release=declaration.release_id,
        basis=Claim.Basis.CERTIFICATE,
        criterion__in=lowered(answers),
    ).in_force(at=at)
    pairs = list(certified.values_list("source", "criterion__key").distinct())
    if pairs:
        record(
            declaration,
            steps.CERTIFICATE_CONTRADICTED,
            by=by,
            at=at,
            organisation=declaration.release.solution.organisation,
            detail={
                "certificates": sorted({number for number, _ in pairs}),
                "criteria": sorted({key for _, key in pairs}),
            },
        )


def claims_of(
    declaration: Declaration, answers: Iterable[Answer], rules: Applied, *, at: datetime
) -> list[Claim]:
    """AL1 for each answer given, AL2 for each *met* and each piece of evidence while it speaks.

    On what is only announced they begin with its first day.
    """
    made = []
    for answer in answers:
        since = begins(answer.criterion.edition, at)
        if not answer.counts or since >= declaration.valid_until:
            continue
        made.append(_declared(declaration, answer, rules, since))
        if answer.value == Outcome.MET:
            made += [
                _shown(declaration, answer, use.evidence, spoken)
                for use in answer.on_file
                if (spoken := _spoken(use.evidence, since, declaration))
            ]
    return made


def begins(edition: Edition, at: datetime) -> datetime:
    """When a claim on a criterion of it begins: now, or on the day it begins to bind."""
    if edition.effective_from is None or edition.binds(at.date()):
        return at
    return start_of(edition.effective_from)


def _declared(declaration: Declaration, answer: Answer, rules: Applied, at: datetime) -> Claim:
    by_rule = (
        answer.value == Outcome.NOT_APPLICABLE and answer.criterion.key in rules.not_applicable
    )
    return Claim(
        release=declaration.release,
        criterion=answer.criterion,
        outcome=answer.value,
        assurance=1,
        basis=Claim.Basis.DECLARATION,
        accepted_by=Claim.AcceptedBy.RULE if by_rule else Claim.AcceptedBy.NOBODY,
        valid_from=at,
        valid_until=declaration.valid_until,
        source=declaration.number,
        declaration=declaration,
    )


def _spoken(
    piece: Evidence, since: datetime, declaration: Declaration
) -> tuple[datetime, datetime] | None:
    """From when to when evidence lifts an answer: what is dated ahead begins on its day."""
    until = declaration.valid_until
    return speaking_within(since, until, *piece.period)


def _shown(
    declaration: Declaration,
    answer: Answer,
    piece: Evidence,
    spoken: tuple[datetime, datetime],
) -> Claim:
    return Claim(
        release=declaration.release,
        criterion=answer.criterion,
        outcome=answer.value,
        assurance=2,
        basis=Claim.Basis.EVIDENCE,
        valid_from=spoken[0],
        valid_until=spoken[1],
        source=declaration.number,
        declaration=declaration,
        evidence=piece,
    )
