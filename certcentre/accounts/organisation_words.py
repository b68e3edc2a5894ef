"""What organisations are called, were called before, and are found by."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certcentre.search.fulltext import NAMES, WORDS, WordsIndex
from certcentre.search.models import AT_ONCE, WRITTEN, Texts, Turn, Word, Worded
from certcentre.search.query import asked


class EarlierName(NamedTuple):
    """A name that an organisation bore, and the day from which it bore another."""

    name: str
    until: date


class Called(models.Model):
    """What bears a name, and keeps those that it bore since the centre verified it (rule R131).

    The earlier ones stand in its own row, so whoever reads its name has read them too.
    """

    name = models.CharField(_("registered name"), max_length=200)
    earlier_names = models.JSONField(default=list, editable=False)  # the oldest first

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def formerly(self) -> list[EarlierName]:
        """The names that it no longer bears, the latest first."""
        return [
            EarlierName(each["name"], date.fromisoformat(each["until"]))
            for each in reversed(self.earlier_names)
            if each["name"] != self.name
        ]

    @property
    def former_names(self) -> str:
        """The same in one line; empty where it never bore another."""
        return ", ".join(dict.fromkeys(each.name for each in self.formerly))

    @property
    def texts(self) -> Texts:
        """What it is found by."""
        return Texts([self.name, *(each.name for each in self.formerly)])


class OrganisationWords(Worded):
    """A line for each organisation that the centre ever verified; who asks asks its state."""

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="words"
    )

    class Meta:
        verbose_name = _("words of an organisation")
        indexes = [WordsIndex(fields=[NAMES, WORDS], name="organisation_words")]

    def __str__(self) -> str:
        return str(self.organisation_id)

    @classmethod
    def put(cls, organisations: Iterable[Called]) -> None:
        """Write their lines, in the step that verified or renamed them."""
        Turn.take()  # first, as whoever writes other lines does
        texts = {each.pk: each.texts for each in organisations}
        rows = [cls(organisation_id=key, **each.columns) for key, each in texts.items()]
        cls.objects.bulk_create(
            rows,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["organisation"],
            update_fields=WRITTEN,
        )
        Word.keep(texts.values())

    @classmethod
    def called(cls, words: str) -> QuerySet["OrganisationWords"]:
        """The lines of those whose name, now or before, says every one of the words."""
        terms = asked(words).terms
        return cls.objects.saying(terms, NAMES) if terms else cls.objects.none()
