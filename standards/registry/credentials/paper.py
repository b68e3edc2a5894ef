"""The paper of a certificate: a tagged PDF with its credential attached, made once and stored."""

import hashlib
import json
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certcentre import typesetting
from certcentre.places import marks
from standards.attestation.certificates import Certificate
from standards.registry.credentials.certificate_pdf import qr, words
from standards.registry.credentials.ring_svg import mark
from standards.registry.credentials.store import Credential, in_turn, put_aside
from standards.registry.verify.records import require_as_logged

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "certificate.typ"
STANDARDS = ("ua-1", "a-3a")
AT_ONCE = 4  # in one round of the timers; each takes about half a second
log = logging.getLogger(__name__)


class PaperQuerySet(models.QuerySet["Paper"]):
    def of(self, certificate: Certificate, language: str, *, at: datetime) -> "Paper":
        """The paper in this language: the one that is stored, else made now, outside any
        transaction. Of several who ask at once, all get the same."""
        mine = {"certificate": certificate, "language": language}
        if paper := self.filter(**mine).first():
            return paper
        content = build(certificate, language, at=at)
        digest = hashlib.sha256(content).hexdigest()
        try:
            with transaction.atomic():
                return self.create(**mine, content=content, digest=digest, made_at=at)
        except IntegrityError:
            return self.get(**mine)


class Paper(models.Model):
    """A certificate or verification as it may be printed, in one language; it never changes."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="papers")
    language = models.CharField(max_length=8)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of content, hexadecimal
    made_at = models.DateTimeField()

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "language"], name="paper_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.language}"


def build(certificate: Certificate, language: str, *, at: datetime) -> bytes:
    """The PDF: the same bytes from the same certificate, whenever and however often."""
    require_as_logged(certificate)
    credential = Credential.objects.issue(certificate, at=at)
    with translation.override(language):
        printed = words(certificate, credential)
    inputs = {
        "paper": json.dumps({**printed, **marks(language)}, ensure_ascii=False),
        "credential": bytes(credential.document).decode(),
        "qr": qr(certificate),
        "mark": mark(certificate.assurance),
    }
    made, lacking = typesetting.pdf(TEMPLATE, inputs, standards=STANDARDS)
    if lacking:
        log.warning("the paper of %s is no PDF/A: %s", certificate.number, lacking)
    return made


def make_waiting(*, at: datetime) -> int:
    """One round: the papers that nobody has asked for yet, oldest first; how many were made."""
    languages = [code for code, _name in settings.LANGUAGES]

    def make(certificate: Certificate) -> None:
        for language in languages:
            Paper.objects.of(certificate, language, at=at)

    counted = Certificate.objects.annotate(made=models.Count("papers")).order_by("pk")
    waiting: Any = counted.filter(made__lt=len(languages)).exclude(number__in=put_aside(at=at))
    return in_turn(list(waiting[:AT_ONCE]), make, at=at)
