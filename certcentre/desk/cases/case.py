"""A case: a concern that anybody raises, or a complaint of an organisation (rules R98, R99).

Its number, dates, state and outcome are public; its words are for whoever raised it and for the
centre.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Organisation, User
from certcentre.accounts.people import Reader
from certcentre.desk.cases import steps
from certcentre.lifecycle import NotAllowed, NotReady, move, reason_required, require_way
from certcentre.log.models import digest, next_number, record
from certcentre.numbers import CASE
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome
from standards.assessment.solutions import Release, Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Criterion
from tenders.enquiry import fit
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
)
TIES = (*PARTIES, "organisation")
About = Solution | Certificate | Accreditation | Tender


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(status__in=Case.OPEN)

    def read_whole(self) -> Self:
        """With what it is about and the parties."""
        return self.select_related(*TIES, "raised_by").defer("tender__body")

    def readable_by(self, user: Reader, *, at: datetime) -> Self:
        """Those whose words this person reads: their own, their organisation's, and those that
        they may handle."""
        if not user.is_authenticated:
            return self.none()
        theirs = Organisation.objects.acted_for_by(user)
        handled = Q(pk__in=Case.objects.handled_by(user, at=at).values("pk"))
        return self.filter(Q(raised_by=user) | Q(organisation__in=theirs) | handled)

    def handled_by(self, user: User, *, at: datetime) -> Self:
        """Those that nothing ties this officer to."""
        if not user.is_officer():
            return self.none()
        close = Membership.objects.recently_of(user, at=at).values("organisation")
        tied = Q(raised_by=user)
        for path in TIES:
            tied |= Q(**{f"{path}__in": close})
        return self.exclude(pk__in=Case.objects.filter(tied).values("pk"))


class CaseFile(models.Model):
    """What a case says, of what, and where it stands; its verbs are those of `Case`."""

    class Kind(models.TextChoices):
        CONCERN = "concern", _("Concern")
        COMPLAINT = "complaint", _("Complaint")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        EXAMINED = "examined", _("Examined")
        UPHELD = "upheld", _("Upheld")
        PARTLY_UPHELD = "partly_upheld", _("Upheld in part")
        NOT_UPHELD = "not_upheld", _("Not upheld")
        TAKEN_BACK = "taken_back", _("Taken back")

    OPEN = (Status.RECEIVED, Status.ACKNOWLEDGED, Status.EXAMINED)
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
            models.CheckConstraint(
                condition=Q(
                    solution__isnull=False, certificate=None, accreditation=None, tender=None
                )
                | Q(solution=None, certificate__isnull=False, accreditation=None, tender=None)
                | Q(solution=None, certificate=None, accreditation__isnull=False, tender=None)
                | Q(solution=None, certificate=None, accreditation=None, tender__isnull=False),
                name="case_about_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(kind="complaint") | Q(organisation__isnull=False),
                name="case_complaint_of_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> About:
        """The record that it is about."""
        named = (getattr(self, name) for name in self.SUBJECTS)
        about: About = next(filter(None, named))
        return about

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


class Case(CaseFile):
    """One matter that the centre looks into."""

    objects = CaseQuerySet.as_manager()

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    @classmethod
    def receive(
        cls,
        about: About,
        *,
        words: str,
        by: User | None,
        at: datetime,
        organisation: Organisation | None = None,
    ) -> "Case":
        """Take a concern; of an organisation it is a complaint. The same words once more of what
        is still open are the same case."""
        text = fit(words, gettext("Say what is wrong."))
        if organisation and not (by and by.acts_for(organisation)):
            raise NotAllowed(gettext("You do not act for this organisation."))
        name = next(name for name, model in cls.SUBJECTS.items() if isinstance(about, model))
        with transaction.atomic():
            number = next_number(CASE, at=at)  # its row is held: the same words sent twice wait
            own = cls.objects.open().filter(raised_by=by, organisation=organisation)
            if twin := own.filter(**{name: about}, words=text).first():
                transaction.set_rollback(True)
                return twin
            made = cls.objects.create(
                number=number,
                kind=cls.Kind.COMPLAINT if organisation else cls.Kind.CONCERN,
                words=text,
                raised_by=by,
                organisation=organisation,
                received_at=at,
                **{name: about},
            )
            detail = {"digest": digest(text.encode())}
            record(made, steps.CASE_RECEIVED, by=by, at=at, to_state=made.status, detail=detail)
        return made

    def require_handling(self, by: User, at: datetime) -> None:
        """NotAllowed unless the person is an officer whom nothing ties to it."""
        if not by.is_officer():
            raise NotAllowed(gettext("Only an officer of the centre handles cases."))
        concerned = {*self.parties, self.organisation_id}
        close = Membership.objects.recently_of(by, at=at).filter(organisation__in=concerned)
        if self.raised_by_id == by.pk or by.once(("tied to case", self.pk, at), close.exists):
            raise NotAllowed(
                gettext(
                    "You raised this case, or belong to an organisation that it concerns, or did "
                    "in the last 24 months. A colleague handles it."
                )
            )

    def may_acknowledge(self, *, by: User, at: datetime) -> None:
        self.require_handling(by, at)
        require_way(self, "acknowledged")

    def acknowledge(self, *, by: User, at: datetime) -> None:
        """Say that it was read and is looked into."""
        self.may_acknowledge(by=by, at=at)
        step = steps.CASE_ACKNOWLEDGED
        move(self, "acknowledged", step=step, by=by, at=at, acknowledged_at=at)

    def may_ask(self, *, by: User, at: datetime) -> None:
        """While it is being examined."""
        self.require_handling(by, at)
        require_way(self, "examined")

    def may_examine(self, *, by: User, at: datetime) -> None:
        self.require_handling(by, at)
        require_way(self, "examined")

    def examine(self, *, by: User, at: datetime, found: str) -> None:
        """Write down what was found; it stays with the centre."""
        self.may_examine(by=by, at=at)
        words = fit(found, gettext("Write what you found."))
        detail = {"digest": digest(words.encode())}
        move(self, "examined", step=steps.CASE_EXAMINED, by=by, at=at, found=words, detail=detail)

    def may_decide(self, *, by: User, at: datetime) -> None:
        self.require_handling(by, at)
        require_way(self, "upheld")

    @property
    def judged_release(self) -> Release | None:
        """The release that it may speak against; None where it is about no product."""
        about = self.about
        if isinstance(about, Certificate):
            return about.release
        return about.current_release if isinstance(about, Solution) else None

    def decide(
        self, *, by: User, at: datetime, outcome: str, reason: str, against: Collection[str] = ()
    ) -> None:
        """Uphold it, in part or not. Everybody reads the reasons in short.

        What it upholds `against` criteria, by their keys, is that the release does not meet them:
        every earlier claim on them ends, and a finding stands until a later declaration or
        decision says otherwise (rule R24).
        """
        self.may_decide(by=by, at=at)
        if outcome not in self.OUTCOMES:
            raise NotReady(gettext("Choose an outcome."))
        why = fit(reason_required(reason, public=True), "")
        step, release = self.OUTCOMES[self.Status(outcome)], self.judged_release
        criteria = self._claimed(against) if against else []
        if criteria and outcome == self.Status.NOT_UPHELD:
            raise NotReady(gettext("What is not upheld says nothing against a criterion."))
        stamps: Any = {"closed_at": at, "outcome": why}
        if criteria:
            stamps |= {"release": release, "against": sorted(each.key for each in criteria)}
        detail = {"against": stamps.get("against", [])}
        with transaction.atomic():
            move(self, outcome, step=step, by=by, at=at, reason=why, detail=detail, **stamps)
            if release and criteria:
                self._speak(release, criteria, at)

    def _claimed(self, keys: Collection[str]) -> list[Criterion]:
        """The criteria of these keys, each of which the release says something of."""
        release = self.judged_release
        if release is None:
            raise NotReady(gettext("Only a case about a product speaks against criteria."))
        living = Claim.objects.filter(release=release, ended_at=None)
        rows = Criterion.objects.filter(key__in=keys, pk__in=living.values("criterion"))
        criteria = list(rows)
        if missing := sorted(set(keys) - {each.key for each in criteria}):
            words = gettext("The release says nothing of these criteria: %(keys)s.")
            raise NotReady(words % {"keys": ", ".join(missing[:10])})
        return criteria

    def _speak(self, release: Release, criteria: list[Criterion], at: datetime) -> None:
        outcomes = {criterion.pk: Outcome.NOT_MET for criterion in criteria}
        against = claims.found_against(release.pk, outcomes, source=self.number, at=at)
        ending = Ending(Q(criterion__in=criteria), f"upheld {self.number}")
        claims.change([release.pk], end=[ending], add=against, at=at)

    def may_take_back(self, *, by: User, at: datetime) -> None:
        if self.raised_by_id != by.pk:
            raise NotAllowed(gettext("Whoever raised a case takes it back."))
        require_way(self, "taken_back")

    def take_back(self, *, by: User, at: datetime) -> None:
        self.may_take_back(by=by, at=at)
        move(self, "taken_back", step=steps.CASE_TAKEN_BACK, by=by, at=at, closed_at=at)


def reached(case: CaseFile, path: str) -> Any:
    """The key at the end of a path of foreign keys; None where one on the way is empty."""
    *way, last = path.split("__")
    record: Any = case
    for name in way:
        record = record and getattr(record, name)
    return record and getattr(record, f"{last}_id")
