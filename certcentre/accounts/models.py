"""Every model of people and organisations, by name."""

from certcentre.accounts.identity_providers import IdentityProvider, MailDomain
from certcentre.accounts.invitations import Interest, Invitation
from certcentre.accounts.organisation_words import OrganisationWords
from certcentre.accounts.organisations import Membership, Organisation
from certcentre.accounts.outbox import UnsentMail
from certcentre.accounts.people import Role, User
from certcentre.accounts.renaming import NewName

__all__ = [
    "IdentityProvider",
    "Interest",
    "Invitation",
    "MailDomain",
    "Membership",
    "NewName",
    "Organisation",
    "OrganisationWords",
    "Role",
    "UnsentMail",
    "User",
]
