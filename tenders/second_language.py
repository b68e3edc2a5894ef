"""The second language of a tender's papers, and the buyer's own words in it (rule R137)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict, NotReady
from certcentre.plain_text import plain
from tenders import paper_languages
from tenders.requirements import LONGEST
from tenders.tender import Tender


def say(
    tender: Tender,
    language: str,
    words: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    seen: str = "",
) -> None:
    """Have the papers in a second language too, with `words` in it by the text that they say. An
    empty language: in none; what was said in one before is kept, in case it comes back.

    `seen` is the draft's `second_print` when the change was begun; Conflict, with what is stored,
    when somebody changed it since.
    """
    if language and language not in paper_languages.LANGUAGES:
        raise NotReady(gettext("No papers are made in this language. Choose one of the list."))
    tender.require_two_languages(tender.language, language)
    kept = {text: plain(each).strip() for text, each in words.items() if each.strip()}
    if any(len(each) > LONGEST for each in kept.values()):
        most = gettext("A text has at most %(most)d letters in the second language too.")
        raise NotReady(most % {"most": LONGEST})
    with tender.edited(by=by, at=at):
        stored = Tender.objects.get(pk=tender.pk)
        every = {**stored.second_words, language: kept} if language else stored.second_words
        same = (stored.second_language, stored.second_words) == (language, every)
        if seen and seen != stored.second_print and not same:
            raise Conflict(stored)
        Tender.objects.filter(pk=tender.pk).update(second_language=language, second_words=every)
    tender.refresh_from_db()


def take(tender: Tender, given: object, *, by: User, at: datetime) -> None:
    """What a file of a tender says in a second language, as `voice.as_data` has it; NotReady where
    it cannot be taken."""
    if not isinstance(given, dict):
        return
    pairs, words = given.get("words"), dict[str, str]()
    for each in pairs if isinstance(pairs, list) else ():
        if not isinstance(each, dict):
            continue
        text, says = plain(str(each.get("text", ""))), str(each.get("says", ""))
        words[text] = says
    say(tender, str(given.get("language", "")), words, by=by, at=at)


def copy(earlier: Tender, into: Tender) -> None:
    """Take over the second language of another tender with its words; the draft is held."""
    taken = {"second_language": earlier.second_language, "second_words": earlier.second_words}
    if into.language == earlier.language:
        Tender.objects.filter(pk=into.pk).update(**taken)
        into.refresh_from_db(fields=list(taken))
