"""An examination split among evaluators: whose a criterion is to examine, and until when."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, require_to_come
from certcentre.log.models import record
from standards.assessment.teamwork import Given
from standards.attestation import independence, steps
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from standards.attestation.results import Result
from standards.attestation.stages import Stages
from standards.catalogue.long_sheet import Done


class PortionQuerySet(models.QuerySet["Portion"]):
    def left_for(self, person: User, *, at: datetime) -> "PortionQuerySet":
        """Those of one person under examination, with something left to examine."""
        left = Finding.objects.filter(portion=models.OuterRef("pk"), result=Result.NOT_EXAMINED)
        open_ = Engagement.objects.examinable_by(person, at=at)
        rows = self.filter(
            person=person, engagement__in=open_.filter(status=Stages.Status.EXAMINING)
        )
        return rows.filter(models.Exists(left))

    def with_left(self) -> "PortionQuerySet":
        """Each with how many of its criteria (`of`) have no finding (`left`)."""
        unseen = models.Q(findings__result=Result.NOT_EXAMINED)
        return self.annotate(
            of=models.Count("findings"), left=models.Count("findings", filter=unseen)
        ).select_related("engagement__declaration__release__solution")


class Portion(Given):
    """That some criteria of an examination are one evaluator's to examine."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="portions")

    objects = PortionQuerySet.as_manager()

    class Meta:
        verbose_name = _("portion")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.engagement}: {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("findings", args=[self.engagement_id], query={"only": "mine"})

    @classmethod
    def waiting_for(cls, person: User, at: datetime) -> PortionQuerySet:
        """What this person is to examine, the nearest day first."""
        rows = cls.objects.left_for(person, at=at).with_left()
        return rows.order_by(models.F("due").asc(nulls_last=True), "pk")


def give_out(
    engagement: Engagement,
    keys: Collection[int],
    person: User | None,
    due: date | None,
    *,
    by: User,
    at: datetime,
) -> Done:
    """These findings are for this person to write; for nobody in particular where it is None.

    Whoever may examine may also give, and write what is given to another (rule R115).
    """
    with engagement.taken(engagement.may_record, by, at):
        if not keys:
            raise NotReady(gettext("Tick at least one criterion."))
        given = None
        if person:
            able = independence.evaluators(engagement.body, engagement.provider, at=at)
            if not able.filter(pk=person.pk).exists():
                words = gettext("Choose an evaluator of your body whom nothing ties to %(name)s.")
                raise NotReady(words % {"name": engagement.provider})
            require_to_come(due, at)
            given = Portion.objects.create(
                engagement=engagement, person=person, due=due, given_at=at, given_by=by
            )
        number = engagement.findings.filter(pk__in=list(keys)).update(portion=given)
        if given and given.person_id != by.pk:
            record(given, steps.PORTION_GIVEN, by=by, at=at, organisation=engagement.body)
    if person is None:
        words = ngettext(
            "%(n)s criterion is for nobody in particular now.",
            "%(n)s criteria are for nobody in particular now.",
            number,
        )
        return Done(words % {"n": number}, number, [])
    words = ngettext(
        "%(n)s criterion is for %(name)s to examine.",
        "%(n)s criteria are for %(name)s to examine.",
        number,
    )
    return Done(words % {"n": number, "name": person}, number, [])
