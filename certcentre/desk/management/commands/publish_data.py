"""`manage.py publish_data`: writes the files of open data now, as the timers do every day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certcentre import keys
from certcentre.desk.open_data.publishing import publish


class Command(BaseCommand):
    help = "Writes every data set of /data/, signs the manifest, and takes old sets away."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = publish(at=timezone.now())
        except keys.KeyTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        for each in made.files.all():
            self.stdout.write(f"{each.name}: {each.records} records, {each.size} bytes")
        self.stdout.write(f"Published as {made.stamp}.")
