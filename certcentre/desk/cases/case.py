"""A case: a concern that anybody raises, a complaint of an organisation, or its appeal (rules R98,
R99, R107)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from certcentre.accounts.models import Membership, Organisation, User
from certcentre.accounts.people import Reader
from certcentre.desk.cases import panel, steps
from certcentre.desk.cases.case_file import TIES, About, CaseFile, Subject
from certcentre.desk.cases.panel import PanelMember
from certcentre.lifecycle import (
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    reason_required,
    require_way,
)
from certcentre.log.models import LogEntry, digest, next_number, record
from certcentre.numbers import CASE
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome
from standards.assessment.solutions import Release, Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Criterion
from tenders.enquiry import fit


def tied_to(organisations: models.QuerySet[Any, Any]) -> Q:
    """That one of these is a party, or whoever wrote."""
    tied = Q()
    for path in TIES:
        tied |= Q(**{f"{path}__in": organisations})
    return tied


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(status__in=CaseFile.OPEN)

    def read_whole(self) -> Self:
        """With what it is about and the parties."""
        return self.select_related(*TIES, "raised_by", "appealed").defer("tender__body")

    def readable_by(self, user: Reader, *, at: datetime) -> Self:
        """Those whose words this person reads: their own, their organisation's, and those that
        they may handle."""
        if not user.is_authenticated:
            return self.none()
        theirs = Organisation.objects.acted_for_by(user)
        handled = Q(pk__in=Case.objects.handled_by(user, at=at).values("pk"))
        seated = Q(pk__in=Case.objects.decided_on_by(user, at=at).values("pk"))
        return self.filter(Q(raised_by=user) | Q(organisation__in=theirs) | handled | seated)

    def handled_by(self, user: User, *, at: datetime) -> Self:
        """Those that nothing ties this officer to."""
        if not user.is_officer():
            return self.none()
        close = Membership.objects.recently_of(user, at=at).values("organisation")
        tied = Q(raised_by=user) | Q(appealed__actor=user) | tied_to(close)
        return self.exclude(pk__in=Case.objects.filter(tied).values("pk"))

    def lacking_a_panel(self, *, at: datetime) -> Self:
        """Appeals on whose panel somebody is missing, has no account any more, or belongs to a
        party by now."""
        close = Membership.objects.lately(at=at).filter(user=OuterRef("person"))
        party = Q()
        for path in TIES:
            party |= Q(organisation=OuterRef(OuterRef(path)))
        seats = PanelMember.objects.filter(case=OuterRef("pk"))
        whole = Exists(seats.filter(seat=panel.SEATS))
        unfit = Q(Exists(close.filter(party))) | Q(person__is_active=False)
        return self.filter(~whole | Exists(seats.filter(unfit)))

    def decided_on_by(self, user: User, *, at: datetime) -> Self:
        """Appeals on whose panel this person sits, and to no party of which they belong."""
        close = Membership.objects.recently_of(user, at=at).values("organisation")
        seated = Case.objects.filter(panel__person=user)
        return self.filter(pk__in=seated.exclude(pk__in=Case.objects.filter(tied_to(close))))


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
        name = cls.name_of(about)
        with transaction.atomic():
            number = next_number(CASE, at=at)  # its row is held: the same words sent twice wait
            own = cls.objects.open().filter(raised_by=by, organisation=organisation)
            own = own.exclude(kind=cls.Kind.APPEAL)
            if twin := own.filter(**{name: about}, words=text).first():
                transaction.set_rollback(True)
                return twin
            kind = cls.Kind.COMPLAINT if organisation else cls.Kind.CONCERN
            given = {"raised_by": by, "organisation": organisation, name: about}
            return cls._open(number, kind, text, by=by, at=at, **given)

    @classmethod
    def name_of(cls, about: Subject) -> str:
        """The field that names what it is about."""
        return next(name for name, model in cls.SUBJECTS.items() if isinstance(about, model))

    @classmethod
    def _open(
        cls, number: str, kind: str, text: str, *, by: User | None, at: datetime, **given: Any
    ) -> "Case":
        made = cls.objects.create(number=number, kind=kind, words=text, received_at=at, **given)
        detail = {"digest": digest(text.encode())}
        record(made, steps.CASE_RECEIVED, by=by, at=at, to_state=made.status, detail=detail)
        return made

    @classmethod
    def appeal(
        cls,
        about: Subject,
        *,
        appealed: LogEntry,
        organisation: Organisation,
        words: str,
        by: User,
        at: datetime,
    ) -> "Case":
        """Take an appeal that `appeal.appeal` found allowed: one of a step and an organisation at
        a time. The same words once more are the same appeal."""
        text = fit(words, gettext("Say why it should be decided otherwise."))
        with transaction.atomic():
            number = next_number(CASE, at=at)  # its row is held: whoever presses at once waits
            earlier = cls.objects.filter(appealed=appealed, organisation=organisation)
            earlier = earlier.exclude(status=cls.Status.TAKEN_BACK)
            if twin := earlier.first():
                transaction.set_rollback(True)
                if twin.is_open and twin.words == text:
                    return twin
                more = gettext("Your organisation appealed against this already: %(number)s.")
                raise NotReady(more % {"number": twin.number})
            given = {"raised_by": by, "organisation": organisation, "appealed": appealed}
            given[cls.name_of(about)] = about
            return cls._open(number, cls.Kind.APPEAL, text, by=by, at=at, **given)

    def require_handling(self, by: User, at: datetime) -> None:
        """NotAllowed unless the person is an officer whom nothing ties to it."""
        if not by.is_officer():
            raise NotAllowed(gettext("Only an officer of the centre handles cases."))
        concerned = {*self.parties, self.organisation_id}
        close = Membership.objects.recently_of(by, at=at).filter(organisation__in=concerned)
        own = by.pk in (self.raised_by_id, self.appealed.actor_id if self.appealed else None)
        if own or by.once(("tied to case", self.pk, at), close.exists):
            raise NotAllowed(
                gettext(
                    "You raised this case, took the step that it is against, or belong to an "
                    "organisation that it concerns, or did in the last 24 months. A colleague "
                    "handles it."
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

    def may_empanel(self, *, by: User, at: datetime) -> None:
        """While an appeal is open and acknowledged; named anew, others take the seats."""
        self.require_handling(by, at)
        if not self.is_appeal:
            raise IllegalMove(gettext("Only an appeal has a panel."))
        if self.status not in self.LOOKED_INTO:
            raise illegal(Case, self.status)

    def empanel(self, *, by: User, at: datetime, people: Collection[User]) -> None:
        """Name the three who look into an appeal and decide it."""
        self.may_empanel(by=by, at=at)
        three = list(dict.fromkeys(people))
        if len(three) != panel.SEATS:
            raise NotReady(gettext("Name three persons, each once."))
        if by in three:
            raise NotReady(gettext("Whoever names the panel does not sit on it."))
        if problems := panel.unfit(self, three, at=at):
            raise NotReady(*problems)
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).get(pk=self.pk)
            case.may_empanel(by=by, at=at)
            PanelMember.objects.filter(case=case).delete()
            seats = enumerate(three, 1)
            PanelMember.objects.bulk_create(
                PanelMember(case=case, person=person, seat=seat, named_at=at, named_by=by)
                for seat, person in seats
            )
            detail = {"panel": [str(person.pk) for person in three]}
            record(case, steps.CASE_EMPANELLED, by=by, at=at, detail=detail)

    def _require_looking(self, by: User, at: datetime, *, to: str) -> None:
        """An officer without a tie looks into it; an appeal is the panel's."""
        if not self.is_appeal:
            self.require_handling(by, at)
            return require_way(self, to)
        panel.require_seat(self, by, at)
        require_way(self, to)
        return panel.require_three(self, at)

    def may_ask(self, *, by: User, at: datetime) -> None:
        """While it is being examined."""
        self._require_looking(by, at, to="examined")

    def may_examine(self, *, by: User, at: datetime) -> None:
        self._require_looking(by, at, to="examined")

    def examine(self, *, by: User, at: datetime, found: str) -> None:
        """Write down what was found; it stays with the centre."""
        self.may_examine(by=by, at=at)
        words = fit(found, gettext("Write what you found."))
        detail = {"digest": digest(words.encode())}
        move(self, "examined", step=steps.CASE_EXAMINED, by=by, at=at, found=words, detail=detail)

    def may_decide(self, *, by: User, at: datetime) -> None:
        self._require_looking(by, at, to="upheld")

    @property
    def judged_release(self) -> Release | None:
        """The release that it may speak against; None where it is about no product."""
        about = self.about
        if self.is_appeal:
            return None
        if isinstance(about, Certificate):
            return about.release
        return about.current_release if isinstance(about, Solution) else None

    def decide(
        self,
        *,
        by: User,
        at: datetime,
        outcome: str,
        reason: str,
        against: Collection[str] = (),
        agreed: bool = False,
    ) -> None:
        """Uphold it, in part or not. Everybody reads the reasons in short.

        What it upholds `against` criteria, by their keys, is that the release does not meet them:
        every earlier claim on them ends, and a finding stands until a later declaration or
        decision says otherwise (rule R24). Of an appeal one of the panel records what all three
        `agreed` on; what is set aside comes back where it can.
        """
        self.may_decide(by=by, at=at)
        if outcome not in self.OUTCOMES:
            raise NotReady(gettext("Choose an outcome."))
        if self.is_appeal and not agreed:
            raise NotReady(gettext("Three decide: record it once the other two agree."))
        why = fit(reason_required(reason, public=True), "")
        step, release = self.OUTCOMES[self.Status(outcome)], self.judged_release
        criteria = self._claimed(against) if against else []
        if criteria and outcome == self.Status.NOT_UPHELD:
            raise NotReady(gettext("What is not upheld says nothing against a criterion."))
        stamps: Any = {"closed_at": at, "outcome": why}
        if criteria:
            stamps |= {"release": release, "against": sorted(each.key for each in criteria)}
        detail: Any = {"against": stamps.get("against", [])}
        if self.is_appeal:
            detail = {"appeal": True}
        with transaction.atomic():
            move(self, outcome, step=step, by=by, at=at, reason=why, detail=detail, **stamps)
            PanelMember.objects.filter(case=self).update(agreed_at=at)
            if release and criteria:
                self._speak(release, criteria, at)
            if outcome == self.Status.UPHELD:
                panel.restore(self, by=by, at=at)

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
