"""What a record is to whoever reads its page.

{% appeal record %}: for a party, the appeal that is open, or the way to one that is possible.
{% follow record %}, {% follow_search %}: the button to be told of it, or no more.
"""

from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone

from certcentre.accounts.models import Organisation, User
from certcentre.desk.cases.appeal import Appealed, last_day, may_appeal, party
from certcentre.desk.cases.case import Case
from certcentre.desk.follow_pages import kind_and_key
from certcentre.desk.telling import Telling
from certcentre.lifecycle import StepRefused
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from tenders.followed_search import FollowedSearch
from tenders.following import following

register = template.Library()


@register.inclusion_tag("desk/_appeal.html", takes_context=True)
def appeal(context: dict[str, Any], record: Appealed) -> dict[str, Any]:
    """Nothing for visitors and for whoever is no party. Up to five statements for a party."""
    user = getattr(context.get("request"), "user", None)
    stands = isinstance(record, Organisation) and record.status != Organisation.Status.REFUSED
    if not isinstance(user, User) or stands:
        return {}
    parties = [party(record).pk]
    if not isinstance(record, Organisation):
        parties.append(record.body_id)
    if not Organisation.objects.acted_for_by(user).filter(pk__in=parties).exists():
        return {}
    rows = Case.objects.open().filter(kind=Case.Kind.APPEAL, **{Case.name_of(record): record})
    if running := rows.first():
        return {"running": running}
    try:
        entry = may_appeal(record, by=user, at=timezone.now())
    except StepRefused:
        return {}
    kind = "engagement" if isinstance(record, Engagement) else Case.name_of(record)
    key = record.number if isinstance(record, Engagement | Certificate) else record.pk
    until = last_day(entry, Telling.of(user).zone)
    return {"kind": "organisation" if kind == "refused" else kind, "key": key, "until": until}


@register.inclusion_tag("desk/_follow.html", takes_context=True)
def follow(context: dict[str, Any], record: Model) -> dict[str, Any]:
    """Visitors are led to sign in. One statement for whoever is signed in, and one for roles."""
    request = context["request"]
    kind, key = kind_and_key(record)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "kind": kind,
        "key": key,
        "row": following(record, request.user),
    }


@register.inclusion_tag("desk/_follow.html", takes_context=True)
def follow_search(context: dict[str, Any]) -> dict[str, Any]:
    """The same for the search of the register that the page shows. One statement more."""
    request = context["request"]
    kept = (
        FollowedSearch.objects.asked(request.GET).first() if request.user.is_authenticated else None
    )
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "kind": "search",
        "key": request.GET.urlencode(),
        "row": following(kept, request.user) if kept else None,
    }
