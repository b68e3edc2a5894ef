"""What waits for a provider's people."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role
from certcentre.waiting import Task, Waiting
from standards.assessment.assessments import Assessment

Kind = Organisation.Kind


def on_withdrawn_editions(user: Any, at: datetime) -> QuerySet[Assessment]:
    """Drafts that hold criteria of an edition that was withdrawn, which nobody answers now."""
    drafts = Assessment.objects.editable_by(user).drafts().on_withdrawn_editions()
    return drafts.select_related("release__solution").order_by("-started_at", "pk")


def look_at_withdrawn(draft: Assessment, at: datetime) -> Task:
    return Task(
        _("An edition was withdrawn: look at the draft of %(release)s")
        % {"release": draft.release},
        draft.get_absolute_url(),
        _("Its criteria take no answers any more, and a declaration passes them over."),
        _("Edition withdrawn"),
        "warn",
    )


DRAFT = {"assessment": "pk", "release": "release", "solution": "release__solution"}
WAITING = (
    Waiting(
        "assessment.look",
        Kind.PROVIDER,
        (Role.EDITOR,),
        on_withdrawn_editions,
        look_at_withdrawn,
        DRAFT,
    ),
)
