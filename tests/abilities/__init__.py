"""Each record with a lifecycle, in each state: who may do what, on which page it is offered."""

from standards.assessment.answers import Answer
from standards.attestation.findings import Finding
from tenders.last_step import LastStep
from tenders.models import Requirement
from tests.abilities import (
    accounts,
    assessment,
    attestation,
    by_two,
    catalogue,
    desk,
    evaluating,
    tenders,
)

CASES = tuple(
    case
    for part in (accounts, assessment, attestation, catalogue, tenders, evaluating, by_two, desk)
    for case in part.CASES
)
# records whose verbs begin with the same verb of the record they belong to, which is a case
ASKED_BY_ANOTHER = {Answer, Finding, LastStep, Requirement}
