"""Tenders: published ones are everybody's, drafts their buyer's."""

from uuid import UUID

from tests.access.table import Row, everyone, only, signed_in
from tests.make.bids import SIGNED

NOWHERE = "TD-2026-999999"
DETAILS = {"title": "Reading", "language": "en", "wording": "eu"}


def draft(world):
    return [world.tender_draft.reference]


def published(world):
    return [world.tender.reference]


def lot(world):
    return [*draft(world), world.tender_draft.lot.pk]


def to_be_told(world):
    """On the list of a draft."""
    return [world.to_be_told.tender.reference, world.to_be_told.pk]


def asked_to_bid(world):
    """The invitation of a provider."""
    return [world.invitee.pk]


def one(world):
    return [*draft(world), world.tender_draft.lot.requirements.first().pk]


def document(world):
    """Filed with a draft."""
    return [*draft(world), world.document.pk]


def public_document(world):
    return [*published(world), world.public_document.pk]


def shortlist(world):
    """Kept when the tender was published."""
    return [*published(world), world.tender.shortlists.get().pk]


def release(world):
    return [world.declaration.release_id]


def revised(world):
    return {"revision": 0, "obligation": "may"}


def known(**codes):
    """A published record: everybody sees it, so who may not act gets 403."""
    return {**signed_in(403), **codes}


def both(name, args, unknown, get=200, post=302, data=None, **more):
    """The page and the step, for the buyer's people alone."""
    return [
        Row(name, only(buyer=get), args, unknown=unknown, **more),
        Row(
            name,
            only(buyer=post),
            args,
            method="post",
            data=data or (lambda world: {}),
            unknown=unknown,
            **more,
        ),
    ]


def pressed(name, args, unknown, post=302, **data):
    return Row(
        name, only(buyer=post), args, method="post", data=lambda world: data, unknown=unknown
    )


def question(world):
    """Asked by the provider, and not answered yet."""
    return [*published(world), world.enquiry.pk]


def answered(world):
    return [*published(world), world.answered.pk]


def called(world):
    """It takes bids here, until it is cancelled."""
    return [world.called.reference]


def bid_lot(world):
    return [*called(world), world.called.lot.pk]


def a_bid(world):
    """A draft of the provider."""
    return [world.bid.pk]


def bid_file(world):
    return [world.bid.pk, world.bid.files.get().pk]


def sealed_file(world):
    """Of a bid in hand, which nobody else reads."""
    return [world.handed_in.pk, world.handed_in.files.get().pk]


def own_words(world):
    return [world.bid.pk, world.called.lot.requirements.first().pk]


def in_hand(world):
    """Another provider's, which nobody else reads."""
    return [world.handed_in.pk]


def published_lot(world):
    return [*published(world), world.tender.lot.pk]


AWARDED = {"supplier": "Example Soma Labs", "bids": "3", "reason": "Best of three"}
LOT = [NOWHERE, 0]
ONE = [NOWHERE, UUID(int=0)]
READER = {**everyone(403), "anonymous": 302}

ROWS: list[Row] = [
    Row("tenders", everyone()),
    Row("tenders", everyone(), query="?state=open&q=reading"),
    Row("tender", everyone(), published, unknown=[NOWHERE]),
    Row("tender", only(buyer=200), draft, unknown=[NOWHERE]),
    Row("tender-file", {**everyone(404)}, lambda w: [*published(w), "docx"]),
    Row("tender-file", only(), lambda w: [*draft(w), "docx"], unknown=[NOWHERE, "docx"]),
    *[
        row
        for door in ("tender-ocds", "tender-record")
        for row in (
            Row(door, everyone(), published, unknown=[NOWHERE]),
            Row(door, only(buyer=200 if door == "tender-ocds" else 404), draft, unknown=[NOWHERE]),
        )
    ],
    Row("data-ocds", everyone()),
    Row("api-tenders", everyone()),
    Row("api-tender", everyone(), published, unknown=[NOWHERE]),
    Row("api-tender", everyone(404), draft, unknown=[NOWHERE]),
    Row("tender-new", {**READER, "buyer": 200}),
    Row("tender-new", {**READER, "buyer": 422}, method="post"),
    *both(
        "tender-details",
        draft,
        [NOWHERE],
        data=lambda world: DETAILS,
    ),
    Row("tender-details", known(buyer=409), published, unknown=[NOWHERE]),
    *both("tender-grounds", draft, [NOWHERE], data=lambda world: {"pick-fraud": "on"}),
    Row("tender-grounds", known(buyer=409), published, unknown=[NOWHERE]),
    *both("tender-second-language", draft, [NOWHERE], data=lambda world: {"language": "fr"}),
    Row("tender-second-language", known(buyer=409), published, unknown=[NOWHERE]),
    Row("tender-invited", only(buyer=200), draft, unknown=[NOWHERE]),
    Row("tender-invited", only(buyer=409), published, method="post", unknown=[NOWHERE]),
    pressed("invitee-remove", to_be_told, [NOWHERE, 0]),
    Row("invitee-decline", only(buyer=403, provider=200, reader=403), asked_to_bid, unknown=[0]),
    *both("tender-discard", draft, [NOWHERE]),
    Row("tender-discard", known(buyer=409), published, unknown=[NOWHERE]),
    *both("tender-publish", draft, [NOWHERE], data=lambda world: {"revision": 2}),
    Row("tender-publish", known(buyer=409), published, unknown=[NOWHERE]),
    *[
        Row(
            name, codes, published, method=method, unknown=[NOWHERE], data=lambda w: {"reason": "x"}
        )
        for name in ("tender-cancel",)
        for method, codes in (("get", known(buyer=200)), ("post", known(buyer=302)))
    ],
    Row("tender-award", everyone(), published, unknown=[NOWHERE]),
    Row("tender-award", only(buyer=200), draft, unknown=[NOWHERE]),
    *[
        Row(name, known(buyer=code), published_lot, method=method, data=data, unknown=LOT)
        for name, method, code, data in (
            ("lot-award", "get", 200, lambda w: {}),
            ("lot-award", "post", 200, lambda w: AWARDED),  # it asks once more
            ("lot-award", "post", 302, lambda w: {**AWARDED, "confirm": "yes"}),
            ("lot-cancel", "get", 200, lambda w: {}),
            ("lot-cancel", "post", 302, lambda w: {"reason": "x"}),
        )
    ],
    Row("lot-award", known(buyer=409), bid_lot, unknown=LOT),
    Row("lot-contract", signed_in(404), published_lot, unknown=LOT),
    Row("bid-exclude", only(provider=403, reader=403), a_bid, unknown=[UUID(int=0)]),
    Row("tender-amend", known(buyer=200), published, unknown=[NOWHERE]),
    Row(
        "tender-amend",
        known(buyer=302),
        published,
        method="post",
        data=lambda w: {"reason": "x"},
        unknown=[NOWHERE],
    ),
    Row("tender-amend", only(buyer=409), draft, unknown=[NOWHERE]),
    *both("tender-export", draft, [NOWHERE], data=lambda world: {"format": "pdf"}),
    Row("tender-export", known(buyer=200), published, unknown=[NOWHERE]),
    Row(
        "tender-file-again",
        known(buyer=409),
        lambda w: [*published(w), "docx"],
        method="post",
        unknown=[NOWHERE, "docx"],
    ),
    Row("tenders-followed", {**signed_in(301)}),  # where the list stands now
    Row("tender-questions", everyone(), published, unknown=[NOWHERE]),
    Row("tender-questions", only(buyer=200), draft, unknown=[NOWHERE]),
    Row("enquiry-ask", known(provider=200, rival=200, reader=200), published, unknown=[NOWHERE]),
    *[
        Row(
            "enquiry-ask",
            known(provider=code, rival=code, reader=code),
            published,
            method="post",
            data=lambda w, data=data: data,
            unknown=[NOWHERE],
        )
        for code, data in (
            (422, {}),
            (200, {"question": "For whom?"}),
            (302, {"question": "For whom?", "send": "1"}),
        )
    ],
    *[
        Row(
            name,
            only(buyer=code, provider=403, officer=403),
            question,
            method=method,
            data=lambda w, data=data: data,
            unknown=ONE,
        )
        for name, data in (
            ("enquiry-answer", {"reply": "Yes."}),
            ("enquiry-decline", {"reason": "No."}),
        )
        for method, code in (("get", 200), ("post", 302))
    ],
    *[
        Row(name, known(buyer=409), answered, unknown=ONE)
        for name in ("enquiry-answer", "enquiry-decline")
    ],
    *[
        Row(
            "enquiry-asker",
            only(buyer=403, provider=403, officer=200),
            question,
            method=method,
            data=lambda w: {"reason": "A complaint."},
            unknown=ONE,
        )
        for method in ("get", "post")
    ],
    Row(
        "tender-bids",
        only(buyer=200, provider=200, rival=200, reader=200),
        called,
        unknown=[NOWHERE],
    ),
    Row("tender-bids", only(buyer=200), published, unknown=[NOWHERE]),
    *[
        Row(name, known(buyer=code), published, method=method, unknown=[NOWHERE])
        for name, method, code in (("bids-bring", "get", 200), ("bids-bring", "post", 422))
    ],
    Row("bids-bring", known(buyer=409), called, unknown=[NOWHERE]),
    Row("bid-start", known(provider=302, rival=302), bid_lot, method="post", unknown=[NOWHERE, 0]),
    Row("bid", only(provider=200, reader=200), a_bid, unknown=[UUID(int=0)]),
    Row("bid", only(), in_hand, unknown=[UUID(int=0)]),
    Row("bid-data", only(), in_hand, unknown=[UUID(int=0)]),
    Row("bid-file", only(provider=200, reader=200), bid_file, unknown=[UUID(int=0), UUID(int=0)]),
    Row("bid-file", only(), sealed_file, unknown=[UUID(int=0), UUID(int=0)]),
    Row(
        "bid-file-remove",
        only(provider=302, reader=403),
        bid_file,
        method="post",
        unknown=[UUID(int=0), UUID(int=0)],
    ),
    Row("bid-form", only(provider=200, reader=200), a_bid, unknown=[UUID(int=0)]),
    *[
        Row(
            name,
            only(provider=code, reader=403),
            a_bid,
            method=method,
            data=lambda w, data=data: data,
            unknown=[UUID(int=0)],
        )
        for name, method, code, data in (
            ("bid-form-file", "get", 200, {}),
            ("bid-form-file", "post", 422, {}),
            ("bid-files", "get", 200, {}),
            ("bid-files", "post", 422, {}),
            ("bid-offer", "get", 200, {}),
            ("bid-offer", "post", 302, {"revision": 1, "price": "7", "currency": "KES"}),
            ("bid-self-declaration", "get", 200, {}),
            ("bid-self-declaration", "post", 302, {"revision": 1, "answer-tax-pay": "clear"}),
            ("bid-hand-in", "get", 200, {}),
            ("bid-hand-in", "post", 302, SIGNED | {"agreed": "on"}),
            ("bid-discard", "get", 200, {}),
            ("bid-discard", "post", 302, {}),
            ("bid-take-back", "get", 409, {}),
        )
    ],
    Row(
        "bid-reply",
        only(provider=302, reader=403),
        own_words,
        method="post",
        data=lambda w: {"revision": 0, "words": "Also on paper."},
        unknown=[UUID(int=0), UUID(int=0)],
    ),
    Row("opening", only(), called, unknown=[NOWHERE]),
    Row("tender-report", only(), lambda w: [*called(w), "docx"], unknown=[NOWHERE, "docx"]),
    Row("lot-letters", only(), lambda w: [*bid_lot(w), "docx"], unknown=[*LOT, "docx"]),
    Row("bid-letter", only(), lambda w: [*in_hand(w), "docx"], unknown=[UUID(int=0), "docx"]),
    *[
        Row(name, only(), bid_lot, unknown=LOT)
        for name in ("lot-compare", "lot-compare-file", "lot-scores", "evaluation-close")
    ],
    Row("lot-consensus", only(), bid_lot, method="post", unknown=LOT),
    Row("evaluation-reopen", only(), bid_lot, unknown=LOT),
    *[
        Row(name, only(), lambda w: [0])
        for name in ("scores-fill", "scores-hand-in", "scores-begin-anew")
    ],
    Row("opening-call", known(buyer=409), called, unknown=[NOWHERE]),
    Row("opening-call", known(buyer=409), called, method="post", unknown=[NOWHERE]),
    Row("opening-open", only(), called, unknown=[NOWHERE]),
    *[
        Row(name, only(), lambda w: [*called(w), 0], unknown=[NOWHERE, 0])
        for name in ("bringing", "bringing-confirm", "bringing-refuse")
    ],
    *both("tender-documents", draft, [NOWHERE], post=422),
    Row("tender-document", only(buyer=200), document, unknown=[NOWHERE, UUID(int=0)]),
    Row(
        "tender-document",
        everyone(200),
        public_document,
        unknown=[NOWHERE, UUID(int=0)],
    ),
    pressed("tender-document-remove", document, [NOWHERE, UUID(int=0)]),
    pressed("lot-add", draft, [NOWHERE], title="Second"),
    *both("lot", lot, LOT, data=lambda world: {"title": "Readers"}),
    *both("award-criteria", lot, LOT, data=lambda world: {"price_kind": "price"}),
    Row("competition", only(buyer=200), lot, unknown=LOT),
    pressed("shortlist-save", lot, LOT),
    Row("shortlist", {**signed_in(404), "buyer": 200}, shortlist, unknown=[NOWHERE, 0]),
    *[
        Row(
            "shortlist-file",
            {**signed_in(404), "buyer": code},
            lambda w, format=format: [*shortlist(w), format],
            unknown=[NOWHERE, 0, format],
        )
        for format, code in (("csv", 200), ("json", 200), ("xml", 404))
    ],
    Row("release-tenders", only(provider=200, reader=200), release, unknown=[UUID(int=0)]),
    pressed("lot-remove", lot, LOT, post=409),
    pressed("requirements-set", lot, LOT, post=422),
    pressed("requirements-reason", lot, LOT, post=422),
    pressed("requirements-move", lot, LOT, post=422),
    pressed("requirements-remove", lot, LOT, post=422),
    pressed("requirements-undo", lot, LOT),
    pressed("lot-share", lot, LOT),
    *[
        row
        for source in ("fact", "profile", "edition", "search", "references", "need")
        for row in both(f"requirements-add-{source}", lot, LOT, post=422)
    ],
    *both(
        "requirements-add-words",
        lot,
        LOT,
        data=lambda world: {"words": "Prints", "obligation": "may"},
    ),
    *both("requirement", one, ONE, data=revised),
    pressed("requirement-move", one, ONE, to="down"),
    pressed("requirement-remove", one, ONE),
]
