"""What waits for the centre's officers."""

from datetime import datetime

from django.db.models import Count, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certcentre.accounts.models import User
from certcentre.desk.worklists.tasks import MOST, Task
from standards.catalogue.editions import Edition
from standards.catalogue.pages.kinds import KINDS
from standards.catalogue.reviewing import Review, by_others


def catalogue(user: User, at: datetime) -> list[Task]:
    """Draft editions that somebody else wrote: a second person signs them."""
    drafts = by_others(Edition.objects.filter(status=Edition.Status.DRAFT), user)
    return [
        Task(
            _("Read and publish %(edition)s") % {"edition": draft},
            reverse("catalogue-edition", args=[draft.key]),
            _("Drafted by %(name)s.") % {"name": draft.proposed_by} if draft.proposed_by else "",
            draft.get_status_display(),
            "accent",
        )
        for draft in drafts.select_related("proposed_by").order_by("pk")[:MOST]
    ]


def proposals(user: User, at: datetime) -> list[Task]:
    """Mappings, rules, profiles and needs that somebody else wrote, a line a kind."""
    counts = [
        by_others(kind.model.objects.filter(status=Review.PROPOSED), user)
        .order_by()
        .annotate(kind=Value(key))
        .values("kind")
        .annotate(n=Count("pk"))
        for key, kind in KINDS.items()
    ]
    return [
        Task(
            _("Read and sign what is proposed: %(kind)s") % {"kind": KINDS[row["kind"]].title},
            reverse(f"catalogue-{row['kind']}") + "?status=proposed",
            ngettext("%(n)d waits.", "%(n)d wait.", row["n"]) % {"n": row["n"]},
            _("Proposed"),
            "accent",
        )
        for row in counts[0].union(*counts[1:]).order_by("kind")
        if row["n"]
    ]
