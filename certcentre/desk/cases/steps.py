"""What can happen to cases."""

from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role
from certcentre.steps import OFFICERS, Audience, Matter, Step, table

CASES = Matter("cases", _("Concerns and complaints"))
ANSWERING = (Role.MANAGER, Role.EDITOR, Role.SIGNATORY)  # of a party that the centre asks
RAISER = Audience(people=lambda case: {"pk": case.raised_by_id})
ASKED = Audience(ANSWERING, where=lambda question: {"pk": question.party_id})
CONCERNED = Audience(ANSWERING, where=lambda case: {"pk__in": case.parties})

# who raised a case must not be found by comparing entries, so these two are private
CASE_RECEIVED = Step("case.received", _("received"), told=(OFFICERS,), matter=CASES)
CASE_TAKEN_BACK = Step("case.taken_back", _("taken back"))
CASE_ACKNOWLEDGED = Step(
    "case.acknowledged",
    _("acknowledged"),
    public=_("Case acknowledged"),
    told=(RAISER,),
    matter=CASES,
)
CASE_EXAMINED = Step("case.examined", _("examined"), public=_("Case examined"))
CASE_UPHELD = Step(
    "case.upheld", _("upheld"), public=_("Case upheld"), told=(RAISER, CONCERNED), matter=CASES
)
CASE_PARTLY_UPHELD = Step(
    "case.partly_upheld",
    _("upheld in part"),
    public=_("Case upheld in part"),
    told=(RAISER, CONCERNED),
    matter=CASES,
)
CASE_NOT_UPHELD = Step(
    "case.not_upheld",
    _("not upheld"),
    public=_("Case not upheld"),
    told=(RAISER, CONCERNED),
    matter=CASES,
)
PARTY_ASKED = Step("partyquestion.asked", _("a party was asked"), told=(ASKED,), matter=CASES)
PARTY_ANSWERED = Step(
    "partyquestion.answered", _("a party answered"), told=(OFFICERS,), matter=CASES
)

STEPS = table(globals())
