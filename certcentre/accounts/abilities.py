"""What waits for anybody: letters to their address, and the verification of organisations."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import (
    IdentityProvider,
    Invitation,
    Membership,
    NewName,
    Organisation,
    Role,
    User,
)
from certcentre.worklist import Task, Waiting, until

Kind, Status = Organisation.Kind, Organisation.Status


def letters(user: User, at: datetime) -> QuerySet[Invitation]:
    """Letters to an address that is shown to be theirs."""
    theirs = EmailAddress.objects.filter(user=user, verified=True).values("email")
    waiting = Invitation.objects.open(at=at).filter(email__in=theirs, email=user.email)
    return waiting.select_related("organisation")


def accept_letter(letter: Invitation, at: datetime) -> Task:
    return Task(
        _("Join %(name)s") % {"name": letter.organisation},
        letter.get_absolute_url(),
        _("You are invited since %(date)s.") % {"date": date_format(letter.invited_at)},
        **until(letter.expires_at.date(), at),
    )


def stopped(user: User, at: datetime) -> QuerySet[Organisation]:
    """Organisations that the centre could not verify, or has suspended."""
    managed = Organisation.objects.acted_for_by(user, Role.MANAGER)
    return managed.filter(status__in=(Status.REFUSED, Status.SUSPENDED))


def look_at(organisation: Organisation, at: datetime) -> Task:
    return Task(
        _("Look at what the centre says of %(name)s") % {"name": organisation.name},
        organisation.get_absolute_url(),
        _("Correct the details, then write to the centre."),
        organisation.get_status_display(),
        "bad",
    )


def to_verify(user: User, at: datetime) -> QuerySet[Organisation]:
    """Registered and not judged, the longest waiting first; never one's own."""
    own = Membership.objects.recently_of(user, at=at).values("organisation")
    return Organisation.objects.waiting().exclude(pk__in=own)


def verify(organisation: Organisation, at: datetime) -> Task:
    return Task(
        _("Verify %(name)s") % {"name": organisation.name},
        organisation.get_absolute_url(),
        _("%(kind)s, registered on %(date)s.")
        % {
            "kind": organisation.get_kind_display(),
            "date": date_format(organisation.created_at),
        },
        _("New"),
        "accent",
    )


def to_confirm(user: User, at: datetime) -> QuerySet[IdentityProvider]:
    """Domains that nobody has looked at; never of one's own organisation."""
    own = Membership.objects.recently_of(user, at=at).values("organisation")
    return IdentityProvider.objects.to_confirm().exclude(organisation__in=own)


def confirm_domains(provider: IdentityProvider, at: datetime) -> Task:
    return Task(
        _("Confirm the domains of %(name)s") % {"name": provider.organisation},
        provider.organisation.get_absolute_url(),
        _("Named on %(date)s for its own sign-in.") % {"date": date_format(provider.changed_at)},
        _("New"),
        "accent",
    )


def to_rename(user: User, at: datetime) -> QuerySet[NewName]:
    return NewName.objects.judgeable_by(user, at=at)


def rename(new_name: NewName, at: datetime) -> Task:
    return Task(
        _("Look at the new name of %(name)s") % {"name": new_name.organisation},
        new_name.organisation.get_absolute_url(),
        _("“%(name)s”, asked for on %(date)s.")
        % {"name": new_name.name, "date": date_format(new_name.asked_at)},
        _("New"),
        "accent",
    )


def name_asked(user: User, at: datetime) -> QuerySet[NewName]:
    managed = Organisation.objects.acted_for_by(user, Role.MANAGER).exclude(status=Status.CLOSED)
    return NewName.objects.filter(organisation__in=managed).select_related("organisation")


def name_with_the_centre(new_name: NewName, at: datetime) -> Task:
    return Task(
        _("The centre looks at the new name of %(name)s") % {"name": new_name.organisation},
        new_name.organisation.get_absolute_url(),
        _("“%(name)s”, asked for on %(date)s.")
        % {"name": new_name.name, "date": date_format(new_name.asked_at)},
        _("With the centre"),
    )


def registered(user: User, at: datetime) -> QuerySet[Organisation]:
    return Organisation.objects.acted_for_by(user).filter(status=Status.REGISTERED)


def with_the_centre(organisation: Organisation, at: datetime) -> Task:
    return Task(
        _("The centre verifies %(name)s") % {"name": organisation.name},
        organisation.get_absolute_url(),
        _("You can prepare everything meanwhile."),
        _("With the centre"),
    )


OWN = {"organisation": "pk"}
OF_NAME = {"organisation": "organisation", "newname": "pk"}
WAITING = (
    Waiting("invitation.accept", "", (), letters, accept_letter, anybody=True),
    Waiting("organisation.look", "", (Role.MANAGER,), stopped, look_at, OWN),
    Waiting("organisation.verify", Kind.CENTRE, (Role.OFFICER,), to_verify, verify, OWN),
    Waiting(
        "identityprovider.confirm",
        Kind.CENTRE,
        (Role.OFFICER,),
        to_confirm,
        confirm_domains,
        {"organisation": "organisation", "identityprovider": "pk"},
    ),
    Waiting("newname.rename", Kind.CENTRE, (Role.OFFICER,), to_rename, rename, OF_NAME),
    Waiting(
        "newname.asked", "", (Role.MANAGER,), name_asked, name_with_the_centre, OF_NAME, turn=False
    ),
    Waiting("organisation.registered", "", (), registered, with_the_centre, OWN, turn=False),
)
