"""Organisations, their people and letters."""

from uuid import UUID

from tests.access.table import Row, everyone, only, signed_in

NO_ONE = UUID(int=0)
NOWHERE = [NO_ONE]


def mine(world):
    return [world.provider.pk]


def manager(code=200):
    """Its manager; its other people and the centre see it, but may not act."""
    return only(provider=code, reader=403, officer=403)


def officer(code=200):
    """The centre; its own people see it, but may not judge it."""
    return only(officer=code, provider=403, reader=403)


def letter(world):
    return [world.invitation.token]


ROWS = [
    Row("organisations", signed_in()),
    Row("organisation-new", signed_in()),
    Row("organisation-new", signed_in(), method="post"),
    Row("organisation", only(provider=200, reader=200, officer=200), mine, unknown=NOWHERE),
    Row("invitation-accept", everyone(), letter, unknown=["no-such-token"]),
    Row(
        "invitation-accept",
        {**everyone(403), "anonymous": 302, "stranger": 302},
        letter,
        method="post",
        unknown=["no-such-token"],
    ),
    Row(
        "invitation-withdraw",
        {**manager(302), "stranger": 302},  # whom the letter is for
        lambda world: [world.provider.pk, world.invitation.pk],
        method="post",
        unknown=[NO_ONE, NO_ONE],
    ),
    Row(
        "membership-end",
        only(provider=302, reader=302, officer=403),
        lambda world: [world.provider.pk, world.people["reader"].memberships.get().pk],
        method="post",
        unknown=[NO_ONE, 0],
    ),
    *[
        Row(name, expect, mine, method=method, unknown=NOWHERE)
        for method in ("get", "post")
        for name, expect in [
            ("organisation-details", manager(200 if method == "get" else 302)),
            ("invite", manager(200 if method == "get" else 422)),
            ("interest-declare", manager()),
        ]
    ],
    # it is verified: two steps are not possible, and what is sent without its words is not taken
    *[
        Row(f"organisation-{verb}", expect, mine, method=method, unknown=NOWHERE)
        for method, shown in (("get", 200), ("post", 422))
        for verb, expect in [
            ("verify", officer(409 if method == "get" else shown)),
            ("refuse", officer(409 if method == "get" else shown)),
            ("suspend", officer(shown)),
            ("correct", officer(shown)),
            ("close", only(provider=shown, officer=shown, reader=403)),
        ]
    ],
    # a new name is asked for; what is sent without its words is not taken
    *[
        Row(name, expect, mine, method=method, unknown=NOWHERE)
        for method, shown in (("get", 200), ("post", 422))
        for name, expect in [
            ("new-name-ask", manager(409 if method == "get" else shown)),
            ("new-name-rename", officer(shown)),
            ("new-name-decline", officer(shown)),
        ]
    ],
    Row("new-name-take-back", manager(), mine, unknown=NOWHERE),
    Row("new-name-take-back", manager(302), mine, method="post", unknown=NOWHERE),
    # set, with domains that wait; what is sent is no address
    *[
        Row(name, expect, mine, method=method, unknown=NOWHERE)
        for method, shown in (("get", 200), ("post", 422))
        for name, expect in [
            ("identity-provider", manager(shown)),
            ("identity-provider-confirm", officer(shown)),
            ("identity-provider-decline", officer(shown)),
        ]
    ],
    Row("identity-provider-remove", manager(), mine, unknown=NOWHERE),
    Row("identity-provider-remove", manager(302), mine, method="post", unknown=NOWHERE),
    Row("identity-provider-test", manager(302), mine, method="post", unknown=NOWHERE),
    Row("sign-on-organisation", everyone()),
    Row("sign-on-organisation", everyone(), method="post"),
    Row("account-home", signed_in()),
    Row("account-file", signed_in()),
    Row("account-sessions", signed_in()),
    Row("account-sessions", signed_in(302), method="post"),
    Row("account-close", signed_in()),
    Row("account-close", signed_in(), method="post"),
]
