"""Which lists a person sees, put together."""

from dataclasses import dataclass, field
from datetime import date, datetime

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.desk.worklists import examining, officiating, providing
from certcentre.desk.worklists.tasks import Listing
from certcentre.waiting import Task, pressing, tasks

Kind = Organisation.Kind
Part = tuple[Kind, Role]

# what waits for each role
TODO: dict[Part, list[Listing]] = {
    (Kind.PROVIDER, Role.EDITOR): [
        providing.corrections,
        providing.moves,
    ],
    (Kind.PROVIDER, Role.SIGNATORY): [
        providing.corrections,
    ],
    (Kind.AUDITOR, Role.MANAGER): [examining.requests, examining.accreditations],
    (Kind.AUDITOR, Role.EVALUATOR): [
        examining.answers,
        examining.promised,
        examining.examinations,
        examining.surveillance,
    ],
    (Kind.AUDITOR, Role.DECIDER): [
        examining.decisions,
        examining.promised,
        examining.surveillance,
    ],
    (Kind.CENTRE, Role.OFFICER): [
        officiating.externals,
        officiating.catalogue,
        officiating.proposals,
        officiating.accreditations,
    ],
}
# what is under way with somebody else, whatever the role
ELSEWHERE: dict[Kind, list[Listing]] = {
    Kind.PROVIDER: [providing.examined],
    Kind.AUDITOR: [examining.corrected],
    Kind.BUYER: [],
    Kind.CENTRE: [],
}


@dataclass(frozen=True)
class Work:
    """Everything on one person's work page."""

    todo: list[Task]
    elsewhere: list[Task]
    organisations: list[Organisation] = field(default_factory=list)

    @property
    def nearest(self) -> date | None:
        """The first date by which something is due."""
        return min((task.due for task in self.todo if task.due), default=None)


def waiting_for(user: User, *, at: datetime) -> Work:
    """What this person can do now, the nearest date first, and what others are at."""
    held = list(Membership.objects.filter(user=user, until=None).select_related("organisation"))
    parts = {(Kind(one.organisation.kind), Role(one.role)) for one in held}
    kinds = {kind for kind, _ in parts}
    todo = [one for part, listings in TODO.items() if part in parts for one in listings]
    elsewhere = [one for kind, listings in ELSEWHERE.items() if kind in kinds for one in listings]
    organisations = {one.organisation_id: one.organisation for one in held}
    listed = [*tasks(user, at=at), *together(todo, user, at)]
    return Work(
        sorted(listed, key=lambda task: pressing(task, at)),
        [*tasks(user, at=at, turn=False), *together(elsewhere, user, at)],
        sorted(organisations.values(), key=lambda one: one.name.casefold()),
    )


def together(listings: list[Listing], user: User, at: datetime) -> list[Task]:
    """Each list once, in the order named."""
    return [task for listing in dict.fromkeys(listings) for task in listing(user, at)]
