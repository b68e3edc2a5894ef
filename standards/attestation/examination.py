"""What an examination came to in each of its editions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standards.assessment import claims
from standards.assessment.claims import Outcome
from standards.attestation import scope
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.results import Result, declared_of
from standards.catalogue.editions import Criterion, Edition, Level


def corrected(finding: Any) -> bool:
    """A nonconformity whose correction was seen done; then the criterion conforms."""
    action = getattr(finding, "corrective_action", None)
    nonconforming = Result(finding.result).nonconforming
    return bool(nonconforming and action and action.status == action.Status.CLOSED)


def in_order(finding: Any) -> bool:
    """Conforms, conforms after correction, or confirmed as not applicable."""
    result = Result(finding.result)
    return result.conforms or result == Result.NOT_APPLICABLE or corrected(finding)


@dataclass(frozen=True)
class Examined:
    """One edition of an engagement: what was asked, found and left."""

    edition: Edition
    level: Level | None
    catalogue: dict[int, Criterion]  # of the edition, by key, in order
    findings: dict[int, Any]  # in scope, by criterion
    excused: dict[int, str]  # not applicable by a rule or the centre: who accepted it

    @property
    def coverage(self) -> scope.Coverage:
        graded = {pk: criterion.level_id for pk, criterion in self.catalogue.items()}
        return scope.cover(
            scope.named(self.edition.levels.all(), self.level, graded),
            in_order=[pk for pk, finding in self.findings.items() if in_order(finding)],
            examined=self.findings,
            accepted=self.excused,
        )

    def good(self) -> Iterator[Any]:
        return (finding for finding in self.findings.values() if in_order(finding))

    def criteria(self) -> list[dict[str, Any]]:
        """Those in order, with result and methods, as a certificate lists them."""
        return [
            {
                **self._named(pk),
                "result": "conforming" if corrected(finding) else finding.result,
                "corrected": corrected(finding),
                "methods": methods(finding),
                "declared": declared_of(finding),
                "reason": finding.note if finding.result == Result.NOT_APPLICABLE else "",
            }
            for pk, finding in self._ordered()
            if in_order(finding)
        ]

    def excluded(self) -> list[dict[str, Any]]:
        """The named criteria that the certificate does not attest, each with its reason."""
        coverage = self.coverage
        attested = {finding.criterion_id for finding in self.good()}
        return [
            {**self._named(pk), "why": self._why(pk)}
            for pk in self.catalogue
            if pk in coverage.named and pk not in attested
        ]

    def counts(self) -> dict[str, int]:
        good = list(self.good())
        absent = sum(finding.result == Result.NOT_APPLICABLE for finding in good)
        coverage = self.coverage
        return {
            "named": len(coverage.named),
            "covered": len(coverage.covered),
            "conforming": len(good) - absent,
            "not_applicable": absent,
            "excused": sum(pk in self.excused for pk in coverage.named - set(self.findings)),
            "beyond": len(coverage.beyond),
        }

    def _why(self, pk: int) -> str:
        if finding := self.findings.get(pk):
            return str(finding.result)
        return f"excused_{self.excused[pk]}" if pk in self.excused else "not_in_scope"

    def _ordered(self) -> Iterator[tuple[int, Any]]:
        return ((pk, self.findings[pk]) for pk in self.catalogue if pk in self.findings)

    def _named(self, pk: int) -> dict[str, Any]:
        criterion = self.catalogue[pk]
        return {"key": criterion.key, "ref": criterion.ref, "title": criterion.title}


def methods(finding: Any) -> list[str]:
    """How the auditor looked, at first and when the correction was seen."""
    action = getattr(finding, "corrective_action", None)
    return sorted({*finding.methods, *(action.methods if action else [])})


def examined(engagement: Engagement, *, at: datetime) -> list[Examined]:
    """Each edition of the engagement with what was found; the same statements at any size."""
    asked = engagement.editions.select_related("edition", "level").prefetch_related(
        "edition__levels"
    )
    rows: list[EngagementEdition] = list(asked)
    of_these = Criterion.objects.answerable().filter(edition__in=[row.edition_id for row in rows])
    criteria = list(of_these)
    findings = list(
        engagement.findings.with_declared().select_related("criterion", "corrective_action")
    )
    release = engagement.declaration.release_id
    standing = claims.effective(
        [release], at=at, criteria=[criterion.pk for criterion in criteria]
    )[release]
    excused = {
        claim.criterion_id: claim.accepted_by
        for claim in standing.values()
        if claim.outcome == Outcome.NOT_APPLICABLE and claim.accepted_by
    }
    return [
        Examined(
            row.edition,
            row.level,
            {
                criterion.pk: criterion
                for criterion in criteria
                if criterion.edition_id == row.edition_id
            },
            {
                finding.criterion_id: finding
                for finding in findings
                if finding.criterion.edition_id == row.edition_id
            },
            excused,
        )
        for row in rows
    ]
