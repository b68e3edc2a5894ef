"""`manage.py keys new|retire|list`: the keys that sign certificates and log checkpoints."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certcentre import keys
from certcentre.keys import Key, KeyTrouble, Purpose


class Command(BaseCommand):
    help = "Make, retire and list signing keys. Private halves never leave DATA_DIR/keys."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        new = acts.add_parser("new", help="make a key that signs from now on")
        new.add_argument(
            "--purpose", choices=[*Purpose], default=Purpose.CREDENTIALS, help="what it signs"
        )
        retire = acts.add_parser("retire", help="sign nothing more with a key; it still verifies")
        retire.add_argument("key", help="its id, from `keys list`")
        retire.add_argument(
            "--compromised",
            action="store_true",
            help="somebody else may hold it: nothing that it signed verifies any more",
        )
        acts.add_parser("list", help="every key, oldest first")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["act"])(options)
        except KeyTrouble as trouble:
            raise CommandError(str(trouble)) from trouble

    def new(self, options: dict[str, Any]) -> None:
        key = keys.new(Purpose(options["purpose"]), at=timezone.now())
        self.stdout.write(f"Key {key.id} signs {key.purpose} from now on: {key.multikey}")

    def retire(self, options: dict[str, Any]) -> None:
        key = keys.retire(options["key"], at=timezone.now(), compromised=options["compromised"])
        kept = "verifies no more" if key.compromised else "still verifies"
        self.stdout.write(f"Key {key.id} signs nothing more. What it signed {kept}.")
        if keys.newest(key.purpose) is None:
            self.stdout.write(f"A new key for {key.purpose} is made when one is next needed.")

    def list(self, options: dict[str, Any]) -> None:
        for key in keys.listed():
            self.stdout.write(
                f"{key.id}  {key.purpose:<11}  {state(key):<11}  {key.made:%Y-%m-%d}  "
                f"{key.multikey}"
            )


def state(key: Key) -> str:
    if key.compromised:
        return "compromised"
    if key.retired:
        return "retired"
    return "signs" if key == keys.newest(key.purpose) else "active"
