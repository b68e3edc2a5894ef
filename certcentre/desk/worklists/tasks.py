"""How a list of the work page is written where its part has no table of its own yet."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from certcentre.waiting import MOST, NEAR, SOON, Task, until

__all__ = ["MOST", "NEAR", "SOON", "Listing", "Task", "until"]

Listing = Callable[[Any, datetime], list[Task]]
