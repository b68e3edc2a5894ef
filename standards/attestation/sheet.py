"""The findings sheet: what the provider says beside what the auditor found."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils.translation import gettext, ngettext

from standards.assessment.answers import Answer
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.results import Result
from standards.catalogue.methods import Method

PER_PAGE = 50
OPEN = "open"


@dataclass(frozen=True)
class Row:
    """One criterion in scope: the provider's answer and evidence, and the finding."""

    finding: Finding
    answer: Answer | None
    writable: bool

    @property
    def criterion(self) -> Any:
        return self.finding.criterion

    @property
    def title(self) -> str:
        return str(self.criterion.text("title"))

    @property
    def in_short(self) -> str:
        """Ref and title, and what the provider says with how much evidence."""
        value = str(self.answer.get_value_display()) if self.answer else gettext("no statement")
        words = ngettext(
            "%(said)s, %(n)d piece of evidence", "%(said)s, %(n)d pieces of evidence", self.pieces
        )
        return f"{self.criterion.ref} {self.title} ({words % {'said': value, 'n': self.pieces}})"

    @property
    def pieces(self) -> int:
        return len(self.evidence)

    @property
    def statement(self) -> str:
        return str(self.criterion.text("statement"))

    @property
    def hint(self) -> str:
        return str(self.criterion.text("evidence_hint"))

    @property
    def edition(self) -> str:
        return str(self.criterion.edition.text("name"))

    @property
    def action(self) -> CorrectiveAction | None:
        return getattr(self.finding, "corrective_action", None)

    @property
    def evidence(self) -> list[Any]:
        uses = self.answer.evidence_uses.all() if self.answer else []
        return [use.evidence for use in uses]

    @property
    def settled(self) -> bool:
        action = self.action
        return action is not None and action.status == CorrectiveAction.Status.CLOSED

    @property
    def methods(self) -> list[tuple[str, str, bool]]:
        """Each method with its words and whether it was used."""
        return [(str(m), str(m.label), m in self.finding.methods) for m in Method]

    @property
    def results(self) -> list[tuple[str, str, bool]]:
        return [(str(r), str(r.label), r == self.finding.result) for r in Result]

    @property
    def how(self) -> str:
        return ", ".join(str(Method(method).label) for method in self.finding.methods)


def counts(engagement: Engagement) -> dict[str, int]:
    """How many findings have which result. One statement."""
    findings = engagement.findings.order_by().values_list("result").annotate(n=Count("pk"))
    return dict(findings)


def page(
    engagement: Engagement, *, result: str, number: str | None, writable: bool
) -> tuple[list[Row], Page[Finding]]:
    """One page of the sheet; `result` narrows it. Four statements at any size."""
    findings = engagement.findings.select_related(
        "criterion__edition", "criterion__level", "corrective_action", "recorded_by"
    ).order_by("criterion__edition__name", "criterion__position")
    if result in Result.values:
        findings = findings.filter(result=result)
    sheet = Paginator(findings, PER_PAGE).get_page(number)
    return rows(engagement, list(sheet), writable=writable), sheet


def rows(engagement: Engagement, findings: list[Finding], *, writable: bool) -> list[Row]:
    """The findings with the answers of the declaration that is examined."""
    wanted = [finding.criterion_id for finding in findings]
    answers: QuerySet[Answer] = engagement.declaration.assessment.answers.filter(
        criterion__in=wanted
    ).prefetch_related("evidence_uses__evidence")
    given = {answer.criterion_id: answer for answer in answers}
    for finding in findings:
        finding.engagement = engagement
    return [Row(finding, given.get(finding.criterion_id), writable) for finding in findings]
