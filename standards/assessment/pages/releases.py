"""One release for its provider: where it stands, what it says, and what comes next."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.forms import NothingForm
from certcentre.accounts.people import signed_in_user
from certcentre.step_page import Question, posted, step_page
from certcentre.worklist import tasks_about
from standards.assessment import release_summary
from standards.assessment.forms import ChangeForm, ReleaseForm
from standards.assessment.pages.fetching import own_release, own_solution, trail
from standards.assessment.progress import Progress, progress_of
from standards.assessment.release_summary import Short, exchange, holding, proven
from standards.assessment.solutions import Release
from standards.catalogue.rules import applied

NEW = Question(
    gettext_lazy("Add a release"),
    gettext_lazy(
        "Add one when the product changed so much that answers must be given anew. For a change "
        "that touches no answer, say so on the page of the release instead."
    ),
    gettext_lazy("Add the release"),
    gettext_lazy("Added, with the facts of the newest release. Look through them."),
    verb="add_release",
)
CHANGE = Question(
    gettext_lazy("State a change that touches no answer"),
    gettext_lazy(
        "You say, in the name of your organisation, that the product changed and every answer "
        "you declared still holds. If one no longer does, answer and declare again instead."
    ),
    gettext_lazy("State it"),
    gettext_lazy("Stated. It stands in the history of this release."),
    verb="note_change",
)
MAKE_CURRENT = Question(
    gettext_lazy("Make this the current release"),
    gettext_lazy(
        "The register, counts, learner needs and tenders use the current release alone. This is "
        "what changes for the solution."
    ),
    gettext_lazy("Make it the current release"),
    gettext_lazy("The register uses this release from now on."),
    verb="make_current",
)


@require_safe
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if not Release.objects.of_members(request.user).filter(pk=pk).exists():
        get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
        return redirect("hold", pk)  # what the centre's officers see of it
    release = own_release(request, pk)
    now, user = timezone.now(), signed_in_user(request)
    solution = release.solution
    siblings = list(solution.releases.order_by("-created_at", "-pk"))
    for sibling in siblings:
        sibling.solution = solution
    lines = progress_of(siblings, at=now)
    line = lines[release.pk]
    with user.memberships_read_once():
        may = abilities(solution, user, at=now).may | abilities(release, user, at=now).may
    tasks = tasks_about(release, user, at=now)
    if line.next:  # what leads here alone is the next step
        tasks = [task for task in tasks if task.url != release.get_absolute_url()]
    context = {
        "release": line.release,
        "solution": solution,
        "one": line,
        "steps": steps(line),
        "others": [other for other in lines.values() if other is not line],
        "short": Short.of(applied(release.facts, at=now)),
        "proven": proven(release, at=now),
        "holds": holding(release),
        "tasks": tasks,
        "history": release_summary.history_lines(release),
        "may": may,
        "next_waits": line.next and line.next.url in {task.url for task in tasks},
        "next_is_theirs": may.get(line.next.verb, True) if line.next else False,
        "at": now,
        "trail": trail(),
    }
    return render(request, "assessment/release.html", context)


def steps(one: Progress) -> list[tuple[str, str, str]]:
    """The way from facts to the register."""
    count = _("%(done)s of %(of)s")
    draft, signed, ready = one.draft, one.in_force, one.declarable
    answers = count % {"done": draft.done, "of": draft.of} if draft and draft.of else ""
    number = one.declaration.number if one.declaration else ""
    states = [
        (_("Facts"), count % {"done": one.known, "of": one.asked}, bool(one.known)),
        (_("Answers"), answers, ready if draft else bool(one.declaration)),
        (_("Declaration"), number, signed and not ready),
        (_("On the register"), "", one.listed and signed),
    ]
    now = next((place for place, (*_words, done) in enumerate(states) if not done), len(states))
    return [
        (words, detail, "done" if done else "now" if place == now else "")
        for place, (words, detail, done) in enumerate(states)
    ]


def release_new(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    solution = own_solution(request, pk)

    def add(**fields: object) -> str:
        made = Release.add(solution, **fields)  # type: ignore[arg-type]
        return reverse("release-facts", args=[made.pk])

    return step_page(
        request,
        NEW,
        ReleaseForm(posted(request)),
        add,
        back=reverse("assessments"),
        trail=trail(),
        onward=True,
        of=solution,
        kicker=solution.name,
    )


def release_note_change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    release = own_release(request, pk)
    return step_page(
        request,
        CHANGE,
        ChangeForm(posted(request)),
        release.note_change,
        back=release.get_absolute_url(),
        trail=trail(release),
        of=release,
        kicker=str(release),
    )


def release_make_current(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Before the step, which claims the solution loses and gains by it."""
    release = own_release(request, pk)
    current = release.solution.current_release
    return step_page(
        request,
        MAKE_CURRENT,
        NothingForm(posted(request)),
        release.make_current,
        back=release.get_absolute_url(),
        trail=trail(release),
        template="assessment/release_make_current.html",
        of=release,
        kicker=str(release),
        release=release,
        current=current,
        exchange=exchange(current, release, at=timezone.now()),
    )
