"""Access requests: the buyer's, the provider's, and nobody else's."""

from uuid import UUID

from tests.access.table import Row, only, signed_in

NOWHERE, NUMBER = [UUID(int=0)], "DC-1999-000001"
REASON = {"reason": "Because."}


def asked(world):
    return [world.access_asked.pk]


def granted(world):
    return [world.access.pk]


def declared(world):
    return [world.declaration.number]


def for_buyer(world):
    return [world.declaration.number, world.buyer.pk]


def parties(provider=403, buyer=403, reader=403):
    """Both sides see it; who of them may not act is told so."""
    return only(provider=provider, reader=reader, buyer=buyer)


def page_and_post(name, args, expect, *who, **data):
    """The page of a step, and the step itself, for those who may take it."""
    answers = [expect(**dict.fromkeys(who, code)) for code in (200, 302)]
    return [
        Row(name, answers[0], args, unknown=NOWHERE),
        Row(name, answers[1], args, method="post", data=lambda w: data, unknown=NOWHERE),
    ]


def providing(provider=403):
    """Another buyer asked."""
    return only(provider=provider, reader=403)


ROWS = [
    Row("access-requests", signed_in()),
    Row("access-requests", signed_in(), query="?page=x"),
    Row("access-request", parties(200, 200, 200), granted, unknown=NOWHERE),
    *page_and_post("access-grant", asked, providing, "provider"),
    *page_and_post("access-refuse", asked, providing, "provider", **REASON),
    *page_and_post("access-accept", granted, parties, "buyer"),
    *page_and_post("access-end", granted, parties, "provider", "buyer", **REASON),
    Row("access-renew", parties(buyer=200), granted, unknown=NOWHERE),
    Row("access-renew", parties(buyer=422), granted, method="post", unknown=NOWHERE),
    *page_and_post(
        "access-terms", lambda w: [w.provider.pk], providing, "provider", words="For one purchase."
    ),
    Row("access-ask-for", {**signed_in(), "buyer": 302}, declared, unknown=[NUMBER]),
    *[
        Row("access-ask", only(buyer=code), for_buyer, method=method, unknown=[NUMBER, *NOWHERE])
        for method, code in (("get", 200), ("post", 422))
    ],
]
