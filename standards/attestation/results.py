"""What an examination may find on one criterion, and how it may look."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Result(models.TextChoices):
    """What the auditor found on one criterion."""

    NOT_EXAMINED = "not_examined", _("Not examined")
    CONFORMING = "conforming", _("Conforming")
    NOT_APPLICABLE = "not_applicable", _("Not applicable, confirmed")
    OBSERVATION = "observation", _("Observation")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")

    @property
    def conforms(self) -> bool:
        """An observation conforms (rule R31)."""
        return self in (Result.CONFORMING, Result.OBSERVATION)

    @property
    def nonconforming(self) -> bool:
        return self in NONCONFORMING

    @property
    def needs_words(self) -> bool:
        """Whether the reader must be told what was seen."""
        return self not in (Result.NOT_EXAMINED, Result.CONFORMING)


NONCONFORMING = (Result.MINOR, Result.MAJOR)


class Method(models.TextChoices):
    """How the auditor looked."""

    DOCUMENT = "document", _("Document")
    INTERVIEW = "interview", _("Interview")
    TEST = "test", _("Test")
    OBSERVATION = "observation", _("Observation")
