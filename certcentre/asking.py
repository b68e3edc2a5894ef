"""Old names of step_page, for the parts that have not moved yet."""

from certcentre.step_page import Question
from certcentre.step_page import require as must
from certcentre.step_page import step_page as ask
from certcentre.steps import Words

__all__ = ["Question", "Words", "ask", "must"]
