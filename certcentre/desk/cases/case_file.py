"""What every case says, of what, and where it stands (rules R98, R99, R107).

Its number, dates, state and outcome are public; its words are for whoever raised it and for the
centre, those of an appeal for its panel too.
"""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.desk.cases import steps
from standards.assessment.solutions import Release, Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from tenders.requirements import LONGEST
from tenders.tender import Tender

ACKNOWLEDGED_WITHIN = timedelta(days=5)
DECIDED_WITHIN = timedelta(days=30)
# the organisations that a case concerns, from what it is about; and those that tie an officer to it
PARTIES = (
    "solution__organisation",
    "certificate__release__solution__organisation",
    "certificate__body",
    "accreditation__body",
    "tender__buyer",
    "engagement__provider",
    "engagement__body",
    "refused",
)
TIES = (*PARTIES, "organisation")
About = Solution | Certificate | Accreditation | Tender
Subject = About | Engagement | Organisation  # of an appeal


def about_one() -> Q:
    """That one of the things that a case may be about is named, and no other."""
    names = ("solution", "certificate", "accreditation", "tender", "engagement", "refused")
    each = (Q(**{f"{other}__isnull": other != name for other in names}) for name in names)
    return reduce(or_, each)


class CaseFile(models.Model):
    """What a case says, of what, and where it stands; its verbs are those of `Case`."""

    class Kind(models.TextChoices):
        CONCERN = "concern", _("Concern")
        COMPLAINT = "complaint", _("Complaint")
        APPEAL = "appeal", _("Appeal")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        EXAMINED = "examined", _("Examined")
        UPHELD = "upheld", _("Upheld")
        PARTLY_UPHELD = "partly_upheld", _("Upheld in part")
        NOT_UPHELD = "not_upheld", _("Not upheld")
        TAKEN_BACK = "taken_back", _("Taken back")

    OPEN = (Status.RECEIVED, Status.ACKNOWLEDGED, Status.EXAMINED)
    LOOKED_INTO = (Status.ACKNOWLEDGED, Status.EXAMINED)  # an appeal: by a panel
    OUTCOMES: ClassVar = {
        Status.UPHELD: steps.CASE_UPHELD,
        Status.PARTLY_UPHELD: steps.CASE_PARTLY_UPHELD,
        Status.NOT_UPHELD: steps.CASE_NOT_UPHELD,
    }
    LIFECYCLE: ClassVar = {
        Status.RECEIVED: {Status.ACKNOWLEDGED, Status.TAKEN_BACK},
        Status.ACKNOWLEDGED: {Status.EXAMINED, Status.TAKEN_BACK},
        Status.EXAMINED: {*OUTCOMES, Status.TAKEN_BACK},
        Status.UPHELD: set(),
        Status.PARTLY_UPHELD: set(),
        Status.NOT_UPHELD: set(),
        Status.TAKEN_BACK: set(),
    }
    SUBJECTS: ClassVar = {
        "solution": Solution,
        "certificate": Certificate,
        "accreditation": Accreditation,
        "tender": Tender,
        "engagement": Engagement,
        "refused": Organisation,
    }
    APPEALED: ClassVar = {  # what the outcomes of an appeal are called
        Status.UPHELD: _("Set aside"),
        Status.PARTLY_UPHELD: _("Sent back"),
        Status.NOT_UPHELD: _("Confirmed"),
    }

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.RECEIVED)
    solution = models.ForeignKey(Solution, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accreditation = models.ForeignKey(
        Accreditation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tender = models.ForeignKey(Tender, null=True, on_delete=models.PROTECT, related_name="+")
    # of an appeal: a decision, or a verification that was refused; and the step itself
    engagement = models.ForeignKey(
        Engagement, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refused = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    appealed = models.ForeignKey(
        "log.LogEntry", null=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(_("what is wrong"), max_length=LONGEST)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    found = models.TextField(_("what you found"), max_length=LONGEST, blank=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(_("reasons in short"), max_length=LONGEST, blank=True)
    # what an upheld case says is not met, and of which release (rule R24)
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    against = models.JSONField(default=list)  # keys of criteria

    class Meta:
        abstract = True
        verbose_name = _("case")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["status", "received_at"], name="case_by_state")]
        constraints = [
            models.CheckConstraint(condition=about_one(), name="case_about_one_thing"),
            models.CheckConstraint(
                condition=Q(kind="concern") | Q(organisation__isnull=False),
                name="case_complaint_of_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(kind="appeal", appealed__isnull=False)
                | ~Q(kind="appeal") & Q(appealed=None, engagement=None, refused=None),
                name="case_appeal_of_a_step",
            ),
            models.UniqueConstraint(
                fields=["appealed", "organisation"],
                condition=Q(kind="appeal", status__in=["received", "acknowledged", "examined"]),
                name="case_one_open_appeal",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> Subject:
        """The record that it is about."""
        named = (getattr(self, name) for name in self.SUBJECTS)
        about: Subject = next(filter(None, named))
        return about

    @property
    def followable(self) -> dict[str, Any]:
        """The product, certificate or body that it is about, by the fields that name it in
        follows."""
        if self.certificate:
            return {
                "certificate": self.certificate_id,
                "solution": self.certificate.release.solution_id,
            }
        if self.accreditation:
            return {"body": self.accreditation.body_id}
        return {"solution": self.solution_id} if self.solution_id else {}

    @property
    def parties(self) -> set[Any]:
        """The keys of the organisations that what it is about belongs to."""
        return {party for path in PARTIES if (party := reached(self, path))}

    @property
    def names_its_subject(self) -> bool:
        """Whether everybody may know what it is about: once it is upheld, and not before, since
        anybody may say anything."""
        return self.status in (self.Status.UPHELD, self.Status.PARTLY_UPHELD)

    @property
    def is_appeal(self) -> bool:
        return self.kind == self.Kind.APPEAL

    @property
    def state_words(self) -> str:
        """Where it stands: an appeal is confirmed, sent back or set aside."""
        status = self.Status(self.status)
        return str((self.is_appeal and self.APPEALED.get(status)) or status.label)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def acknowledged_by(self) -> date:
        """The last day for telling that it was received."""
        return (self.received_at + ACKNOWLEDGED_WITHIN).date()

    @property
    def decided_by(self) -> date:
        """The last day for its outcome."""
        return (self.received_at + DECIDED_WITHIN).date()


def reached(case: CaseFile, path: str) -> Any:
    """The key at the end of a path of foreign keys; None where one on the way is empty."""
    *way, last = path.split("__")
    record: Any = case
    for name in way:
        record = record and getattr(record, name)
    return record and getattr(record, f"{last}_id")
