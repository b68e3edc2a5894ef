"""Which of a provider's people prepare, and who publishes in its name."""

from django.db.models import QuerySet
from django.utils.translation import gettext

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import NotAllowed, illegal


def must_sign_for(organisation: Organisation, user: User) -> None:
    """Only a signatory publishes in the organisation's name."""
    if not user.acts_for(organisation, Role.SIGNATORY):
        raise NotAllowed(
            gettext("Only a signatory of %(organisation)s takes this step.")
            % {"organisation": organisation}
        )


def must_edit_for(organisation: Organisation, user: User) -> None:
    if not user.acts_for(organisation, Role.EDITOR):
        raise NotAllowed(gettext("Only an editor of the provider takes this step."))


def must_belong_to(organisation: Organisation, user: User) -> None:
    if not user.acts_for(organisation):
        raise NotAllowed(gettext("Only members of the provider take this step."))


def require_offering(organisation: Organisation, *, by: User) -> None:
    """Only an editor describes what a provider offers, and a closed one offers nothing more."""
    if organisation.kind != Organisation.Kind.PROVIDER:
        raise NotAllowed(gettext("Only a provider offers solutions."))
    must_edit_for(organisation, by)
    if organisation.status == Organisation.Status.CLOSED:
        raise illegal(Organisation, organisation.status)


def offering(user: User) -> QuerySet[Organisation]:
    """Those that `require_offering` lets this person describe solutions for."""
    mine = Organisation.objects.acted_for_by(user, Role.EDITOR)
    return mine.filter(kind=Organisation.Kind.PROVIDER).exclude(status=Organisation.Status.CLOSED)
