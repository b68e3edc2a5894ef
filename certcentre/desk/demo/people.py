"""The demo's organisations and the accounts to sign in with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from allauth.account.models import EmailAddress

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.desk.demo.declaring import Shelf
from certcentre.desk.demo.examining import Bodies


@dataclass(frozen=True)
class Company:
    """An organisation, and the person who registered it."""

    key: str
    name: str
    country: str
    number: str
    size: str
    person: str = ""


PASSWORD = "demo"  # noqa: S105 (printed on purpose)

# the organisations of the accounts
SOMA = Company("soma", "Example Soma Labs", "KE", "PVT-2X4", "micro")
ACCESS = Company("access", "Example Access Audit Oy", "FI", "3141592-6", "small")
MINISTRY = Company("ministry", "Example Ministry of Education", "KE", "MOE-1", "large")


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
    Account("provider2@demo.example", "Otieno Example", "answers what a colleague gives to them"),
    Account("auditor@demo.example", "Aino Example", "accepts and examines"),
    Account("decider@demo.example", "Ravi Example", "decides on what others examined"),
    Account(
        "buyer@demo.example", "Laila Example", "builds and publishes tenders, calls the opening"
    ),
    Account("buyer2@demo.example", "Amadou Example", "opens bids with a colleague"),
)


@dataclass
class Cast:
    """Everybody the other parts of the demo act through."""

    officer: User
    providers: Shelf
    bodies: Bodies
    buyers: list[tuple[Organisation, User]] = field(default_factory=list)


def companies() -> dict[str, list[Company]]:
    """By what they are: providers, bodies, buyers, and new ones that nobody has judged."""
    listed = yaml.safe_load(Path(__file__).with_name("companies.yaml").read_text("utf-8"))
    return {part: [Company(**company) for company in group] for part, group in listed.items()}


def make(*, at: datetime) -> Cast:
    """The centre, and organisations that it verified some years ago; two wait for it."""
    centre, second, provider, colleague, auditor, decider, buyer, opener = map(account, ACCOUNTS)
    then = at - timedelta(days=900)
    home = Organisation.found_centre(
        by=centre, at=then, name="Example Certification Centre", country="CH"
    )
    Membership.grant(user=second, organisation=home, role=Role.OFFICER, by=centre, at=then)
    soma = registered("provider", SOMA, provider, centre, at=then)
    Membership.grant(user=colleague, organisation=soma, role=Role.EDITOR, by=provider, at=then)
    body = registered("auditor", ACCESS, auditor, centre, at=then)
    Membership.grant(user=decider, organisation=body, role=Role.DECIDER, by=auditor, at=then)
    ministry = registered("buyer", MINISTRY, buyer, centre, at=then)
    Membership.grant(user=opener, organisation=ministry, role=Role.EVALUATOR, by=buyer, at=then)
    cast = Cast(centre, {"soma": (soma, provider)}, {"access": (body, auditor, decider)})
    cast.buyers.append((ministry, buyer))
    invite(cast, at=at)
    return cast


def invite(cast: Cast, *, at: datetime) -> None:
    """The other organisations and their people."""
    then, officer, others = at - timedelta(days=900), cast.officer, companies()
    for company in others["providers"]:
        by = person(company)
        cast.providers[company.key] = registered("provider", company, by, officer, at=then), by
    for company in others["bodies"]:
        by, second = person(company), person(company, "Second Example")
        made = registered("auditor", company, by, officer, at=then)
        Membership.grant(user=second, organisation=made, role=Role.DECIDER, by=by, at=then)
        cast.bodies[company.key] = made, by, second
    for company in others["buyers"]:
        by = person(company)
        cast.buyers.append((registered("buyer", company, by, officer, at=then), by))
    for days, company in enumerate(others["new"], 2):
        register("provider", company, person(company), at=at - timedelta(days=days))


def account(one: Account) -> User:
    """Somebody who can sign in at once."""
    return confirmed(User.objects.create_user(one.email, PASSWORD, name=one.name))


def person(company: Company, name: str = "") -> User:
    """Somebody who acts for a company and does not sign in here."""
    address = f"{'second.' if name else ''}{company.key}@people.example"
    return confirmed(User.objects.create_user(address, name=name or company.person))


def confirmed(made: User) -> User:
    """The person, whose address counts as shown to be theirs."""
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def register(kind: str, company: Company, by: User, *, at: datetime) -> Organisation:
    return Organisation.register(
        by=by,
        at=at,
        kind=kind,
        name=company.name,
        country=company.country,
        register_number=company.number,
        website="https://example.org/",
        size=company.size,
    )


def registered(
    kind: str, company: Company, by: User, officer: User, *, at: datetime
) -> Organisation:
    """An organisation that the centre verified the week after."""
    made = register(kind, company, by, at=at)
    made.verify(by=officer, at=at + timedelta(days=6), how="Extract of the business register")
    return made
