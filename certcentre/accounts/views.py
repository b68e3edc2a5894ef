"""Old names of step_page, for the parts that have not moved yet."""

from certcentre.step_page import posted as sent
from certcentre.step_page import signed_in_user as person

__all__ = ["person", "sent"]
