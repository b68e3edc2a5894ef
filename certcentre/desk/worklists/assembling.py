"""Which lists a person sees, put together."""

from dataclasses import dataclass, field
from datetime import date, datetime

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.desk.worklists import officiating
from certcentre.desk.worklists.tasks import Listing
from certcentre.waiting import Task, pressing, tasks

Kind = Organisation.Kind
Part = tuple[Kind, Role]

# what waits for each role and stands in no table of abilities yet
TODO: dict[Part, list[Listing]] = {
    (Kind.CENTRE, Role.OFFICER): [officiating.catalogue, officiating.proposals],
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
    rows = Membership.objects.filter(user=user, until=None).select_related("organisation")
    memberships = list(rows)
    parts = {
        (Kind(membership.organisation.kind), Role(membership.role)) for membership in memberships
    }
    todo = [listing for part, listings in TODO.items() if part in parts for listing in listings]
    organisations = {
        membership.organisation_id: membership.organisation for membership in memberships
    }
    with user.memberships_read_once():
        listed = [*tasks(user, at=at), *together(todo, user, at)]
        elsewhere = tasks(user, at=at, turn=False)
    return Work(
        sorted(listed, key=lambda task: pressing(task, at)),
        elsewhere,
        sorted(organisations.values(), key=lambda one: one.name.casefold()),
    )


def together(listings: list[Listing], user: User, at: datetime) -> list[Task]:
    """Each list once, in the order named."""
    return [task for listing in dict.fromkeys(listings) for task in listing(user, at)]
