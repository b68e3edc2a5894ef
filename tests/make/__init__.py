"""Builders: `make.organisation("provider")`. Each gives a saved record made by the real verbs."""

from tests.make.access import (
    access_request,
    terms,
)
from tests.make.accounts import (
    centre,
    identity_provider,
    invitation,
    member,
    new_name,
    organisation,
    renamed,
    user,
)
from tests.make.application import application, body_terms
from tests.make.assessment import (
    assessment,
    attach,
    criteria,
    declaration,
    declare,
    evidence,
    release,
    signer,
    signer_of,
    solution,
)
from tests.make.attestation import (
    accreditation,
    advance,
    body,
    certificate,
    decide,
    engagement,
    examine,
    graded,
    planned,
)
from tests.make.bids import (
    SIGNED,
    award,
    bid,
    bid_file,
    bids_tender,
    bought,
    closed,
    offered,
    opened,
    scored_tender,
    scores,
)
from tests.make.cases import (
    case,
)
from tests.make.catalogue import (
    catalogue,
    edition,
    fact,
    imported,
    logged_editions,
    mapping,
    need,
    profile,
    rule,
    successor,
)
from tests.make.desk import (
    search,
    told,
)
from tests.make.enquiries import (
    enquiry,
    invited,
)
from tests.make.external import (
    external,
)
from tests.make.jobs import (
    job,
)
from tests.make.log import (
    entries,
    log,
)
from tests.make.once import (
    kept,
    once,
)
from tests.make.registry import (
    browser,
    claim,
    criterion,
    listed,
    stand,
    unsaid,
)
from tests.make.returned import (
    brought,
    came,
    confirm,
    read_returned,
    returned,
)
from tests.make.sheet import (
    filed,
    proven,
    upload,
)
from tests.make.tenders import (
    amended,
    asked_edition,
    awarded,
    document,
    picked,
    picked_group,
    tender,
)
from tests.make.world import (
    world,
)

__all__ = [
    "SIGNED",
    "access_request",
    "accreditation",
    "advance",
    "amended",
    "application",
    "asked_edition",
    "assessment",
    "attach",
    "award",
    "awarded",
    "bid",
    "bid_file",
    "bids_tender",
    "body",
    "body_terms",
    "bought",
    "brought",
    "browser",
    "came",
    "case",
    "catalogue",
    "centre",
    "certificate",
    "claim",
    "closed",
    "confirm",
    "criteria",
    "criterion",
    "decide",
    "declaration",
    "declare",
    "document",
    "edition",
    "engagement",
    "enquiry",
    "entries",
    "evidence",
    "examine",
    "external",
    "fact",
    "filed",
    "graded",
    "identity_provider",
    "imported",
    "invitation",
    "invited",
    "job",
    "kept",
    "listed",
    "log",
    "logged_editions",
    "mapping",
    "member",
    "need",
    "new_name",
    "offered",
    "once",
    "opened",
    "organisation",
    "picked",
    "picked_group",
    "planned",
    "profile",
    "proven",
    "read_returned",
    "release",
    "renamed",
    "returned",
    "rule",
    "scored_tender",
    "scores",
    "search",
    "signer",
    "signer_of",
    "solution",
    "stand",
    "successor",
    "tender",
    "terms",
    "told",
    "unsaid",
    "upload",
    "user",
    "world",
]
