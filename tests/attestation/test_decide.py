"""Granting and refusing: who may, what must hold, and what it writes."""

from standards.assessment import claims
from tests import make


def test_a_complete_examination_yields_a_certificate_at_al4(db, at):
    found = make.certificate()
    assert found.complete
    standing = claims.effective([found.release_id], at=at)[found.release_id]
    assert {claim.assurance for claim in standing.values()} == {4}
