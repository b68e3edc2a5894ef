"""Translations are compiled where they have changed."""

import gettext

import pytest
from django.core.management import CommandError, call_command

from certcentre.desk.management.commands.compile_messages import compile_messages

WORDS = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Yes"\nmsgstr "Oui"\n'
)


@pytest.fixture
def words(tmp_path, settings):
    """A French file of one word."""
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(WORDS)
    return folder / "django.po"


def test_compiled_words_are_found(words):
    call_command("compile_messages", verbosity=0)
    with words.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Yes") == "Oui"


def test_what_has_not_changed_is_left(words):
    assert len(compile_messages()) == 1
    assert compile_messages() == []


def test_without_translations_all_is_well(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path / "none"]
    assert compile_messages() == []


@pytest.mark.parametrize(
    "broken",
    [
        WORDS + '\nmsgfoo "No"\n',
        WORDS + '\n#, python-format\nmsgid "%(n)s left"\nmsgstr "reste %(m)s"\n',
    ],
)
def test_a_broken_file_is_named(words, broken):
    words.write_text(broken)
    with pytest.raises(CommandError, match=r"django\.po"):
        call_command("compile_messages")
    assert not words.with_suffix(".mo").exists()
