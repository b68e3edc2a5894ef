"""The sampling plan: of what only a part is examined, how many of how many, and how it is drawn."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, words_required
from certcentre.log.models import record
from standards.attestation import steps
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding

MOST = 1_000_000  # things that a sample is drawn from
LONGEST = 120  # characters of what they are


class Sample(models.Model):
    """That for some criteria a part of something is examined: 12 of 40 schools, drawn by lot."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="samples")
    findings = models.ManyToManyField(Finding, related_name="samples")
    what = models.CharField(max_length=LONGEST)
    number = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    drawn = models.TextField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("sample")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=models.F("of")),
                name="sample_is_a_part",
            )
        ]

    def __str__(self) -> str:
        words = gettext("%(number)s of %(of)s %(what)s")
        return words % {"number": self.number, "of": self.of, "what": self.what}

    @property
    def refs(self) -> str:
        """Of the criteria, read with `planned`."""
        return ", ".join(finding.criterion.ref for finding in self.findings.all())

    def drop(self, *, by: User, at: datetime) -> None:
        """Take it out of the plan, before the examination begins."""
        engagement = self.engagement
        with engagement.taken(engagement.may_plan_sample, by, at):
            words, body = {"sample": str(self)}, engagement.body
            Sample.objects.filter(pk=self.pk).delete()
            record(engagement, steps.SAMPLE_DROPPED, by=by, at=at, organisation=body, detail=words)


def plan_sample(
    engagement: Engagement,
    *,
    findings: Iterable[Finding],
    what: str,
    number: int,
    of: int,
    drawn: str,
    by: User,
    at: datetime,
) -> Sample:
    """Say before the examination what is drawn; from its beginning on the plan stands (R116)."""
    with engagement.taken(engagement.may_plan_sample, by, at):
        criteria = list(findings)
        thing = words_required(what, gettext("Say what the sample is drawn from."))
        how = words_required(drawn, gettext("Say how the sample is drawn."))
        if not criteria:
            raise NotReady(gettext("Tick at least one criterion."))
        if not 1 <= number <= of:
            raise NotReady(gettext("A sample is at least one, and at most all."))
        made = Sample.objects.create(
            engagement=engagement,
            what=thing,
            number=number,
            of=of,
            drawn=how,
            planned_at=at,
            planned_by=by,
        )
        made.findings.set(criteria)
        words, body = {"sample": str(made)}, engagement.body
        record(engagement, steps.SAMPLE_PLANNED, by=by, at=at, organisation=body, detail=words)
    return made


def planned(engagement: Engagement) -> list[Sample]:
    """The plan of an examination, with its criteria. Two statements."""
    rows = Finding.objects.in_order().select_related("criterion")
    return list(engagement.samples.prefetch_related(models.Prefetch("findings", rows)))


def drawn_for(engagement: Engagement) -> dict[int, str]:
    """The samples in words, by finding. One statement."""
    rows = engagement.samples.values_list("findings", "number", "of", "what").order_by("pk")
    made: dict[int, list[str]] = {}
    for finding, *sample in rows:
        words = str(Sample(**dict(zip(("number", "of", "what"), sample, strict=True))))
        made.setdefault(finding, []).append(words)
    return {finding: ", ".join(samples) for finding, samples in made.items()}
