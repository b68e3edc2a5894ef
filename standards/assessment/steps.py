"""What can happen to solutions, releases, self-assessments, declarations and evidence."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role
from certcentre.steps import OFFICERS, Audience, Matter, Step, about, table

WORKING = (Role.MANAGER, Role.EDITOR, Role.SIGNATORY)
ASKERS = (Role.EDITOR, Role.SIGNATORY)  # of a buyer: who ask to see evidence


def its_provider(release: Any) -> dict[str, Any]:
    return {"pk": release.solution.organisation_id}


def bodies_of_solution(solution: Any) -> dict[str, Any]:
    """Bodies whose certificates of the solution still stand, while they last."""
    standing = {"certificates__status__in": ("valid", "suspended")}
    return {"certificates__release__solution": solution.pk, **standing}


def bodies_of_release(declaration: Any) -> dict[str, Any]:
    return {"certificates__release": declaration.release_id}


PRODUCTS = Matter("products", _("Products, declarations and evidence"))
ANSWERING = Audience(
    (Role.SIGNATORY,),
    where=lambda request: {"pk": request.declaration.release.solution.organisation_id},
)
ASKING = Audience(ASKERS, where=lambda request: {"pk": request.buyer_id})
PROVIDER = Audience(WORKING, where=its_provider)
OF_RELEASE = about(solution="solution_id")
OF_ANSWERS = about(solution="release.solution_id")
SOLUTION_CREATED = Step("solution.created", _("Solution described"))
SOLUTION_EDITED = Step(
    "solution.edited",
    _("Name, summary or website changed"),
    public=_("Name, summary or website changed"),
    followed=about(solution="pk"),
)
SOLUTION_WITHDRAWN = Step(
    "solution.withdrawn",
    _("Solution withdrawn"),
    public=_("Solution withdrawn"),
    told=(
        Audience((Role.MANAGER,), where=bodies_of_solution, lasting="certificates__valid_until"),
    ),
    followed=about(solution="pk"),
    matter=PRODUCTS,
)
RELEASE_ADDED = Step("release.added", _("Release added"))
RELEASE_FACTS_STATED = Step("release.facts_stated", _("Facts stated"))
RELEASE_CHANGE_NOTED = Step(
    "release.change_noted",
    _("A change that touches no answer"),
    public=_("A change that touches no answer"),
    followed=OF_RELEASE,
)
RELEASE_MADE_CURRENT = Step(
    "release.made_current",
    _("Made the current release"),
    public=_("Release made the current one"),
    followed=OF_RELEASE,
)
RELEASE_HELD = Step(
    "release.held",
    _("Held by a rule"),
    public=_("Release held for a decision by the centre"),
)
RELEASE_HELD_WHY = Step(  # beside what is public, which says neither rule nor reason
    "release.held_why", _("Why it is held"), told=(OFFICERS, PROVIDER), matter=PRODUCTS
)
HOLD_PROPOSED = Step(
    "hold.proposed",
    _("An officer proposed to clear a hold"),
    told=(OFFICERS,),
    matter=PRODUCTS,
    internal=True,
)
RELEASE_CLEARED = Step(
    "release.clear",
    _("Cleared by the centre"),
    public=_("Release cleared by the centre"),
    followed=OF_RELEASE,
    told=(PROVIDER,),
    matter=PRODUCTS,
)
RELEASE_REFUSED = Step(
    "release.refused",
    _("Listing refused by the centre"),
    public=_("Release refused by the centre"),
)
RELEASE_REFUSED_WHY = Step(
    "release.refused_why", _("Why it is refused"), told=(PROVIDER,), matter=PRODUCTS
)
ASSESSMENT_STARTED = Step("assessment.started", _("Draft begun"))
ASSESSMENT_MIGRATED = Step("assessment.moved", _("Draft taken to a newer edition"))
ASSESSMENT_DECLARED = Step(
    "assessment.declared", _("Declared"), public=_("Declaration made"), followed=OF_ANSWERS
)
ASSESSMENT_DECLARED_HELD = Step("assessment.declared_held", _("Declared, and held by a rule"))
DECLARATION_WITHDRAWN = Step(
    "declaration.withdrawn",
    _("Declaration withdrawn"),
    public=_("Declaration withdrawn"),
    followed=OF_ANSWERS,
)
DECLARATION_WITHDRAWN_HELD = Step("declaration.withdrawn_held", _("Declaration withdrawn"))
CERTIFICATE_CONTRADICTED = Step(
    "certificate.contradicted",
    _("Less declared than a certificate says"),
    told=(Audience((Role.MANAGER,), where=bodies_of_release),),
    matter=PRODUCTS,
)
DECLARATION_ENDS = Step(
    "declaration.ends",
    _("Its end is near"),
    told=(Audience(WORKING, where=lambda declaration: its_provider(declaration.release)),),
    matter=PRODUCTS,
)
EVIDENCE_ENDS = Step(
    "evidence.ends",
    _("Its end is near"),
    told=(Audience(WORKING, where=lambda piece: {"pk": piece.organisation_id}),),
    matter=PRODUCTS,
)
ASSIGNED = Step(
    "assessment.assigned",
    _("Criteria given to somebody to answer"),
    told=(Audience(people=lambda assignment: {"pk": assignment.person_id}),),
    matter=PRODUCTS,
)
QUESTION_ASKED = Step(
    "remark.asked",
    _("A colleague asked beside an answer"),
    told=(Audience(people=lambda remark: {"pk": remark.asks_id}),),
    matter=PRODUCTS,
)
QUESTION_ANSWERED = Step(
    "remark.answered",
    _("Answered"),
    told=(Audience(people=lambda remark: {"pk": remark.written_by_id}),),
    matter=PRODUCTS,
)
QUESTION_SETTLED = Step("remark.settled", _("Settled"))
EVIDENCE_ADDED = Step("evidence.added", _("Evidence filed"))
EVIDENCE_REMOVED = Step("evidence.removed", _("Evidence removed"))
EVIDENCE_SHARED = Step("evidence.shared", _("Who may open the evidence was said"))
ACCESS_TERMS_STATED = Step("access.terms_stated", _("Terms for opening evidence said"))
ACCESS_ASKED = Step("access.asked", _("Asked to open evidence"), told=(ANSWERING,), matter=PRODUCTS)
ACCESS_GRANTED = Step("access.granted", _("Let in for 90 days"), told=(ASKING,), matter=PRODUCTS)
ACCESS_REFUSED = Step("access.refused", _("Not let in"), told=(ASKING,), matter=PRODUCTS)
ACCESS_ACCEPTED = Step("access.accepted", _("Terms accepted"))
ACCESS_RENEWED = Step("access.renewed", _("Ended: a newer request took its place"))
ACCESS_ENDED = Step("access.ended", _("Access ended"), told=(ASKING, ANSWERING), matter=PRODUCTS)
EVIDENCE_READ = Step("evidence.read", _("Confidential evidence opened"))

STEPS = table(globals())
