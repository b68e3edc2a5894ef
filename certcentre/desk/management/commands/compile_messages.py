"""`manage.py compile_messages`: .po to .mo, before a server or the tests start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certcentre.desk.messages import BadTranslation, compile_messages


class Command(BaseCommand):
    help = "Compile the translations that have changed. Needs no gettext on the machine."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_messages()
        except BadTranslation as bad:
            raise CommandError(str(bad)) from bad
        for path in written:
            self.stdout.write(f"compiled {path}")
