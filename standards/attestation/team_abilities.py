"""What waits for those who examine together: parts given to them, scores asked of them."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.worklist import Task, Waiting, until
from standards.attestation.abilities import report_due
from standards.attestation.engagement import Engagement
from standards.attestation.portions import Portion
from standards.attestation.rating import SECOND, THIRD, Rating


def examine_portion(portion: Portion, at: datetime) -> Task:
    counts = {name: getattr(portion, name) for name in ("left", "of")}
    words = {"release": portion.engagement.declaration.release, **counts}
    return Task(
        _("Examine what was given to you of %(release)s") % words,
        portion.get_absolute_url(),
        _("%(left)s of %(of)s criteria have no finding yet.") % words,
        **(until(portion.due, at) if portion.due else report_due(portion.engagement, at)),
    )


def score_alone(rating: Rating, at: datetime) -> Task:
    return Task(
        _("Score %(release)s alone") % {"release": rating.engagement.declaration.release},
        rating.get_absolute_url(),
        _("You see what others found once you have handed in."),
        **report_due(rating.engagement, at),
    )


def third_wanted(user: User, at: datetime) -> QuerySet[Engagement]:
    """Examinations whose two raters differ by more than was said."""
    seconds = Rating.objects.filter(place=SECOND)
    apart = seconds.alias(beyond=F("differing") * 100 - F("limit") * F("compared"))
    asked = Rating.objects.filter(place=THIRD).values("engagement")
    apart = apart.filter(beyond__gt=0).exclude(engagement__in=asked)
    rows = Engagement.objects.examinable_by(user, at=at).filter(status__in=Engagement.BEGUN)
    return rows.filter(pk__in=apart.values("engagement")).with_parties().order_by("ready_at")


def ask_third(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("Ask a third rater for %(release)s") % {"release": engagement.declaration.release},
        engagement.get_absolute_url(),
        _("The two differ too much, and the decision waits."),
        **report_due(engagement, at),
    )


WITHIN = {"engagement": "engagement", "release": "engagement__declaration__release"}
ENGAGEMENT = {"engagement": "pk", "release": "declaration__release"}
BODY, EVALUATOR = Organisation.Kind.AUDITOR, (Role.EVALUATOR,)
WAITING = (
    Waiting("portion.examine", BODY, EVALUATOR, Portion.waiting_for, examine_portion, WITHIN),
    Waiting("rating.score", BODY, EVALUATOR, Rating.waiting_for, score_alone, WITHIN),
    Waiting("engagement.ask_rating", BODY, EVALUATOR, third_wanted, ask_third, ENGAGEMENT),
)
