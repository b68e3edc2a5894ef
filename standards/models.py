"""The whole domain on one screen. A model forgotten here would lose its table."""

from standards.assessment.access_request import AccessRequest
from standards.assessment.access_terms import AccessTerms
from standards.assessment.answer_history import FormerAnswer
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence, EvidenceUse, Grant
from standards.assessment.solution_words import SolutionWords
from standards.assessment.solutions import Hold, Release, Solution
from standards.assessment.standings import Clock, Standing
from standards.assessment.teamwork import Assignment, Remark
from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication
from standards.attestation.body_terms import BodyTerms
from standards.attestation.certificates import Certificate, Surveillance
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.portions import Portion
from standards.attestation.rating import Rating, Score
from standards.attestation.sampling import Sample
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import CountryGroup, Fact
from standards.catalogue.imports import Import
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile, Scheme
from standards.catalogue.rules import Rule
from standards.catalogue.standards import Standard
from standards.registry.credentials.paper import Paper
from standards.registry.credentials.store import Credential

__all__ = [
    "AccessRequest",
    "AccessTerms",
    "Accreditation",
    "AccreditationApplication",
    "Answer",
    "Assessment",
    "Assignment",
    "BodyTerms",
    "Certificate",
    "Claim",
    "Clock",
    "CorrectiveAction",
    "CountryGroup",
    "Credential",
    "Criterion",
    "Decision",
    "Declaration",
    "Edition",
    "Engagement",
    "EngagementEdition",
    "Evidence",
    "EvidenceUse",
    "ExternalCertificate",
    "Fact",
    "Finding",
    "FormerAnswer",
    "Grant",
    "Hold",
    "Import",
    "Level",
    "Mapping",
    "Need",
    "Paper",
    "Portion",
    "Profile",
    "Rating",
    "Release",
    "Remark",
    "Rule",
    "Sample",
    "Scheme",
    "Score",
    "Solution",
    "SolutionWords",
    "Standard",
    "Standing",
    "Surveillance",
]
