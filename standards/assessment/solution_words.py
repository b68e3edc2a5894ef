"""What public solutions are found by: a line for each, at the place that its standing has."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from certcentre.search.fulltext import NAMES, WORDS, WordsIndex
from certcentre.search.models import AT_ONCE, WRITTEN, Texts, Word, Worded
from standards.assessment.standings import Standing


class SolutionWords(Worded):
    """Its key is that of the current release's standing, so that a search is a set of places."""

    standing = models.OneToOneField(
        Standing, primary_key=True, on_delete=models.CASCADE, related_name="words"
    )

    class Meta:
        verbose_name = _("words of a solution")
        indexes = [WordsIndex(fields=[NAMES, WORDS], name="solution_words")]

    def __str__(self) -> str:
        return str(self.standing_id)

    @classmethod
    def put(cls, texts: Mapping[int, Texts]) -> None:
        """Write the lines of public solutions, by the places of their current releases."""
        rows = [cls(standing_id=place, **each.columns) for place, each in texts.items()]
        cls.objects.bulk_create(
            rows,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["standing"],
            update_fields=WRITTEN,
        )
        Word.keep(texts.values())

    @classmethod
    def take_out(cls, solutions: Iterable[UUID]) -> None:
        """Of these nothing is found any more, whichever release it was."""
        cls.objects.filter(standing__release__solution__in=list(solutions)).delete()
