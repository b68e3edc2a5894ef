"""Issuing certificates: numbers, facts and the claims they write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, move
from certcentre.log.models import digest, next_number, record
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome
from standards.attestation import steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.examination import Examined, examined
from standards.attestation.results import Result
from standards.attestation.validity import certified_until, next_check
from standards.catalogue.editions import Criterion, Edition


def statement(
    examined: Examined, engagement: Engagement, accreditation: Accreditation, *, at: datetime
) -> dict[str, Any]:
    """JSON values only, in English as the edition is written. Names of people are not in it."""
    release = engagement.declaration.release
    edition, level = examined.edition, examined.level
    return {
        "solution": {"id": str(release.solution_id), "name": release.solution.name},
        "release": {"id": str(release.pk), "label": release.label},
        "provider": {
            "id": str(engagement.provider_id),
            "name": engagement.provider.name,
            "country": engagement.provider.country,
        },
        "body": {
            "id": str(engagement.body_id),
            "name": engagement.body.name,
            "country": engagement.body.country,
        },
        "accreditation": {
            "number": accreditation.number,
            "until": accreditation.valid_until.isoformat(),
        },
        "edition": {"key": edition.key, "name": edition.name, "version": edition.version},
        "level": {"key": level.key, "label": level.label} if level else None,
        "declaration": engagement.declaration.number,
        "engagement": engagement.number,
        "decided_at": at.isoformat(),
        "criteria": examined.criteria(),
        "excluded": examined.excluded(),
        "counts": examined.counts(),
    }


@dataclass(frozen=True)
class Issue:
    """What every certificate of one step has in common."""

    engagement: Engagement
    until: datetime
    by: User
    at: datetime

    def certificate(self, result: Examined, *, check: date | None) -> Certificate:
        """Give it a number and freeze what it states."""
        engagement, coverage = self.engagement, result.coverage
        made = Certificate.objects.create(
            number=next_number("CC", at=self.at),
            engagement=engagement,
            release=engagement.declaration.release,
            edition=result.edition,
            level=result.level,
            body=engagement.body,
            complete=coverage.complete,
            named_count=len(coverage.named),
            covered_count=len(coverage.covered),
            facts=statement(result, engagement, self._accreditation(result), at=self.at),
            issued_at=self.at,
            valid_until=self.until,
            surveillance_due=check,
        )
        record(
            made,
            steps.CERTIFICATE_ISSUED,
            by=self.by,
            at=self.at,
            to_state=made.status,
            organisation=engagement.body,
            detail={"digest": digest(made.frozen)},
        )
        return made

    def first(self, result: Examined) -> Certificate:
        return self.certificate(result, check=next_check(self.at, self.until))

    def _accreditation(self, result: Examined) -> Accreditation:
        covered = Accreditation.objects.by_edition(
            self.engagement.body, country=self.engagement.provider.country, at=self.at
        )
        return covered[result.edition.pk]


def certificate_claims(
    certificate: Certificate, result: Examined, *, at: datetime
) -> Iterator[Claim]:
    """AL3 to the certificate's end; when complete, AL4 to the planned check and 60 days too."""
    terms = [(3, certificate.valid_until)]
    if certificate.complete:
        terms.append((4, certified_until(certificate.surveillance_due, certificate.valid_until)))
    for finding in result.good():
        absent = finding.result == Result.NOT_APPLICABLE
        for assurance, until in terms:
            yield Claim(
                release_id=certificate.release_id,
                criterion_id=finding.criterion_id,
                outcome=Outcome.NOT_APPLICABLE if absent else Outcome.MET,
                accepted_by=Claim.AcceptedBy.AUDITOR if absent else Claim.AcceptedBy.NOBODY,
                assurance=assurance,
                basis=Claim.Basis.CERTIFICATE,
                valid_from=at,
                valid_until=until,
                source=certificate.number,
            )


def supersede(engagement: Engagement, criterion: Criterion, *, by: User, at: datetime) -> None:
    """After a correction was seen done: a new certificate of the edition replaces the old one.

    It ends when the old one would have. Where nothing of the grant is in force, nothing is issued.
    """
    certificates = list(engagement.certificates.order_by("pk").select_for_update(of=("self",)))
    require_supersedable(engagement, criterion.edition, by=by, at=at)
    living = [
        certificate
        for certificate in certificates
        if certificate.status_at(at) == Certificate.Status.VALID
    ]
    same = [
        certificate
        for certificate in certificates
        if certificate.edition_id == criterion.edition_id
    ]
    old = next((standing for standing in same if standing in living), None)
    if not living or (same and not old):
        return
    if old:
        step = steps.CERTIFICATE_SUPERSEDED
        move(old, "superseded", step=step, by=by, at=at, organisation=engagement.body)
    result = next(
        standing
        for standing in examined(engagement, at=at)
        if standing.edition.pk == criterion.edition_id
    )
    model = old or living[0]
    issue = Issue(engagement, model.valid_until, by, at)
    new = issue.certificate(result, check=model.surveillance_due)
    endings = [Ending(Q(basis=Claim.Basis.FINDING, criterion=criterion), f"issued {new}")]
    if old:
        Certificate.objects.filter(pk=old.pk).update(superseded_by=new)
        endings.append(Ending(Q(source=old.number), f"superseded {old}"))
    stated = certificate_claims(new, result, at=at)
    if old:
        stated = followed(stated, old, criterion, at=at)
    claims.change([new.release_id], end=endings, add=stated, at=at)


def require_supersedable(
    engagement: Engagement, edition: Edition, *, by: User, at: datetime
) -> None:
    """NotReady while the edition's certificate is suspended: nothing takes its place then."""

    def stopped() -> dict[int, str]:
        rows = engagement.certificates.suspended(at=at)
        return dict(rows.values_list("edition", "number"))

    if number := by.once(("suspended", engagement.pk, at), stopped).get(edition.pk):
        raise NotReady(gettext("%(number)s is suspended. Reinstate it first.") % {"number": number})


def followed(
    stated: Iterator[Claim], old: Certificate, mended: Criterion, *, at: datetime
) -> Iterator[Claim]:
    """Where the old one's word stood to the last; a later declaration may have ended some of it.

    A generator on purpose: it reads after `claims.change()` has locked and ended.
    """
    ended = Claim.objects.filter(
        source=old.number, ended_by=f"superseded {old}", valid_until__gt=at
    )
    stood = {mended.pk, *ended.values_list("criterion", flat=True)}
    yield from (claim for claim in stated if claim.criterion_id in stood)
