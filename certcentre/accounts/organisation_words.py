"""What verified organisations are found by."""

from collections.abc import Mapping
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from certcentre.search.fulltext import NAMES, WORDS, WordsIndex
from certcentre.search.models import AT_ONCE, WRITTEN, Texts, Turn, Word, Worded


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
    def put(cls, names: Mapping[UUID, str]) -> None:
        """Write their lines, in the step that verified or corrected them."""
        Turn.take()  # first, as whoever writes other lines does
        texts = {key: Texts([name]) for key, name in names.items()}
        rows = [cls(organisation_id=key, **each.columns) for key, each in texts.items()]
        cls.objects.bulk_create(
            rows,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["organisation"],
            update_fields=WRITTEN,
        )
        Word.keep(texts.values())
