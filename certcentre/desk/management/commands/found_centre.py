"""`manage.py found_centre NAME EMAIL`: the centre and its first officer, once per installation."""

from getpass import getpass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import StepRefused


class Command(BaseCommand):
    help = "Set up the centre and its first officer on a new installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the centre's name")
        parser.add_argument("email", help="address of its first officer")
        parser.add_argument("--country", default="", help="two letters, such as EE")
        parser.add_argument(
            "--ask", action="store_true", help="ask for a password instead of printing an address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["email"].strip().lower()
        try:
            validate_email(address)
            password = getpass("Password of the first officer: ") if options["ask"] else None
            officer = self.found(options["name"], address, options["country"].upper(), password)
        except (StepRefused, ValidationError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{options['name']} is set up; {address} is its officer.")
        if not officer.has_usable_password():
            self.stdout.write("Choose a password at this address, which works once:")
            self.stdout.write(reset_address(officer))

    @transaction.atomic
    def found(self, name: str, address: str, country: str, password: str | None) -> User:
        officer = User.objects.filter(email=address).first()
        if officer is None:
            officer = User.objects.create_user(address, password, name=address.partition("@")[0])
        EmailAddress.objects.update_or_create(
            user=officer, email=address, defaults={"verified": True, "primary": True}
        )
        Organisation.found_centre(by=officer, at=timezone.now(), name=name, country=country)
        return officer


def reset_address(person: User) -> str:
    """Where this person chooses a password, once."""
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": key},
    )
    return f"{settings.BASE_URL}{path}"
