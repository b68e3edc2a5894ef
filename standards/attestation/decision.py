"""The decision: granted or refused, once, by a second person of the body."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, move, reason_required
from certcentre.log.models import LogEntry, same
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending
from standards.assessment.solutions import Release
from standards.attestation import independence, steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement, close_evidence, hands_in
from standards.attestation.examination import Examined, examined, in_order
from standards.attestation.findings import CorrectiveAction
from standards.attestation.issuing import Issue, certificate_claims
from standards.attestation.results import OUTCOMES, Result
from standards.attestation.validity import CHECK_EVERY, LONGEST, months_after

STEPS = {"granted": steps.ENGAGEMENT_GRANTED, "refused": steps.ENGAGEMENT_REFUSED}


def terms() -> Iterator[tuple[int, str]]:
    """For how many months a certificate may be granted, in half years from the longest down."""
    for months in range(LONGEST, 0, -6):
        length = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
        if months > CHECK_EVERY:
            words = gettext("%(length)s, with surveillance after %(months)d")
            length = words % {"length": length, "months": CHECK_EVERY}
        yield months, length


@dataclass(frozen=True)
class Check:
    """One thing that must hold before a decision; `problems` says what is missing."""

    words: str
    problems: list[str]
    only_grant: bool = False


def checks(
    engagement: Engagement, results: Iterable[Examined], *, by: User, at: datetime
) -> list[Check]:
    """What a decision must pass, as its page shows it; the verb asks the same."""
    results = list(results)
    country, editions = engagement.provider.country, [result.edition for result in results]
    hands = hands_in(engagement)
    return [
        Check(
            gettext("You had no part in the examination and no tie to the provider"),
            independence.decider_problems(
                by, engagement.body, engagement.provider, hands=hands, at=at
            ),
        ),
        Check(
            gettext("Your body is accredited today for each edition"),
            independence.unaccredited(engagement.body, editions, country=country, at=at),
        ),
        *rating_checks(engagement),
        *grant_checks(results),
    ]


def rating_checks(engagement: Engagement) -> list[Check]:
    """Where a second rater was asked."""
    if not engagement.ratings.exists():
        return []
    words = gettext("Whoever was asked to score alone has handed in")
    return [Check(words, engagement.ratings.lacking())]


def grant_checks(results: list[Examined]) -> list[Check]:
    """What only a grant must pass (rule R31)."""
    left = [
        finding
        for result in results
        for finding in result.findings.values()
        if Result(finding.result).nonconforming and not in_order(finding)
    ]
    major = [finding.criterion.ref for finding in left if finding.result == Result.MAJOR]
    planless = [
        finding.criterion.ref
        for finding in left
        if finding.result == Result.MINOR
        and finding.corrective_action.status != CorrectiveAction.Status.ACCEPTED
    ]
    return [
        Check(
            gettext("No major nonconformity is open"),
            [gettext("%(ref)s: a major nonconformity is open.") % {"ref": ref} for ref in major],
            only_grant=True,
        ),
        Check(
            gettext("Each minor nonconformity has an accepted corrective action"),
            [gettext("%(ref)s: no accepted corrective action.") % {"ref": ref} for ref in planless],
            only_grant=True,
        ),
        Check(
            gettext("At least one criterion conforms"),
            [] if any(any(result.good()) for result in results) else [gettext("Nothing conforms.")],
            only_grant=True,
        ),
    ]


def require_grantable(results: list[Examined]) -> None:
    if problems := [problem for check in grant_checks(results) for problem in check.problems]:
        raise NotReady(*problems)


Taken = tuple[str, str, datetime, Any]  # outcome, reason, when, by whom


def taken(entries: Iterable[LogEntry]) -> Mapping[str, Taken]:
    """The decisions that log entries say were taken, by the id of their engagement."""
    kind = Engagement._meta.label_lower
    return {
        entry.subject_id: (entry.to_state, entry.reason, entry.at, entry.actor_id)
        for entry in entries
        if entry.subject_type == kind and entry.to_state in Engagement.DECIDED
    }


class Decision(models.Model):
    """The body's word on an engagement, once, by a person who did not examine."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    engagement = models.OneToOneField(Engagement, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("evaluator")), name="decision_by_a_second_person"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.outcome}"

    def is_logged(self, entries: Iterable[LogEntry]) -> bool:
        """Whether it is the one that is among these entries; an alarm where not."""
        return same(self, self.stands == taken(entries).get(str(self.engagement_id)))

    @property
    def granted(self) -> bool:
        return self.outcome == self.Outcome.GRANTED

    @property
    def stands(self) -> Taken:
        return (self.outcome, self.reason, self.decided_at, self.decided_by_id)

    def by_a_second(self) -> bool:
        """Whether who decided had no part in the examination, by its rows. One statement."""
        hands = {*hands_in(self.engagement), self.evaluator_id}
        return self.decided_by_id not in hands

    @classmethod
    def decide(
        cls,
        engagement: Engagement,
        *,
        outcome: str,
        reason: str,
        by: User,
        at: datetime,
        months: int = LONGEST,
    ) -> "Decision":
        """Grant or refuse, once. A grant issues one certificate for each edition examined."""
        outcome, why = cls.Outcome(outcome), reason_required(reason)
        if not 1 <= months <= LONGEST:
            words = gettext("A certificate lasts from 1 to %(most)d months.")
            raise NotReady(words % {"most": LONGEST})
        with transaction.atomic():
            list(Accreditation.objects.select_for_update().filter(body=engagement.body_id))
            engagement.lock()
            engagement.may_decide(by=by, at=at)
            release = engagement.declaration.release_id
            list(Release.objects.select_for_update().filter(pk=release))
            results = examined(engagement, at=at)
            if outcome == cls.Outcome.GRANTED:
                require_grantable(results)
            step, organisation = STEPS[outcome], engagement.body
            move(
                engagement, outcome, step=step, by=by, at=at, reason=why, organisation=organisation
            )
            decision = cls.objects.create(
                engagement=engagement,
                outcome=outcome,
                reason=why,
                decided_at=at,
                decided_by=by,
                evaluator=engagement.evaluator,
            )
            close_evidence(engagement, by=by, at=at)
            issue = Issue(engagement, months_after(at, months), by, at)
            stated = decision._grant(issue, results) if outcome == cls.Outcome.GRANTED else []
            decision._speak(results, stated)
        return decision

    def _grant(self, issue: Issue, results: list[Examined]) -> list[Claim]:
        """A certificate for each edition in which something conforms; the claims they make."""
        stated: list[Claim] = []
        for result in results:
            if any(result.good()):
                stated += certificate_claims(issue.first(result), result, at=issue.at)
        return stated

    def _speak(self, results: list[Examined], stated: list[Claim]) -> None:
        """Change the claims, once: what conforms, what does not (rule R24), what this overtakes."""
        engagement, at = self.engagement, self.decided_at
        findings = [finding for result in results for finding in result.findings.values()]
        good = [finding.criterion_id for finding in findings if in_order(finding)]
        bad = [finding for finding in findings if not in_order(finding)]
        ended_by = f"decision {engagement.number}"
        against = claims.found_against(
            engagement.declaration.release_id,
            {finding.criterion_id: OUTCOMES[Result(finding.result)] for finding in bad},
            source=engagement.number,
            at=at,
        )
        endings = [
            Ending(Q(criterion__in=[finding.criterion_id for finding in bad]), ended_by),
            Ending(Q(basis=Claim.Basis.FINDING, criterion__in=good), ended_by),
        ]
        release = engagement.declaration.release_id
        claims.change([release], end=endings, add=[*stated, *against], at=at)
