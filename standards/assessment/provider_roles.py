"""Which of a provider's people prepare, and who publishes in its name."""

from django.utils.translation import gettext

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import NotAllowed


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
