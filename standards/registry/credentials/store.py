"""Credentials as issued: built once, stored, never rebuilt."""

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certcentre import keys
from certcentre.accounts.models import Organisation
from certcentre.keys import KeyTrouble, Purpose
from certcentre.log.models import stored
from standards.assessment.declarations import Declaration
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Criterion
from standards.registry.credentials import bitstring, did, document, proof
from standards.registry.credentials.document import REVOCATION, SUSPENSION, Evidence, Frame, Place
from standards.registry.verify.records import require_as_logged

FILL = bitstring.LENGTH // 2  # a block is left half empty, so that a random place is soon found
TRIES = 50
AT_ONCE = 200  # in one round of the timers
WINDOW = timedelta(minutes=5)  # within it, the same state gives the same bytes
LASTS = timedelta(minutes=15)
ASIDE = "aside-until"  # in the cache: by its number, when what could not be made is tried again
ASIDE_FOR = timedelta(hours=1)
FAULTS_OF_NONE = (DatabaseError, OSError, KeyTrouble)  # the next would meet the same
log = logging.getLogger(__name__)


class CredentialQuerySet(models.QuerySet["Credential"]):
    def issue(self, subject: Certificate | Declaration, *, at: datetime) -> "Credential":
        """The credential of a certificate or declaration: the one that is stored, else made now.

        Of many who ask at once, all get the same: one row per subject, and who comes second reads.
        """
        of = owner(subject)
        for _try in range(TRIES):
            if credential := self.filter(**of).first():
                return credential
            require_as_logged(subject)
            made = build(subject, free_place(), at=at)
            try:
                with transaction.atomic():
                    made.save(force_insert=True)
            except IntegrityError:
                continue  # somebody was faster, or took the place in the list
            return made
        raise RuntimeError(f"No place in the status lists was found for {subject}.")

    def out_of_force(self) -> "CredentialQuerySet":
        """Taken back or replaced, for good: those that the revocation list names."""
        gone = (Certificate.Status.WITHDRAWN, Certificate.Status.SUPERSEDED)
        newer = Declaration.objects.later(
            OuterRef("declaration__release"), OuterRef("declaration__declared_at")
        )
        return self.filter(
            Q(certificate__status__in=gone)
            | Q(certificate__in=logged(*gone))
            | Q(declaration__withdrawn_at__isnull=False)
            | Q(Exists(newer), declaration__isnull=False)
        )

    def suspended(self) -> "CredentialQuerySet":
        """Out of force for a time, by the record or by the log."""
        state = Certificate.Status.SUSPENDED
        return self.filter(Q(certificate__status=state) | Q(certificate__in=logged(state)))


def logged(*states: str) -> QuerySet[Any, Any]:
    return Certificate.objects.logged_as(*states).values("pk")


class Credential(models.Model):
    """A certificate, verification or declaration as signed for machines; it never changes."""

    number = models.CharField(max_length=16, unique=True)
    certificate = models.OneToOneField(
        Certificate, null=True, on_delete=models.PROTECT, related_name="credential"
    )
    declaration = models.OneToOneField(
        Declaration, null=True, on_delete=models.PROTECT, related_name="credential"
    )
    document = models.BinaryField()  # JSON with its proof, as served
    token = models.TextField()  # the same payload as application/vc+jwt
    digest = models.CharField(max_length=64)  # SHA-256 of document, hexadecimal
    key = models.CharField(max_length=64)  # id of the key that signed it
    block = models.PositiveIntegerField()  # which pair of status lists
    index = models.PositiveIntegerField()  # its place in them; never given twice
    issued_at = models.DateTimeField()

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        constraints = [
            models.UniqueConstraint(fields=["block", "index"], name="credential_place_once"),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True) ^ Q(declaration__isnull=True),
                name="credential_of_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_as_signed(self, public: bytes | None) -> bool:
        """Whether document and token are what this key has signed."""
        content = stored(self.document)
        try:
            signed = json.loads(content)
            good = hashlib.sha256(content).hexdigest() == self.digest and public is not None
            return (
                good
                and proof.holds(signed, signed["proof"], public or b"")
                and (proof.token_holds(self.token, public or b""))
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return False

    @property
    def etag(self) -> str:
        return f'"{self.digest[:32]}"'


def owner(subject: Certificate | Declaration) -> dict[str, Any]:
    name = "certificate" if isinstance(subject, Certificate) else "declaration"
    return {name: subject}


def place() -> Place:
    """This register, as it signs today."""
    centre = Organisation.objects.centre()
    base = settings.BASE_URL
    return Place(base, did.of_portal(base), centre.name if centre else "")


def free_place() -> tuple[int, int]:
    """A block that is not full, and a random place in it; if somebody has it, try again."""
    return Credential.objects.count() // FILL, secrets.randbelow(bitstring.LENGTH)


def build(
    subject: Certificate | Declaration, status: tuple[int, int], *, at: datetime
) -> Credential:
    """Sign what the subject states. Not saved yet."""
    here, key = place(), keys.active(Purpose.CREDENTIALS)
    with translation.override("en"):  # as the editions are written
        bare = (
            of_certificate(subject, here, status)
            if isinstance(subject, Certificate)
            else of_declaration(subject, here, status)
        )
    method = did.method(here.did, key)
    document = proof.written(proof.signed(bare, sign=key.sign, method=method, at=at))
    block, index = status
    return Credential(
        **owner(subject),
        number=subject.number,
        document=document,
        token=proof.enveloped(bare, sign=key.sign, method=method),
        digest=hashlib.sha256(document).hexdigest(),
        key=key.id,
        block=block,
        index=index,
        issued_at=at,
    )


def of_certificate(found: Certificate, here: Place, status: tuple[int, int]) -> dict[str, Any]:
    facts = found.facts
    frame = Frame(here, found.number, found.issued_at, found.valid_until, status)
    content = Declaration.objects.get(number=facts["declaration"]).content
    answers = {answer["criterion"]: answer for answer in content["answers"]}
    filed = evidence_in(content)
    named = criteria_by_key(fact["key"] for fact in facts["criteria"])
    stated = [
        document.Criterion(
            edition=facts["edition"]["key"],
            edition_name=facts["edition"]["name"],
            ref=fact["ref"],
            title=fact["title"],
            domain=named[fact["key"]].domain,
            result=fact["result"],
            conforms=None if fact["result"] == "not_applicable" else True,
            methods=tuple(fact["methods"]),
            reason=fact["reason"],
            evidence=rested_on(answers.get(fact["key"]), filed),
        )
        for fact in facts["criteria"]
    ]
    return document.certificate(frame, facts, stated, title=found.title, complete=found.complete)


def of_declaration(found: Declaration, here: Place, status: tuple[int, int]) -> dict[str, Any]:
    content = found.content
    frame = Frame(here, found.number, found.declared_at, found.valid_until, status)
    filed = evidence_in(content)
    named = criteria_by_key(answer["criterion"] for answer in content["answers"])
    stated = [
        document.Criterion(
            edition=criterion.edition.key,
            edition_name=criterion.edition.name,
            ref=criterion.ref,
            title=criterion.title,
            domain=criterion.domain,
            result=answer["value"],
            conforms=None if answer["value"] == "not_applicable" else answer["value"] == "met",
            reason=answer["reason"],
            evidence=rested_on(answer, filed),
        )
        for answer in content["answers"]
        if (criterion := named[answer["criterion"]])
    ]
    return document.declaration(frame, content, stated, digest=found.digest)


def criteria_by_key(wanted: Iterable[str]) -> dict[str, Criterion]:
    criteria = Criterion.objects.filter(key__in=list(wanted)).select_related("edition")
    return {criterion.key: criterion for criterion in criteria}


def evidence_in(content: dict[str, Any]) -> dict[str, Evidence]:
    """The pieces that a declaration names, by their id."""
    return {
        piece["id"]: Evidence(piece["id"], piece["title"], piece["digest"])
        for piece in content["evidence"]
    }


def rested_on(answer: dict[str, Any] | None, filed: dict[str, Evidence]) -> tuple[Evidence, ...]:
    return tuple(filed[id] for id in (answer or {}).get("evidence", []))


def waiting(*, at: datetime) -> list[Certificate | Declaration]:
    """What is concluded and not yet issued, oldest first: certificates, and public declarations."""
    aside = put_aside(at=at)
    certificates = Certificate.objects.filter(credential=None).exclude(number__in=aside)
    declared = Declaration.objects.public().filter(credential=None).exclude(number__in=aside)
    return [*certificates.order_by("pk")[:AT_ONCE], *declared.order_by("pk")[:AT_ONCE]]


def put_aside(*, at: datetime) -> dict[str, datetime]:
    """What could not be made within the hour, so that the others have their turn: by its number,
    the end of its own hour."""
    ends: dict[str, datetime] = cache.get(ASIDE, {})
    return {number: until for number, until in ends.items() if at < until}


Subject = TypeVar("Subject", Certificate, Certificate | Declaration)


def in_turn(subjects: list[Subject], make: Callable[[Subject], object], *, at: datetime) -> int:
    """Make something of each; how many there were. What the log contradicts, or what cannot be
    made for a reason of its own, is told and put aside."""
    for subject in subjects:
        try:
            make(subject)
        except FAULTS_OF_NONE:
            raise
        except Exception as error:
            log.error("%s was put aside for an hour: %s", subject.number, type(error).__name__)
            ends = put_aside(at=at) | {subject.number: at + ASIDE_FOR}
            cache.set(ASIDE, ends, ASIDE_FOR.total_seconds())
    return len(subjects)


def issue_waiting(*, at: datetime) -> int:
    """One round: issue what waits. Twice does no harm."""
    return in_turn(waiting(at=at), lambda subject: Credential.objects.issue(subject, at=at), at=at)


def exists(number: int) -> bool:
    """Lists come in pairs; the first pair is always there."""
    return 1 <= number <= 2 * (Credential.objects.count() // FILL + 1)


def purpose_of(number: int) -> str:
    return REVOCATION if number % 2 else SUSPENSION


def signed_list(number: int, *, at: datetime) -> bytes:
    """The list as of `at`, signed. A suspension stands in it from the next request on."""
    purpose, block = purpose_of(number), (number - 1) // 2
    credentials = Credential.objects.filter(block=block)
    raised = credentials.out_of_force() if purpose == REVOCATION else credentials.suspended()
    since = window(at)
    here, key = place(), keys.active(Purpose.CREDENTIALS)
    bare = document.status_list(
        here,
        number=number,
        purpose=purpose,
        encoded=bitstring.encoded(raised.values_list("index", flat=True)),
        since=since,
        until=since + LASTS,
    )
    method = did.method(here.did, key)
    return proof.written(proof.signed(bare, sign=key.sign, method=method, at=since))


def window(at: datetime) -> datetime:
    """The last full five minutes."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(WINDOW.total_seconds()), UTC)
