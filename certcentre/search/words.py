"""Words as they are looked for: of what is shown and of what is typed, made in one way. Pure.

A word becomes several forms: itself without accents and case, and its stem in each language that
has a file of words. What is typed is compared form by form, so nobody has to say its language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import Stemmer
import yaml
from babel import Locale
from django.conf import settings

FILES = settings.BASE_DIR / "certcentre/search/content"  # words.<language>.yaml
LATIN = "LATIN"
LONGEST = 40  # letters of a word that are compared
MOST_READ = 40_000  # letters of a text
MOST_KEPT = 100  # letters of a text whose words a process keeps

# letters that Unicode does not take apart
LEVELLED = str.maketrans(
    {
        **{"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"},
        **{"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"},
        **dict.fromkeys("’‘ʼ`´", "'"),
    }
)
# marks of accents, and of vowels where they may be left out; vowel signs of India stay
MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u1ab0-\u1aff]"
)
PLAIN = re.compile(r"[a-z]+|[0-9]+")
ELIDED = re.compile(r"\b[a-z]{1,2}'(?=\w)")  # d'écran, l'école; never o'clock of three letters
PAIRED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")


def folded(text: str) -> str:
    """Without case, accents, widths and the like; Arabic letters and all digits levelled."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text[:MOST_READ]).casefold().translate(LEVELLED)
    text = MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(LEVELLED)
    return "".join(map(level_digit, unicodedata.normalize("NFC", text)))


def level_digit(letter: str) -> str:
    value = -1 if letter.isascii() else unicodedata.digit(letter, -1)
    return letter if value < 0 else str(value)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in its order: runs of letters, runs of digits, pairs of signs."""
    return words_of_name(text) if len(text) <= MOST_KEPT else split(text)


@lru_cache(maxsize=50_000)
def words_of_name(text: str) -> tuple[str, ...]:
    """Kept, for names are asked for again and again; a long text would fill the memory."""
    return split(text)


def split(text: str) -> tuple[str, ...]:
    text = ELIDED.sub("", folded(text[:MOST_READ]))
    runs = PLAIN.findall(text) if text.isascii() else list(runs_of(text))
    return tuple(word[:LONGEST] for run in runs for word in parts(run))


def runs_of(text: str) -> Iterator[str]:
    """Letters with their vowel signs, and digits; a change of the one to the other ends a run."""
    run, last = "", ""
    for letter in text:
        kind = sort_of(letter)
        if kind != last and run:
            yield run
            run = ""
        if kind:
            run += letter
        last = kind
    if run:
        yield run


@lru_cache(maxsize=20_000)
def sort_of(letter: str) -> str:
    """`L` for letters and the marks on them, `N` for digits, `P` for signs that stand in pairs."""
    kind = unicodedata.category(letter)[0]
    if kind in "LM" and unicodedata.name(letter, "").startswith(PAIRED):
        return "P"
    return {"L": "L", "M": "L", "N": "N"}.get(kind, "")


def bare(text: str) -> str:
    """Without the signs around it that are of no word."""
    telling = [place for place, letter in enumerate(text) if sort_of(letter)]
    return text[telling[0] : telling[-1] + 1] if telling else ""


def parts(run: str) -> list[str]:
    """A word as it is, or the pairs of signs of a script that writes no spaces."""
    if run.isascii() or sort_of(run[0]) != "P" or len(run) < 3:
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


@cache
def stemmers(script: str) -> list[Any]:
    """Of each language that has a file of words and is written so (`LATIN`)."""
    known = [code for code in files() if stemmer_of(code)]
    return [Stemmer.Stemmer(stemmer_of(code)) for code in known if script_of(code) == script]


def stemmer_of(code: str) -> str:
    """The stemmer of a language, which is called as the language is in English; or nothing."""
    name = Locale("en").languages.get(code, "").lower()
    return name if name in Stemmer.algorithms() else ""


def script_of(code: str) -> str:
    """How Unicode calls the letters that a language names itself with."""
    own = Locale.parse(code).languages.get(code) or "a"
    return script_of_letter(own[0])


def script_of_letter(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def files() -> dict[str, dict[str, Any]]:
    """`words.<language>.yaml` by language: `means` (key: words) and `left_out` (words)."""
    return {
        path.name.split(".")[1]: yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(FILES.glob("words.*.yaml"))
    }


@lru_cache(maxsize=100_000)
def forms(word: str) -> frozenset[str]:
    """The word and its stems."""
    if word.isdigit() or len(word) < 3:
        return frozenset([word])
    least = len(word) / 2  # shorter stems are shared by words that mean something else
    script = LATIN if word.isascii() else script_of_letter(word[0])
    stems = (folded(each.stemWord(word)) for each in stemmers(script))
    return frozenset([word, *(stem for stem in stems if len(stem) > least)])


@lru_cache(maxsize=2_000)
def forms_of(texts: tuple[str, ...]) -> str:
    """The forms of every word of these texts, each once, in one line: what is kept to look in."""
    telling = (word for text in texts for word in words(text) if word not in left_out())
    every = {form for word in telling for form in forms(word)}
    return " ".join(sorted(every))


@cache
def left_out() -> frozenset[str]:
    """Words that say nothing of what is looked for: *the*, *pour*, *con*."""
    every = (line for file in files().values() for line in file.get("left_out", []))
    return frozenset(word for line in every for word in words(line))


Typed = tuple[str, ...]  # the words of a phrase


@cache
def meanings() -> dict[str, list[tuple[Typed, tuple[Typed, ...]]]]:
    """What else things are called: each phrase by a form of its first word, and all that mean it.

    A meaning has a key, the same in every language, so *Mathe* leads to *mathématiques*.
    """
    gathered: dict[str, list[Typed]] = {}
    for file in files().values():
        for key, phrases in file.get("means", {}).items():
            gathered.setdefault(key, []).extend(words(str(phrase)) for phrase in phrases)
    begun: dict[str, list[tuple[Typed, tuple[Typed, ...]]]] = {}
    for phrases in gathered.values():
        alike = tuple(dict.fromkeys(phrases))
        for phrase in alike:
            for form in forms(phrase[0]):
                begun.setdefault(form, []).append((phrase, alike))
    return begun
