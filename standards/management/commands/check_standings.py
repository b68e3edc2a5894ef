"""`manage.py check_standings`: every standing worked out again from its claims."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from standards.assessment.claims import differences
from standards.assessment.standings import Standing


class Command(BaseCommand):
    help = (
        "Works every release's standing out again from its claims and prints each difference. "
        "Ends with 1 when there is one. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for difference in differences(at=timezone.now()):
            count += 1
            self.stdout.write(f"{difference.release}: {difference.words}")
        self.stdout.write(f"{Standing.objects.count()} standings, {count} differences")
        if count:
            sys.exit(1)
