"""Time stamps (RFC 3161): that a checkpoint existed at a moment, said by somebody else."""

import hashlib
import logging
import urllib.request
from datetime import datetime
from http.client import HTTPException
from pathlib import Path

import rfc3161_client as rfc3161
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings

from certcentre.log.checkpoint import Checkpoint

PATIENCE = 10  # seconds
LONGEST = 64 * 1024  # bytes of an answer
log = logging.getLogger(__name__)


def stamp(newest: Checkpoint, *, at: datetime) -> None:
    """Ask for a stamp once per checkpoint. Whatever was answered is kept as it came.

    An authority that does not answer is asked again at the next turn.
    """
    if not settings.TSA_URL or newest.stamp is not None:
        return
    request = rfc3161.TimestampRequestBuilder().data(newest.note.encode())
    request = request.hash_algorithm(rfc3161.HashAlgorithm.SHA256)
    asked = request.build()
    try:
        answer = post(asked.as_bytes())
    except (OSError, HTTPException) as error:
        log.warning("%s was not stamped: %s", newest, error)
        return
    trouble = wrong(answer, newest.note.encode(), nonce=asked.nonce)
    if trouble:
        log.warning("the stamp of %s is kept, but %s", newest, trouble)
    mine = Checkpoint.objects.filter(pk=newest.pk, stamp=None)
    mine.update(stamp=answer, stamped_at=at, stamp_trouble=trouble)


def post(query: bytes) -> bytes:
    asked = urllib.request.Request(  # noqa: S310 (the settings allow http and https alone)
        settings.TSA_URL,
        data=query,
        headers={"Content-Type": "application/timestamp-query"},
        method="POST",
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
        stamp: bytes = answer.read(LONGEST)
    return stamp


def wrong(answer: bytes, note: bytes, *, nonce: int | None = None) -> str:
    """Why it is no good stamp of this checkpoint; "" when it is one.

    Signature and certificates are checked where TSA_ROOTS names the authority's roots.
    """
    try:
        response = rfc3161.decode_timestamp_response(answer)
        if response.status not in (rfc3161.PKIStatus.GRANTED, rfc3161.PKIStatus.GRANTED_WITH_MODS):
            return f"the authority refused: {' '.join(response.status_string) or response.status}"
        info = response.tst_info
        if info.message_imprint.message != hashlib.sha256(note).digest():
            return "it is about something else"
        if nonce is not None and info.nonce != nonce:
            return "it answers another request"
        if settings.TSA_ROOTS:
            verifier = rfc3161.VerifierBuilder(nonce=nonce)
            for root in load_pem_x509_certificates(Path(settings.TSA_ROOTS).read_bytes()):
                verifier = verifier.add_root_certificate(root)
            verifier.build().verify_message(response, note)
    except rfc3161.VerificationError as error:
        return f"its signature does not hold: {error}"
    except (ValueError, OSError) as error:
        return f"it could not be read: {error}"
    return ""


def moment(answer: bytes) -> datetime | None:
    """When the authority says it saw the checkpoint; None where that cannot be read."""
    try:
        return rfc3161.decode_timestamp_response(answer).tst_info.gen_time
    except ValueError:
        return None
