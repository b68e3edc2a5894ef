"""External certificates, filed by an editor of the provider."""

import itertools
from datetime import date

from standards.attestation.external import ExternalCertificate
from standards.models import Scheme
from tests.make.again import again
from tests.make.assessment import criteria as some_criteria
from tests.make.assessment import declaration, signer
from tests.make.attestation import officer as an_officer
from tests.make.moment import AT

count = itertools.count(1)


@again
def external(
    organisation=None, *, status="filed", imports_as=4, release=None, chosen=None, **words
):
    """About a declared release of three criteria (`.declared`); the scheme supports two."""
    criteria = some_criteria(3)
    if release is None:
        declared = declaration(organisation=organisation, criteria=criteria)
        release = declared.release
    chosen = criteria[:2] if chosen is None else chosen
    known = [one for one in Scheme.objects.all() if chosen[0].key in one.supports]
    scheme = (
        known[0]
        if known
        else Scheme.objects.create(
            key=f"example-{next(count)}",
            name="Example scheme",
            operator="Example Operator",
            validity="36 months",
            imports_as=imports_as,
            supports=[one.key for one in criteria[:2]],
        )
    )
    made = ExternalCertificate.file(
        release,
        scheme,
        criteria=chosen,
        by=signer(release.solution.organisation),
        at=AT,
        **{
            "issuer": "Example Certifier",
            "their_number": "IS 1",
            "scope": "The reader and its servers.",
            "exclusions": "The teacher’s phone app.",
            "valid_from": date(2026, 1, 1),
            "valid_until": date(2027, 6, 30),
            **words,
        },
    )
    made.declared = criteria
    if status != "filed":
        officer = an_officer()
        if status == "refused":
            made.refuse(reason="Another product.", by=officer, at=AT)
        else:
            made.record(seen="Looked it up.", by=officer, at=AT)
        if status == "ended":
            made.end(reason="Withdrawn by its issuer.", by=officer, at=AT)
    return made
