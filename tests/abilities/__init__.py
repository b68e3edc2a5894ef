"""Each record with a lifecycle, in each state: who may do what, on which page it is offered."""

from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.attestation.findings import Finding
from tenders.models import Lot, Requirement, Tender
from tests.abilities import accounts, attestation

CASES = (*accounts.CASES, *attestation.CASES)
# records whose verbs begin with the same verb of the record they belong to, which is a case
ASKED_BY_ANOTHER = {Answer, Finding, Lot, Requirement}
TO_COME = {Assessment, Declaration, Evidence, Release, Solution, Tender}
