"""Each record with a lifecycle, in each state: who may do what, on which page it is offered."""

from standards.attestation.findings import Finding
from tests.abilities import accounts, attestation

CASES = (*accounts.CASES, *attestation.CASES)
# records whose verbs begin with the same verb of the record they belong to, which is a case
ASKED_BY_ANOTHER = {Finding}
