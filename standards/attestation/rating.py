"""A second rater scores the criteria of an examination alone; how far the two agree (rule R119)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role, User
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import record
from standards.attestation import independence, steps
from standards.attestation.engagement import Engagement, hands_in
from standards.attestation.findings import Finding
from standards.attestation.results import Result

SECOND, THIRD = 2, 3
LIMIT = 10  # per cent that may differ before a third is asked, unless another is named
LONGEST = 2000  # characters beside a score
Scores = Mapping[int, tuple[str, str]]  # finding → result and words


@dataclass(frozen=True)
class Agreement:
    """How many of how many scores say the same; beyond what chance gives (Cohen 1960), where
    chance leaves anything open."""

    of: int
    same: int
    kappa: float | None

    @property
    def words(self) -> str:
        share = number_format(100 * self.same / self.of, 0) if self.of else "0"
        words = ngettext(
            "%(same)s of %(of)s criterion scored the same (%(share)s %%)",
            "%(same)s of %(of)s criteria scored the same (%(share)s %%)",
            self.of,
        ) % {"same": self.same, "of": self.of, "share": share}
        if self.kappa is None:
            return gettext("%(words)s. Both gave one score throughout, so there is no kappa.") % {
                "words": words
            }
        kappa = number_format(self.kappa, 2)
        return gettext("%(words)s, Cohen’s kappa %(kappa)s.") % {"words": words, "kappa": kappa}


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Of two raters over the same things, by category."""
    given = list(pairs)
    number, same = len(given), sum(first == second for first, second in given)
    firsts, seconds = (Counter(pair[place] for pair in given) for place in (0, 1))
    chance = sum(count * seconds[category] for category, count in firsts.items())
    if chance == number**2:
        return Agreement(number, same, None)
    by_chance = chance / number**2
    return Agreement(number, same, (same / number - by_chance) / (1 - by_chance))


def category(result: str) -> str:
    """What two scores are compared by: an observation conforms."""
    return str(Result(result).outcome or "")


class RatingQuerySet(models.QuerySet["Rating"]):
    # of one engagement these iterate what a page has read already
    def open_for(self, person: User) -> bool:
        """Whether this person has one that is not handed in."""
        return any(each.rater_id == person.pk and not each.handed_at for each in self)

    def next_place(self) -> int:
        """Whether a second or a third is to be asked next; 0 where nobody is."""
        rows = {rating.place: rating for rating in self}
        if SECOND not in rows:
            return SECOND
        return THIRD if rows[SECOND].wants_third and THIRD not in rows else 0

    def require_next(self) -> None:
        if not self.next_place():
            raise IllegalMove(gettext("Nobody else is asked to score this examination."))

    def require_open(self) -> None:
        if all(each.handed_at for each in self):
            raise IllegalMove(gettext("Nobody scores this examination now."))

    def lacking(self) -> list[str]:
        """What a decision still waits for."""
        rows = list(self.select_related("rater"))
        words = gettext("%(name)s scores the criteria alone and has not handed in yet.")
        waits = [words % {"name": each.rater} for each in rows if not each.handed_at]
        if not waits and rows and self.next_place() == THIRD:
            limit = gettext("More than %(limit)s %% of the scores differ, so a third is asked.")
            return [limit % {"limit": rows[0].limit}]
        return waits

    def require_complete(self) -> None:
        if problems := self.lacking():
            raise NotReady(*problems)


class Rating(models.Model):
    """That a second (or third) person scores the criteria of an examination alone."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="ratings")
    place = models.PositiveSmallIntegerField()
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    limit = models.PositiveSmallIntegerField(default=LIMIT)  # per cent
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(null=True)  # scores, once handed in
    differing = models.PositiveIntegerField(null=True)  # from the first

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "place"], name="rating_once_a_place"),
            models.UniqueConstraint(fields=["engagement", "rater"], name="rating_once_a_person"),
            models.CheckConstraint(condition=Q(place__in=[2, 3]), name="rating_second_or_third"),
            models.CheckConstraint(condition=~Q(rater=F("asked_by")), name="rating_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement}: {self.rater}"

    def get_absolute_url(self) -> str:
        return reverse("engagement-scores", args=[self.engagement_id])

    @property
    def wants_third(self) -> bool:
        """Whether more of it differs than was said before."""
        if self.place != SECOND or self.differing is None or self.compared is None:
            return False
        return self.differing * 100 > self.limit * self.compared

    @classmethod
    def waiting_for(cls, person: User, at: datetime) -> RatingQuerySet:
        """What this person is to score alone."""
        open_ = Engagement.objects.of_body(person, Role.EVALUATOR)
        open_ = open_.filter(independence.untied(person, at=at), status__in=Engagement.BEGUN)
        rows = cls.objects.filter(rater=person, handed_at=None, engagement__in=open_)
        return rows.select_related("engagement__declaration__release__solution")

    def asked_of(self) -> "models.QuerySet[Finding]":
        """The criteria that are scored: all in scope, of a third those that differ."""
        findings = self.engagement.findings.all()
        if self.place == SECOND:
            return findings
        second = self.engagement.ratings.get(place=SECOND)
        return findings.filter(pk__in=[score.finding_id for score in second.differences()])

    def may_score(self, *, by: User, at: datetime) -> None:
        if by.pk != self.rater_id:
            raise NotAllowed(gettext("Only whoever is asked to score writes here."))
        independence.require_role(by, self.engagement.body, Role.EVALUATOR)
        independence.require_untied(by, self.engagement.body, self.engagement.provider, at=at)
        self.engagement.require_status(*Engagement.BEGUN)
        if self.handed_at:
            raise IllegalMove(gettext("You have handed in your scores."))

    def score(self, given: Scores, *, by: User, at: datetime) -> list[str]:
        """Write these scores; why others were not written, by criterion."""
        problems, odd, unsaid = [], gettext("This is no score."), gettext("Say what you saw.")
        with self.engagement.taken(self.may_score, by, at):
            rows = self.asked_of().filter(pk__in=list(given)).select_related("criterion")
            for finding in rows:
                result, words = given[finding.pk]
                if result not in Result.values or len(words) > LONGEST:
                    problems.append(f"{finding.criterion.ref}: {odd}")
                elif Result(result).nonconforming and not words.strip():
                    problems.append(f"{finding.criterion.ref}: {unsaid}")
                else:
                    wanted = {"result": result, "note": words.strip()}
                    self.scores.update_or_create(finding=finding, defaults=wanted)
        return problems

    def may_hand_in(self, *, by: User, at: datetime) -> None:
        self.may_score(by=by, at=at)
        scored = self.scores.exclude(result=Result.NOT_EXAMINED).values("finding")
        if left := self.asked_of().exclude(pk__in=scored).count():
            words = ngettext(
                "%(n)s criterion has no score yet.", "%(n)s criteria have no score yet.", left
            )
            raise NotReady(words % {"n": left})
        if self.engagement.status != Engagement.Status.READY:
            words = gettext("You hand in once the first has handed over for decision.")
            raise NotReady(words)

    def hand_in(self, *, by: User, at: datetime) -> None:
        """Compare with what the first found, which the rater sees from now on."""
        with self.engagement.taken(self.may_hand_in, by, at):
            first = dict(self.engagement.findings.values_list("pk", "result"))
            scores = list(self.scores.all())
            for score in scores:
                score.first = first[score.finding_id]
            Score.objects.bulk_update(scores, ["first"], batch_size=500)
            self.handed_at, self.compared = at, len(scores)
            self.differing = len(self.differences())
            self.save(update_fields=["handed_at", "compared", "differing"])
            body = self.engagement.body
            record(self, steps.RATING_HANDED_IN, by=by, at=at, organisation=body)

    def differences(self) -> "list[Score]":
        """The scores that say something else than the first, in the order of the sheet."""
        rows = self.scores.select_related("finding__criterion__edition").order_by(
            "finding__criterion__edition__name", "finding__criterion__position"
        )
        return [score for score in rows if score.differs]

    def agreement(self) -> Agreement:
        """Once handed in."""
        pairs = self.scores.values_list("first", "result")
        return agreement((category(first), category(result)) for first, result in pairs)


class Score(models.Model):
    """What a rater says of one criterion; `first` what the first had found, once handed in."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="scores")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=14, choices=Result.choices)
    note = models.TextField(blank=True)
    first = models.CharField(max_length=14, choices=Result.choices, blank=True)

    class Meta:
        verbose_name = _("score")
        constraints = [
            models.UniqueConstraint(fields=["rating", "finding"], name="score_once_a_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.result}"

    @property
    def differs(self) -> bool:
        return category(self.first) != category(self.result)


def raters(engagement: Engagement, *, at: datetime) -> "models.QuerySet[User]":
    """Who may be asked: evaluators of the body with no tie and no part so far."""
    able = independence.evaluators(engagement.body, engagement.provider, at=at)
    return able.exclude(pk__in=hands_in(engagement))


def ask_rating(
    engagement: Engagement, *, rater: User, limit: int | None = None, by: User, at: datetime
) -> Rating:
    """Ask a second, or the third where the two differ too much, to score alone. Whoever is asked
    never decides here."""
    with engagement.taken(engagement.may_ask_rating, by, at):
        if by.pk == rater.pk or not raters(engagement, at=at).filter(pk=rater.pk).exists():
            words = gettext("Choose an evaluator of your body who had no part in it so far.")
            raise NotReady(words)
        made = Rating.objects.create(
            engagement=engagement,
            place=engagement.ratings.next_place(),
            rater=rater,
            limit=LIMIT if limit is None else limit,
            asked_at=at,
            asked_by=by,
        )
        engagement.took_part(by)
        engagement.took_part(rater)
        record(made, steps.RATING_ASKED, by=by, at=at, organisation=engagement.body)
    return made


def drop_rating(engagement: Engagement, *, by: User, at: datetime) -> None:
    """Take back what nobody has handed in, where a rater is away."""
    with engagement.taken(engagement.may_drop_rating, by, at):
        rating = engagement.ratings.get(handed_at=None)
        detail = {"rater": str(rating.rater_id)}
        rating.delete()
        body = engagement.body
        record(engagement, steps.RATING_DROPPED, by=by, at=at, organisation=body, detail=detail)
