"""Collect the sentences of the interface; a sentence without a translation stays empty."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, but it never guesses a translation from one that looks alike."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
