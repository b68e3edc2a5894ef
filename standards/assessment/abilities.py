"""What waits for a provider's people, and for the officers whom a held release waits for."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.worklist import NEAR, SOON, Task, Waiting, until
from standards.assessment.access_request import AccessRequest
from standards.assessment.assessments import Assessment, AssessmentQuerySet
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.holds import Hold
from standards.assessment.periods import last_day_of
from standards.assessment.solutions import Release, Solution
from standards.assessment.teamwork import Assignment, Remark
from standards.catalogue.editions import Edition

Kind = Organisation.Kind
EDITOR, SIGNATORY = (Role.EDITOR,), (Role.SIGNATORY,)
WRITING = EDITOR + SIGNATORY
NEWER = ("newer_key", "newer_name", "newer_grace_until")


def drafts(user: User, role: Role) -> AssessmentQuerySet:
    """Drafts of solutions in force where the person holds this role, with their release."""
    mine = Assessment.objects.of_members(user, role).drafts()
    in_force = mine.filter(release__solution__status=Solution.Status.ACTIVE)
    return in_force.select_related("release__solution").order_by("-started_at", "pk")


def ending(rows: AssessmentQuerySet, at: datetime) -> AssessmentQuerySet:
    """Each with `ends`: when the declaration that it renews runs out, where that is soon."""
    standing = Declaration.objects.in_force(at=at).filter(release=OuterRef("release"))
    soon = standing.filter(valid_until__lte=at + SOON)
    return rows.annotate(ends=Subquery(soon.values("valid_until")[:1]))


def renewal_due(draft: Assessment, at: datetime) -> dict[str, Any]:
    """By when a draft is to be declared, so that no day is left without a declaration."""
    ends = getattr(draft, "ends", None)
    return until(ends.date(), at) if ends else {}


def unfinished(user: User, role: Role, at: datetime) -> AssessmentQuerySet:
    """Drafts that still lack something."""
    rows = drafts(user, role).exclude(pk__in=declarable_keys(user, at))
    return ending(rows.counted(at=at), at)


def declarable_keys(user: User, at: datetime) -> QuerySet[Any]:
    own = Assessment.objects.of_members(user)  # judged once for a page
    return user.once(("declarable", at), lambda: own.declarable(at=at).values("pk"))


def to_finish(user: User, at: datetime) -> QuerySet[Assessment]:
    return unfinished(user, Role.EDITOR, at)


def with_an_editor(user: User, at: datetime) -> QuerySet[Assessment]:
    """Drafts that a signatory waits for."""
    own = Assessment.objects.of_members(user, Role.EDITOR).values("pk")
    return unfinished(user, Role.SIGNATORY, at).exclude(pk__in=own)


def finish(draft: Assessment, at: datetime) -> Task:
    counts = {name: getattr(draft, name) for name in ("of", "left")}
    words = {"release": draft.release, **counts}
    if counts["left"]:
        text = _("%(left)s of %(of)s criteria must still be answered or confirmed.")
        address = reverse("assessment-sheet", args=[draft.pk], query={"only": "open"})
    else:
        text = _("Its page says what a declaration still lacks.")
        address = draft.get_absolute_url()
    return Task(
        _("Finish the self-assessment of %(release)s") % words,
        address,
        text % words,
        **{"tag": _("In progress"), "kind": "accent", **renewal_due(draft, at)},
    )


def declarable(user: User, role: Role, at: datetime) -> AssessmentQuerySet:
    """Drafts that lack nothing."""
    return ending(drafts(user, role).filter(pk__in=declarable_keys(user, at)), at)


def to_declare(user: User, at: datetime) -> QuerySet[Assessment]:
    return declarable(user, Role.SIGNATORY, at)


def with_a_signatory(user: User, at: datetime) -> QuerySet[Assessment]:
    """Drafts that an editor has finished."""
    own = Assessment.objects.of_members(user, Role.SIGNATORY).values("pk")
    return declarable(user, Role.EDITOR, at).exclude(pk__in=own)


def declare(draft: Assessment, at: datetime) -> Task:
    return Task(
        _("Declare %(release)s") % {"release": draft.release},
        draft.get_absolute_url(),
        _("Everything that must be answered is answered. A signatory declares it."),
        **{"tag": _("Ready"), "kind": "good", **renewal_due(draft, at)},
    )


def on_withdrawn_editions(user: User, at: datetime) -> QuerySet[Assessment]:
    """Drafts that hold criteria of an edition that was withdrawn, which nobody answers now."""
    assessments = Assessment.objects.of_members(user, Role.EDITOR).drafts().on_withdrawn_editions()
    return assessments.select_related("release__solution").order_by("-started_at", "pk")


def look_at_withdrawn(draft: Assessment, at: datetime) -> Task:
    words = _("An edition was withdrawn: look at the draft of %(release)s")
    return Task(
        words % {"release": draft.release},
        draft.get_absolute_url(),
        _("Its criteria take no answers any more, and a declaration passes them over."),
        _("Edition withdrawn"),
        "warn",
    )


def to_migrate(user: User, at: datetime) -> QuerySet[Assessment]:
    """Answers to an edition that a newer one follows, once for each newer one; the newest
    assessment of a release counts."""
    followed = Edition.objects.answerable(at=at).filter(supersedes__isnull=False)
    newest = Assessment.objects.filter(release=OuterRef("release"))
    newest = newest.exclude(status=Assessment.Status.WITHDRAWN).order_by("-started_at", "-pk")
    mine = Assessment.objects.of_members(user, Role.EDITOR)
    newer = "answers__criterion__edition__successors"
    rows = mine.annotate(
        newest=Subquery(newest.values("pk")[:1]),
        newer=F(newer),
        newer_key=F(f"{newer}__key"),
        newer_name=F(f"{newer}__name"),
        newer_grace_until=F(f"{newer}__grace_until"),
    ).filter(pk=F("newest"), newer__in=followed, release__solution__status=Solution.Status.ACTIVE)
    ordered = rows.order_by(F("newer_grace_until").asc(nulls_last=True), "pk", "newer").distinct()
    return ordered.select_related("release__solution")


def migrate(assessment: Assessment, at: datetime) -> Task:
    key, name, last_day = (getattr(assessment, field) for field in NEWER)
    return Task(
        _("Move %(release)s to %(edition)s") % {"release": assessment.release, "edition": name},
        reverse("assessment-move", args=[assessment.pk, key]),
        _("Answers whose words did not change go along. Only the rest is asked."),
        **(until(last_day, at) if last_day else {}),
    )


def to_begin(user: User, at: datetime) -> QuerySet[Release]:
    """Releases that nothing has been said about yet."""
    mine = Release.objects.of_members(user, Role.EDITOR).filter(assessments=None)
    in_force = mine.filter(solution__status=Solution.Status.ACTIVE)
    return in_force.select_related("solution").order_by("-created_at")


def begin(release: Release, at: datetime) -> Task:
    return Task(
        _("Begin with %(release)s") % {"release": release},
        release.get_absolute_url(),
        _("Describe it by the facts, see what applies, then answer."),
    )


def to_renew(user: User, at: datetime) -> QuerySet[Declaration]:
    """Declarations that end soon and have no successor; one in the making is a row of its own."""
    draft = Assessment.objects.drafts().filter(release=OuterRef("release"))
    ending = Declaration.objects.in_force(at=at).filter(
        ~Exists(draft),
        release__in=Release.objects.of_members(user, *WRITING),
        valid_until__lte=at + SOON,
    )
    return ending.select_related("release__solution").defer("body").order_by("valid_until")


def renew(declaration: Declaration, at: datetime) -> Task:
    words = {
        "number": declaration.number,
        "date": date_format(last_day_of(declaration.valid_until)),
    }
    return Task(
        _("Renew the declaration of %(release)s") % {"release": declaration.release},
        declaration.release.get_absolute_url(),
        _("%(number)s ends on %(date)s; what rests on it falls to no statement.") % words,
        **until(last_day_of(declaration.valid_until), at),
    )


def evidence_running_out(user: User, at: datetime) -> QuerySet[Evidence]:
    """Evidence in use that speaks for a time which ends soon."""
    mine = Organisation.objects.acted_for_by(user, *WRITING)
    soon = Evidence.objects.running_out(at=at).filter(organisation__in=mine)
    return soon.order_by("speaks_until", "pk")


def renew_evidence(piece: Evidence, at: datetime) -> Task:
    return Task(
        _("Renew evidence: %(title)s") % {"title": piece.title},
        piece.get_absolute_url(),
        _("Claims that rest on it alone fall to AL1 on that day."),
        **until(piece.last_day, at),
    )


def held(user: User, at: datetime) -> QuerySet[Release]:
    """The provider's releases that wait for the centre."""
    mine = Release.objects.of_members(user).filter(status=Release.Status.HELD)
    return mine.select_related("solution").order_by("pk")


def with_the_centre(release: Release, at: datetime) -> Task:
    return Task(
        _("%(release)s is held") % {"release": release},
        release.get_absolute_url(),
        _("A rule holds it out of the register until the centre decides."),
        _("With the centre"),
    )


def to_judge(user: User, at: datetime) -> QuerySet[Release]:
    """Held releases, the longest waiting first; of no provider that they belong or belonged to."""
    close = Membership.objects.recently_of(user, at=at).values("organisation")
    own = Hold.objects.open().filter(proposed_by=user).values("release")  # another clears those
    waiting = Release.objects.filter(status=Release.Status.HELD).exclude(pk__in=own)
    rows = waiting.exclude(solution__organisation__in=close).annotate(since=Min("holds__held_at"))
    return rows.select_related("solution__organisation").order_by("since", "pk")


def judge(release: Release, at: datetime) -> Task:
    return Task(
        _("Clear or refuse %(release)s") % {"release": release},
        reverse("hold", args=[release.pk]),
        str(release.solution.organisation),
        _("Held"),
        "warn",
    )


def access_to_grant(user: User, at: datetime) -> QuerySet[AccessRequest]:
    """Buyers who wait to be let in, or told why not."""
    return AccessRequest.objects.of_provider(user, Role.SIGNATORY).waiting().with_parties()


def access_with_a_signatory(user: User, at: datetime) -> QuerySet[AccessRequest]:
    mine = AccessRequest.objects.of_provider(user, Role.SIGNATORY).values("pk")
    return AccessRequest.objects.of_provider(user).waiting().exclude(pk__in=mine).with_parties()


def grant_access(request: AccessRequest, at: datetime) -> Task:
    words = {"buyer": request.buyer, "release": request.declaration.release}
    return Task(
        _("%(buyer)s asks to see evidence of %(release)s") % words,
        request.get_absolute_url(),
        _("Asked on %(day)s. A signatory lets them in for 90 days, or says why not.")
        % {"day": date_format(request.asked_at)},
        _("Asked"),
        "accent",
    )


def access_to_accept(user: User, at: datetime) -> QuerySet[AccessRequest]:
    """What is granted, and open once the provider's terms are accepted."""
    rows = AccessRequest.objects.to_act_on(user).unopened(at=at)
    return rows.with_parties().order_by("until")


def accept_terms(request: AccessRequest, at: datetime) -> Task:
    return Task(
        _("Accept the terms for the evidence of %(release)s")
        % {"release": request.declaration.release},
        request.get_absolute_url(),
        _("%(provider)s lets you in. Read its terms first.") % {"provider": request.provider},
        _("Granted"),
        "good",
    )


def access_to_renew(user: User, at: datetime) -> QuerySet[AccessRequest]:
    """Access that ends within days, where nobody has asked for more."""
    rows = AccessRequest.objects.to_act_on(user).renewable(at=at).granted()
    soon = rows.filter(until__gt=at, until__lte=at + timedelta(days=NEAR))
    return soon.with_parties().order_by("until")


def renew_access(request: AccessRequest, at: datetime) -> Task:
    return Task(
        _("Access to the evidence of %(release)s ends") % {"release": request.declaration.release},
        request.get_absolute_url(),
        _("Ask for 90 more days if you still need it."),
        **until(last_day_of(request.until or at), at),
    )


def access_asked(user: User, at: datetime) -> QuerySet[AccessRequest]:
    """What providers have not answered yet."""
    return AccessRequest.objects.of_buyer(user, *WRITING).waiting().with_parties()


def with_the_provider(request: AccessRequest, at: datetime) -> Task:
    return Task(
        _("Access to the evidence of %(release)s") % {"release": request.declaration.release},
        request.get_absolute_url(),
        _("Asked on %(day)s.") % {"day": date_format(request.asked_at)},
        _("With the provider"),
    )


def answer_assigned(assignment: Assignment, at: datetime) -> Task:
    counts = {name: getattr(assignment, name) for name in ("left", "of")}
    words = {"release": assignment.assessment.release, **counts}
    return Task(
        _("Answer what was given to you for %(release)s") % words,
        assignment.get_absolute_url(),
        _("%(left)s of %(of)s criteria wait for your answer.") % words,
        **(until(assignment.due, at) if assignment.due else {}),
    )


def answer_question(question: Remark, at: datetime) -> Task:
    words = {"name": question.written_by, "ref": question.answer.criterion.ref}
    return Task(
        _("%(name)s asks you about %(ref)s") % words,
        question.get_absolute_url(),
        str(question.answer.assessment.release),
        _("Asked"),
        "accent",
    )


def with_a_colleague(question: Remark, at: datetime) -> Task:
    words = {"name": question.asks, "ref": question.answer.criterion.ref}
    return Task(
        _("Your question about %(ref)s") % words,
        question.get_absolute_url(),
        _("Asked on %(day)s.") % {"day": date_format(question.written_at)},
        _("With %(name)s") % words,
    )


DRAFT = {"assessment": "pk", "release": "release", "solution": "release__solution"}
RELEASE = {"release": "pk", "solution": "solution"}
DECLARED = {"declaration": "pk", "release": "release", "solution": "release__solution"}
ACCESS = {
    "accessrequest": "pk",
    "declaration": "declaration",
    "release": "declaration__release",
    "solution": "declaration__release__solution",
}
PIECE = {"evidence": "pk", "release": "uses__answer__assessment__release"}
BESIDE = {"assessment": "answer__assessment", "release": "answer__assessment__release"}
GIVEN = {"assessment": "assessment", "release": "assessment__release"}
WAITING = (
    Waiting(
        "assignment.answer", Kind.PROVIDER, EDITOR, Assignment.waiting_for, answer_assigned, GIVEN
    ),
    Waiting("remark.settle", Kind.PROVIDER, (), Remark.asking, answer_question, BESIDE),
    Waiting("remark.wait", Kind.PROVIDER, (), Remark.asked_by, with_a_colleague, BESIDE, False),
    Waiting("assessment.answer", Kind.PROVIDER, EDITOR, to_finish, finish, DRAFT),
    Waiting("assessment.declare", Kind.PROVIDER, SIGNATORY, to_declare, declare, DRAFT),
    Waiting(
        "assessment.unfinished", Kind.PROVIDER, SIGNATORY, with_an_editor, finish, DRAFT, False
    ),
    Waiting("assessment.ready", Kind.PROVIDER, EDITOR, with_a_signatory, declare, DRAFT, False),
    Waiting(
        "assessment.look",
        Kind.PROVIDER,
        (Role.EDITOR,),
        on_withdrawn_editions,
        look_at_withdrawn,
        DRAFT,
    ),
    Waiting("assessment.migrate", Kind.PROVIDER, (Role.EDITOR,), to_migrate, migrate, DRAFT),
    Waiting("release.assess", Kind.PROVIDER, (Role.EDITOR,), to_begin, begin, RELEASE),
    Waiting("declaration.renew", Kind.PROVIDER, WRITING, to_renew, renew, DECLARED),
    Waiting("evidence.renew", Kind.PROVIDER, WRITING, evidence_running_out, renew_evidence, PIECE),
    Waiting("accessrequest.grant", Kind.PROVIDER, SIGNATORY, access_to_grant, grant_access, ACCESS),
    Waiting(
        "accessrequest.asked",
        Kind.PROVIDER,
        (),
        access_with_a_signatory,
        grant_access,
        ACCESS,
        False,
    ),
    Waiting("accessrequest.accept", Kind.BUYER, WRITING, access_to_accept, accept_terms, ACCESS),
    Waiting("accessrequest.renew", Kind.BUYER, WRITING, access_to_renew, renew_access, ACCESS),
    Waiting(
        "accessrequest.wait", Kind.BUYER, WRITING, access_asked, with_the_provider, ACCESS, False
    ),
    Waiting("release.held", Kind.PROVIDER, (), held, with_the_centre, RELEASE, turn=False),
    Waiting("release.clear", Kind.CENTRE, (Role.OFFICER,), to_judge, judge, RELEASE),
)
