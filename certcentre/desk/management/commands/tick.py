"""`manage.py tick`: one round of what timers do, for a crontab."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certcentre.desk.timers import tick


class Command(BaseCommand):
    help = "One round of the timers: notices sent, lost jobs ended. Twice does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        tick(at=timezone.now())
