"""Old names of step_page, for the parts that have not moved yet."""

from certcentre.accounts.people import signed_in_user as person
from certcentre.step_page import posted as sent

__all__ = ["person", "sent"]
