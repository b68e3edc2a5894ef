"""Another name for an organisation that the centre has verified (rule R131).

Its manager asks for one and says why; an officer gives it, asked or not, once the business
register has it. The name before stays findable, and what was issued in it keeps it.
"""

from datetime import date, datetime

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts import steps
from certcentre.accounts.organisation_words import Called, OrganisationWords
from certcentre.accounts.organisations import Membership, Organisation
from certcentre.accounts.people import User
from certcentre.lifecycle import IllegalMove, NotReady, reason_required, words_required
from certcentre.log.models import record
from certcentre.steps import Step


class NewNameQuerySet(models.QuerySet["NewName"]):
    def judgeable_by(self, user: User, *, at: datetime) -> "NewNameQuerySet":
        """Those that wait for an officer, never of one's own organisation."""
        own = Membership.objects.recently_of(user, at=at).values("organisation")
        stopped = Organisation.objects.filter(status=Organisation.Status.CLOSED)
        rows = self.exclude(organisation__in=own).exclude(organisation__in=stopped)
        return rows.select_related("organisation").order_by("asked_at")


class NewName(models.Model):
    """The name that an organisation asks to bear; one at a time, gone once it is settled."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="new_name"
    )
    name = models.CharField(
        _("new name"), max_length=Called._meta.get_field("name").max_length or 0
    )
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = NewNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("new name")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    @classmethod
    def of(cls, organisation: Organisation) -> "NewName":
        """The one that waits; one that nobody has asked for yet where none does."""
        asked = cls.objects.filter(organisation=organisation).first()
        new_name = asked or cls(organisation=organisation)
        new_name.organisation = organisation
        return new_name

    @property
    def is_asked(self) -> bool:
        return self.asked_at is not None

    def may_ask(self, *, by: User, at: datetime) -> None:
        self.organisation.may_change_details(by=by, at=at)
        if self.organisation.status != Organisation.Status.VERIFIED:
            raise IllegalMove(
                gettext("A new name is asked for by an organisation that the centre has verified.")
            )
        if self.is_asked:
            raise IllegalMove(
                gettext("A new name is asked for already. Wait for the centre, or take it back.")
            )

    def ask(self, *, name: str, reason: str, by: User, at: datetime) -> None:
        """A manager asks the centre to enter another name, and says where it stands."""
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update().get(pk=self.organisation_id)
            new_name = NewName.of(organisation)
            new_name.may_ask(by=by, at=at)
            new_name.name = different(organisation, name)
            new_name.reason, new_name.asked_by = reason_required(reason), by
            new_name.asked_at = at
            new_name.save(force_insert=True)
            detail = {"asked": new_name.name}
            self._record(steps.ORGANISATION_NAME_ASKED, by, at, new_name.reason, detail)

    def may_take_back(self, *, by: User, at: datetime) -> None:
        self.organisation.may_change_details(by=by, at=at)
        self._require_asked()

    def take_back(self, *, by: User, at: datetime) -> None:
        """A manager asks for it no longer."""
        self.may_take_back(by=by, at=at)
        self._settle(steps.ORGANISATION_NAME_TAKEN_BACK, by, at)

    def may_decline(self, *, by: User, at: datetime) -> None:
        self.organisation.require_judge(by, at=at)
        self._require_asked()

    def decline(self, *, reason: str, by: User, at: datetime) -> None:
        """The centre leaves the name as it is; its managers read why."""
        self.may_decline(by=by, at=at)
        self._settle(steps.ORGANISATION_NAME_DECLINED, by, at, reason_required(reason))

    def may_rename(self, *, by: User, at: datetime) -> None:
        """Whoever may correct what was verified; before that its manager does."""
        self.organisation.may_correct(by=by, at=at)

    def rename(self, *, name: str, since: date, reason: str, by: User, at: datetime) -> None:
        """Give it the name, asked for or not; `since` is the day from which it has borne it."""
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update().get(pk=self.organisation_id)
            NewName.of(organisation).may_rename(by=by, at=at)
            new, before = different(organisation, name), organisation.name
            until, why = self._day(organisation, since, at), reason_required(reason, public=True)
            organisation.name = new
            organisation.earlier_names.append({"name": before, "until": until})
            names = {"name": new, "earlier_names": organisation.earlier_names}
            Organisation.objects.filter(pk=organisation.pk).update(**names, details_changed_at=at)
            OrganisationWords.put([organisation])
            NewName.objects.filter(organisation=organisation).delete()
            detail = {"before": before, "until": until, "digest": organisation.digest}
            self._record(steps.ORGANISATION_RENAMED, by, at, why, detail)
        self.organisation.refresh_from_db(fields=["name", "earlier_names"])

    @staticmethod
    def _day(organisation: Organisation, since: date, at: datetime) -> str:
        """The day as it is kept: not to come, and none before that of the name before."""
        if since > at.date():
            raise NotReady(gettext("This day is still to come. Enter the name once it bears it."))
        last = organisation.earlier_names[-1:]
        if last and since < date.fromisoformat(last[0]["until"]):
            raise NotReady(gettext("It has borne its present name only since a later day."))
        return since.isoformat()

    def _require_asked(self) -> None:
        if not self.is_asked or self.organisation.status == Organisation.Status.CLOSED:
            raise IllegalMove(gettext("No new name is asked for here."))

    def _settle(self, step: Step, by: User, at: datetime, reason: str = "") -> None:
        """It waits no longer. Of two who settle it at once one does."""
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=self.organisation_id)
            settled, _each = NewName.objects.filter(pk=self.pk).delete()
            if not settled:
                raise IllegalMove(gettext("No new name is asked for here."))
            self._record(step, by, at, reason, {"asked": self.name})

    def _record(
        self, step: Step, by: User, at: datetime, reason: str, detail: dict[str, str]
    ) -> None:
        about = self.organisation
        record(about, step, by=by, at=at, reason=reason, organisation=about, detail=detail)


def different(organisation: Organisation, name: str) -> str:
    """The name as it is kept; NotReady where it is none, or the one that it bears."""
    words = words_required(name, gettext("Say how it is called now."))
    if words == organisation.name:
        raise NotReady(gettext("It bears this name already."))
    return words
