"""The demo's organisations and the accounts to sign in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from certcentre.accounts.models import Membership, Organisation, Role, User

PASSWORD = "demo"  # noqa: S105 (printed on purpose)


@dataclass(frozen=True)
class Account:
    """One person to sign in as, and what they do."""

    email: str
    name: str
    does: str


ACCOUNTS = (
    Account("centre@demo.example", "Ngozi Example", "officer and manager of the centre"),
    Account("centre2@demo.example", "Tomás Example", "officer of the centre"),
    Account("provider@demo.example", "Wanjiku Example", "offers a product, declares"),
    Account("auditor@demo.example", "Aino Example", "accepts and examines"),
    Account("decider@demo.example", "Ravi Example", "decides on what others examined"),
    Account("buyer@demo.example", "Laila Example", "builds and publishes tenders"),
)


def make(*, at: datetime) -> None:
    """The centre, and the organisations of the accounts, verified some months ago."""
    centre, second, provider, auditor, decider, buyer = (person(one) for one in ACCOUNTS)
    then = at - timedelta(days=420)
    home = Organisation.found_centre(
        by=centre, at=then, name="Example Certification Centre", country="CH"
    )
    Membership.grant(user=second, organisation=home, role=Role.OFFICER, by=centre, at=then)
    register(provider, centre, then, "provider", "Example Soma Labs", "KE", "PVT-2X4", "micro")
    body = register(
        auditor, centre, then, "auditor", "Example Access Audit Oy", "FI", "3141592-6", "small"
    )
    Membership.grant(user=decider, organisation=body, role=Role.DECIDER, by=auditor, at=then)
    register(buyer, centre, then, "buyer", "Example Ministry of Education", "KE", "MOE-1", "large")


def person(account: Account) -> User:
    """Somebody who can sign in at once."""
    made = User.objects.create_user(account.email, PASSWORD, name=account.name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def register(
    by: User,
    officer: User,
    at: datetime,
    kind: str,
    name: str,
    country: str,
    number: str,
    size: str,
) -> Organisation:
    """An organisation that the centre verified the week after."""
    made = Organisation.register(
        by=by, at=at, kind=kind, name=name, country=country, register_number=number, size=size
    )
    made.verify(by=officer, at=at + timedelta(days=6), how="Extract of the business register")
    return made
