"""What can happen to cases."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role
from certcentre.steps import OFFICERS, Audience, Matter, Step, Words, table

CASES = Matter("cases", _("Concerns, complaints and appeals"))
ANSWERING = (Role.MANAGER, Role.EDITOR, Role.SIGNATORY)  # of a party that the centre asks
RAISER = Audience(people=lambda case: {"pk": case.raised_by_id})
ASKED = Audience(ANSWERING, where=lambda question: {"pk": question.party_id})
# of a party; of a body also who decides, for it is their certificate or decision
HEARING = (*ANSWERING, Role.DECIDER)
CONCERNED = Audience(HEARING, where=lambda case: {"pk__in": case.parties})
# what is appealed has two sides, and both know from the beginning; a concern is first looked into
BOTH_SIDES = Audience(
    HEARING, where=lambda case: {"pk__in": case.parties if case.is_appeal else []}
)

PANEL = Audience(people=lambda case: {"pk__in": list(case.panel.values_list("person", flat=True))})
# whoever follows an appeal with a new decision of the centre
FOLLOWING = Audience(
    ("officer",), where=lambda case: {"kind": "centre" if case.refused_id else "nobody"}
)

PANEL_THAT_ASKED = Audience(
    people=lambda question: {"pk__in": list(question.case.panel.values_list("person", flat=True))}
)


def or_of_an_appeal(words: Words, of_appeal: Words) -> Any:
    """What an outcome is called, of an appeal otherwise than of a complaint."""
    return lambda detail: of_appeal if detail.get("appeal") else words


# who raised a case must not be found by comparing entries, so these two are private
CASE_RECEIVED = Step("case.received", _("received"), told=(OFFICERS,), matter=CASES)
CASE_TAKEN_BACK = Step("case.taken_back", _("taken back"))
CASE_ACKNOWLEDGED = Step(
    "case.acknowledged",
    _("acknowledged"),
    public=_("Case acknowledged"),
    told=(RAISER, BOTH_SIDES),
    matter=CASES,
)
CASE_EMPANELLED = Step("case.empanelled", _("a panel was named"), told=(PANEL,), matter=CASES)
CASE_EXAMINED = Step("case.examined", _("examined"), public=_("Case examined"))
CASE_UPHELD = Step(
    "case.upheld",
    _("upheld"),
    public=_("Case upheld"),
    followed=lambda case: case.followable,
    told=(RAISER, CONCERNED, PANEL, FOLLOWING),
    matter=CASES,
    with_detail=or_of_an_appeal(_("upheld"), _("set aside")),
)
CASE_PARTLY_UPHELD = Step(
    "case.partly_upheld",
    _("upheld in part"),
    public=_("Case upheld in part"),
    followed=lambda case: case.followable,
    told=(RAISER, CONCERNED, PANEL, FOLLOWING),
    matter=CASES,
    with_detail=or_of_an_appeal(_("upheld in part"), _("sent back")),
)
CASE_NOT_UPHELD = Step(
    "case.not_upheld",
    _("not upheld"),
    public=_("Case not upheld"),
    told=(RAISER, CONCERNED, PANEL, FOLLOWING),
    matter=CASES,
    with_detail=or_of_an_appeal(_("not upheld"), _("confirmed")),
)
PARTY_ASKED = Step("partyquestion.asked", _("a party was asked"), told=(ASKED,), matter=CASES)
PARTY_ANSWERED = Step(
    "partyquestion.answered", _("a party answered"), told=(OFFICERS, PANEL_THAT_ASKED), matter=CASES
)
REPORT_READ = Step("case.report_read", _("the panel of an appeal opened the report"))

STEPS = table(globals())
