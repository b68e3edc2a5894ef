"""What is found by words: a line for each public record, in the words of all its languages."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from certcentre.search.fulltext import NAMES, WORDS, Holds, Term, WordsIndex
from certcentre.search.words import bare, folded, forms_of, words

AT_ONCE = 500  # lines written in one statement
WRITTEN = ["title", NAMES, WORDS]


class Texts(NamedTuple):
    """What a record is found by."""

    names: Sequence[str]  # its title in each language, and what else it is called
    rest: Sequence[str] = ()

    @property
    def columns(self) -> dict[str, str]:
        names, rest = tuple(self.names), tuple(self.rest)
        title = folded(names[0])[:300] if names else ""
        return {"title": title, NAMES: forms_of(names), WORDS: forms_of((*names, *rest))}


class WordedQuerySet(models.QuerySet[Any]):
    def saying(self, terms: Sequence[Term], column: str = WORDS) -> Self:
        """Those that hold every term."""
        return self.filter(Holds(column, terms))


class Worded(models.Model):
    """A table of lines that are looked in by words."""

    title = models.CharField(max_length=300, db_index=True)  # folded: what is called just so
    names = models.TextField()  # forms of the words of titles, a space between
    words = models.TextField()  # those, and the forms of all other words

    objects = WordedQuerySet.as_manager()

    class Meta:
        abstract = True


class Turn(models.Model):
    """One row: the number of the last change of what the catalogue or an organisation is called.

    It stays locked to the end of the transaction, so whoever reads a number has missed nothing.
    """

    ONLY = 1

    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("turn of the index")

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def take(cls) -> None:
        """The next number."""
        only = cls.objects.filter(pk=cls.ONLY)
        if not only.update(value=F("value") + 1):
            Turn.objects.bulk_create([Turn(pk=cls.ONLY)], ignore_conflicts=True)
            only.update(value=F("value") + 1)

    @classmethod
    def now(cls) -> int:
        return cls.objects.values_list("value", flat=True).first() or 0


class Word(models.Model):
    """A word as somebody wrote it in public, to lead back from one that stands nowhere."""

    word = models.CharField(max_length=40, unique=True)  # folded
    shown = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("word")

    def __str__(self) -> str:
        return self.shown

    @classmethod
    def keep(cls, texts: Iterable[Texts]) -> None:
        """Take in the words of these that are not known yet."""
        spoken: dict[str, str] = {}
        for text in texts:
            for whole in (*text.names, *text.rest):
                for shown in whole.split():
                    parts = words(shown)
                    if len(parts) == 1 and len(parts[0]) > 2 and not parts[0].isdigit():
                        spoken.setdefault(parts[0], bare(shown).lower()[:40])
        rows = [Word(word=word, shown=spoken[word]) for word in sorted(spoken)]
        Word.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


class IndexEntry(Worded):
    """One public record of the catalogue or of tenders."""

    EDITION, CRITERION, NEED, TENDER = "edition", "criterion", "need", "tender"  # kinds

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=141)  # of the record among its kind

    class Meta:
        verbose_name = _("line of the index")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="line_once")]
        indexes = [WordsIndex(fields=[NAMES, WORDS], name="line_words")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @classmethod
    def of(cls, kind: str, key: str, texts: Texts) -> Self:
        return cls(kind=kind, key=key, **texts.columns)

    @classmethod
    def put(cls, kind: str, texts: dict[str, Texts]) -> None:
        """Write the lines of these records, by key; called in the transaction that changed them."""
        Turn.take()  # first, so that two who write wait for each other in one order
        rows = [cls.of(kind, key, each) for key, each in texts.items()]
        cls.objects.bulk_create(
            rows,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=WRITTEN,
        )
        Word.keep(texts.values())

    @classmethod
    def take_out(cls, kind: str, keys: Iterable[str]) -> None:
        """These are no longer public."""
        Turn.take()
        cls.objects.filter(kind=kind, key__in=list(keys)).delete()
