"""`manage.py reset_second_step EMAIL`: for somebody whose phone, keys and codes are all gone."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, override

from certcentre.accounts.models import User


class Command(BaseCommand):
    help = "Take away a person's second step of signing in, and write to them that you did."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["email"].strip().lower()
        person = User.objects.filter(email=address).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {address}. Nothing was changed.")
        steps = Authenticator.objects.filter(user=person)
        if not steps.exists():
            raise CommandError(f"{address} has no second step. Nothing was changed.")
        steps.delete()
        with override(person.language):
            send_mail(
                gettext("Your second step was taken away"),
                gettext(
                    "The operator took away the second step of signing in to your account: app, "
                    "passkeys and codes. Was it not you who asked? Then choose a new password at "
                    "once, and tell the centre."
                ),
                settings.DEFAULT_FROM_EMAIL,
                [person.email],
            )
        self.stdout.write(f"{address} signs in with a password alone, until it is set up again.")
