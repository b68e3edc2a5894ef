"""The two status lists: made from how things stand at the moment they are asked for."""

from datetime import UTC, datetime, timedelta

from certcentre import keys
from certcentre.keys import Purpose
from standards.registry import bitstring, credential, did, proof
from standards.registry.credential import REVOCATION, SUSPENSION
from standards.registry.issued import FILL, Credential, place

WINDOW = timedelta(minutes=5)  # within it, the same state gives the same bytes
LASTS = timedelta(minutes=15)


def exists(number: int) -> bool:
    """Lists come in pairs; the first pair is always there."""
    return 1 <= number <= 2 * (Credential.objects.count() // FILL + 1)


def purpose_of(number: int) -> str:
    return REVOCATION if number % 2 else SUSPENSION


def signed_list(number: int, *, at: datetime) -> bytes:
    """The list as of `at`, signed. A suspension stands in it from the next request on."""
    purpose, block = purpose_of(number), (number - 1) // 2
    found = Credential.objects.filter(block=block)
    raised = found.out_of_force() if purpose == REVOCATION else found.suspended()
    since = window(at)
    here, key = place(), keys.active(Purpose.CREDENTIALS)
    bare = credential.status_list(
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
