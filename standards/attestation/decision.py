"""The decision: granted or refused, once, by a second person of the body."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role, User
from certcentre.lifecycle import NotAllowed, NotReady, move, reason_required
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome
from standards.assessment.solutions import Release
from standards.attestation import independence
from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement, close_evidence
from standards.attestation.examination import Examined, examined, in_order
from standards.attestation.findings import CorrectiveAction
from standards.attestation.issuing import Issue, certificate_claims
from standards.attestation.results import Result
from standards.attestation.validity import LONGEST, months_after

SAYS = {Result.MAJOR: Outcome.NOT_MET, Result.MINOR: Outcome.PARTLY_MET}  # rule R24


@dataclass(frozen=True)
class Check:
    """One thing that must hold before a decision; `problems` says what is missing."""

    words: str
    problems: list[str]
    only_grant: bool = False


def checks(
    engagement: Engagement, found: Iterable[Examined], *, by: User, at: datetime
) -> list[Check]:
    """What a decision must pass, as the page shows it and the verb asks it."""
    found = list(found)
    country, editions = engagement.provider.country, [one.edition for one in found]
    left = [
        finding
        for one in found
        for finding in one.findings.values()
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
            gettext("You had no part in the examination and no tie to the provider"),
            independence.decider_problems(
                by,
                body=engagement.body,
                provider=engagement.provider,
                hands=engagement.hands(),
                at=at,
            ),
        ),
        Check(
            gettext("Your body is accredited today for each edition"),
            independence.unaccredited(engagement.body, editions, country=country, at=at),
        ),
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
            [] if any(any(one.good()) for one in found) else [gettext("Nothing conforms.")],
            only_grant=True,
        ),
    ]


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
            raise NotReady(gettext("A certificate lasts from 1 to 24 months."))
        independence.require_role(by, engagement.body, Role.DECIDER)
        with transaction.atomic():
            list(Accreditation.objects.select_for_update().filter(body=engagement.body_id))
            engagement.lock()
            engagement.require_status(Engagement.Status.READY)
            release = engagement.declaration.release_id
            list(Release.objects.select_for_update().filter(pk=release))
            found = examined(engagement, at=at)
            cls._require(checks(engagement, found, by=by, at=at), outcome)
            move(engagement, outcome, by=by, at=at, reason=why, organisation=engagement.body)
            made = cls.objects.create(
                engagement=engagement,
                outcome=outcome,
                reason=why,
                decided_at=at,
                decided_by=by,
                evaluator=engagement.evaluator,
            )
            close_evidence(engagement, by=by, at=at)
            issue = Issue(engagement, months_after(at, months), by, at)
            said_now = made._grant(issue, found) if outcome == cls.Outcome.GRANTED else []
            made._speak(found, said_now)
        return made

    @classmethod
    def _require(cls, asked: list[Check], outcome: str) -> None:
        person, *others = asked
        if person.problems:
            raise NotAllowed(*person.problems)
        counted = [one for one in others if outcome == cls.Outcome.GRANTED or not one.only_grant]
        if problems := [problem for one in counted for problem in one.problems]:
            raise NotReady(*problems)

    def _grant(self, issue: Issue, found: list[Examined]) -> list[Claim]:
        """A certificate for each edition in which something conforms; the claims they make."""
        made: list[Claim] = []
        for one in found:
            if any(one.good()):
                made += certificate_claims(issue.first(one), one, at=issue.at)
        return made

    def _speak(self, found: list[Examined], made: list[Claim]) -> None:
        """Change the claims, once: what conforms, what does not (rule R24), what this overtakes."""
        engagement, at = self.engagement, self.decided_at
        findings = [finding for one in found for finding in one.findings.values()]
        good = [finding.criterion_id for finding in findings if in_order(finding)]
        bad = [finding for finding in findings if not in_order(finding)]
        ended_by = f"decision {engagement.number}"
        against = [
            Claim(
                release_id=engagement.declaration.release_id,
                criterion_id=finding.criterion_id,
                outcome=SAYS[Result(finding.result)],
                assurance=3,
                basis=Claim.Basis.FINDING,
                valid_from=at,
                source=engagement.number,
            )
            for finding in bad
        ]
        endings = [
            Ending(Q(criterion__in=[finding.criterion_id for finding in bad]), ended_by),
            Ending(Q(basis=Claim.Basis.FINDING, criterion__in=good), ended_by),
        ]
        release = engagement.declaration.release_id
        claims.change([release], end=endings, add=[*made, *against], at=at)
