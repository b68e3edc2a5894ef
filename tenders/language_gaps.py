"""What the languages of a tender's papers lack: words of the catalogue, or of the buyer."""

from collections.abc import Sequence

from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from standards.catalogue.editions import Criterion
from standards.catalogue.translations import HUMAN
from tenders import paper_languages
from tenders.frozen_body import written
from tenders.lot import Lot
from tenders.notice import Notice
from tenders.voice import Voice
from tenders.warned import Warned, catalogued, refs

NAMED = 5  # own texts that are named
SHORT = 8  # words of each


def own_words(tender: Notice) -> list[str]:
    """The buyer's own texts in its papers, each once, in their order."""
    voice = Voice(tender.language)
    written(tender, voice=voice)
    return list(voice.heard)


def unsaid(tender: Notice, texts: Sequence[str] | None = None) -> list[str]:
    """Those (`texts`, where they are known) that its second language does not say; none where it
    has no second one."""
    if not tender.second_language:
        return []
    known = tender.second_texts
    return [text for text in texts or own_words(tender) if not known.get(text)]


def languages_of(tender: Notice) -> list[str]:
    """The one or two languages of its papers; the first prevails."""
    return [tender.language, *filter(None, [tender.second_language])]


def lacking(tender: Notice, lots: list[Lot]) -> list[Warned]:
    """All that they lack, to be confirmed where a bidder may not understand it."""
    warned = [each for code in languages_of(tender) for each in untranslated(tender, lots, code)]
    warned += own_unsaid(tender)
    return warned + [each for code in languages_of(tender) for each in machine_made(code)]


def without_words(criterion: Criterion, language: str) -> bool:
    """Whether the catalogue does not say it in this language."""
    own = criterion.edition.language == language
    return not own and not criterion.translations.get(language, {}).get("statement")


def untranslated(tender: Notice, lots: list[Lot], language: str) -> list[Warned]:
    """Criteria that the catalogue does not say in a language of the papers."""
    every = catalogued(lots)
    foreign = [(r, criterion) for r, criterion in every if without_words(criterion, language)]
    if not foreign:
        return []
    known = {"n": len(foreign), "of": len(every), "language": paper_languages.name_of(language)}
    asked = refs(r for r, _criterion in foreign)
    if language != tender.language:
        words = gettext(
            "%(n)d of %(of)d from the catalogue have no words in the second language of the papers "
            "(%(language)s), so they stand in it as they are. Have them translated first, or have "
            "no second language."
        )
        return [Warned("untranslated_second", asked, words % known, confirmed=True)]
    read = tender.bid_languages or [language]
    unread = any(criterion.edition.language not in read for _r, criterion in foreign)
    words = gettext(
        "%(n)d of %(of)d from the catalogue have no words in the language of the annex "
        "(%(language)s), so they stand in it as they are. Change its language, or have them "
        "translated first."
    )
    return [Warned("untranslated", asked, words % known, confirmed=unread)]


def own_unsaid(tender: Notice) -> list[Warned]:
    """Own texts that the second language does not say, the first few of them named."""
    texts = unsaid(tender)
    if not texts:
        return []
    named = [f"“{Truncator(' '.join(text.split())).words(SHORT)}”" for text in texts[:NAMED]]
    words = ngettext(
        "%(n)d text of your own is not said in %(language)s, so it stands in its papers as it is: "
        "%(texts)s",
        "%(n)d texts of your own are not said in %(language)s, so they stand in its papers as they "
        "are: %(texts)s",
        len(texts),
    )
    language = paper_languages.name_of(tender.second_language)
    known: dict[str, object] = {"n": len(texts), "language": language}
    more = ["…"] * (len(texts) > NAMED)
    known["texts"] = "; ".join([*named, *more])
    return [Warned("unsaid_second", "", words % known, confirmed=True)]


def machine_made(language: str) -> list[Warned]:
    """The fixed words of the language were made by a machine."""
    if paper_languages.of(language).made_by == HUMAN:
        return []
    words = gettext(
        "A machine made the fixed words of the annex in %(language)s, and nobody has read them. "
        "Have somebody who speaks it read the files before you publish."
    )
    known = {"language": paper_languages.name_of(language)}
    return [Warned("machine_made", "", words % known)]
