"""The first page: four doors, what the register holds now, and what was lately decided."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import signed_in_user
from certcentre.desk import addresses
from certcentre.worklist import Task, tasks
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Criterion, Edition
from standards.registry.verify.records import mark_of
from tenders.models import Tender

LATELY = 6


@dataclass(frozen=True)
class Event:
    """Something that lately changed what the public may rely on."""

    at: datetime
    url: str
    words: str
    level: int
    mark: str = ""  # the mark's own words where the level's do not fit
    state: str = ""  # suspended, withdrawn or lapsed


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"doors": doors(), "figures": figures(at=at), "lately": lately(at=at), "at": at}
    return render(request, "desk/home.html", context)


def doors() -> list[dict[str, Any]]:
    """The four ways in, each with the pages that its people start from."""
    return [
        door(
            _("I offer a product"),
            _("See which standards apply, say what you meet, prove it once."),
            ("applies", _("What applies to my product")),
            ("assessments", _("Start a self-assessment")),
        ),
        door(
            _("I check products"),
            _("Examine answers within your accreditation and stand behind the result."),
            ("engagements", _("My engagements")),
            ("auditors", _("Who is accredited")),
        ),
        door(
            _("I buy for schools"),
            _("Choose requirements and see at once how many products could answer."),
            ("tenders", _("Build a tender")),
            ("market", _("Look at the market")),
        ),
        door(
            _("I teach, learn or look something up"),
            _("Find tools that work for your learners, and see who checked what is said of them."),
            ("solutions", _("Find a tool")),
            ("verify", _("Check a certificate")),
        ),
    ]


def door(title: str, text: str, *ways: tuple[str, str]) -> dict[str, Any]:
    links = [(words, where) for name, words in ways if (where := addresses.named(name))]
    return {"title": title, "text": text, "url": links[0][1] if links else "", "links": links}


def figures(*, at: datetime) -> list[tuple[str, str]]:
    """What the register holds at this moment, counted now. Five statements."""
    editions = Edition.objects.published().count()
    solutions = Solution.objects.listed().count()
    certificates = Certificate.objects.in_force(at=at).count()
    tenders = Tender.objects.open(at=at).count()
    criteria = Criterion.objects.published().count()
    counted = [
        (solutions, ngettext("solution on the register", "solutions on the register", solutions)),
        (
            certificates,
            ngettext(
                "certificate or verification in force",
                "certificates and verifications in force",
                certificates,
            ),
        ),
        (tenders, ngettext("open tender", "open tenders", tenders)),
        (
            criteria,
            ngettext("criterion in %(n)s editions", "criteria in %(n)s editions", criteria)
            % {"n": editions},
        ),
    ]
    return [(number_format(number, force_grouping=True), words) for number, words in counted]


OF_CERTIFICATE = (  # what a line says of one; not its facts
    *("number", "status", "issued_at", "valid_until", "surveillance_due"),
    *("complete", "named_count", "covered_count"),
)


def lately(*, at: datetime) -> list[Event]:
    """The newest certificates and declarations of what is listed, newest first."""
    listed = Solution.objects.listed().values("current_release")
    named = ("release__label", "release__solution__name")
    issued = Certificate.objects.filter(release__in=listed).only(*OF_CERTIFICATE, *named)
    declared = Declaration.objects.in_force(at=at).public().filter(release__in=listed)
    signed = declared.only("number", "declared_at", *named)
    events = [
        *(certified(each, at) for each in issued.select_related("release__solution")[:LATELY]),
        *map(said, signed.select_related("release__solution")[:LATELY]),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)[:LATELY]


def certified(certificate: Certificate, at: datetime) -> Event:
    words = _("%(title)s for %(release)s") % {
        "title": certificate.title,
        "release": certificate.release,
    }
    state = mark_of(certificate.status_at(at))
    level, mark = certificate.assurance_at(at), "" if certificate.complete else certificate.title
    return Event(certificate.issued_at, addresses.of(certificate), words, level, mark, state)


def said(declaration: Declaration) -> Event:
    words = _("Declaration for %(release)s") % {"release": declaration.release}
    return Event(declaration.declared_at, addresses.of(declaration), words, 1)


@dataclass(frozen=True)
class Work:
    """Everything on one person's work page."""

    todo: list[Task]
    elsewhere: list[Task] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)

    @property
    def nearest(self) -> date | None:
        """The first date by which something is due."""
        return nearest(self.todo)

    @property
    def nearest_elsewhere(self) -> date | None:
        """The same of what somebody else is at."""
        return nearest(self.elsewhere)


def nearest(tasks: list[Task]) -> date | None:
    return min((task.due for task in tasks if task.due), default=None)


def waiting_for(user: User, *, at: datetime) -> Work:
    """What this person can do now, the nearest date first, and what others are at."""
    rows = user.memberships.filter(until=None).select_related("organisation")
    organisations = {row.organisation_id: row.organisation for row in rows}
    with user.memberships_read_once():
        return Work(
            tasks(user, at=at),
            tasks(user, at=at, turn=False),
            sorted(organisations.values(), key=lambda each: each.name.casefold()),
        )


def work(request: HttpRequest) -> HttpResponse:
    """What waits for whoever is signed in."""
    user = signed_in_user(request)
    with user.memberships_read_once():
        work = waiting_for(user, at=timezone.now())
    return render(request, "desk/work.html", {"work": work})
