"""The catalogue is public: everybody gets the same answer."""

from tests.access.table import Row, everyone, only, signed_in

NONE = ["none-such"]
KNOWN = {**signed_in(403), "officer": 200}
PUBLISH = {"signed": "on"}
WHY = {"reason": "Because."}


def drafted(world):
    return [world.drafted.key]


def announced(world):
    return [world.announced.key]


def step(name, record, seen, post, **data):
    """The page of a centre's step and the step itself; `seen`: others know of the record."""
    page = known if seen else only
    return [
        Row(name, page(officer=200), record, unknown=NONE),
        Row(name, page(officer=post), record, method="post", data=lambda w: data, unknown=NONE),
    ]


def known(**codes):
    return {**signed_in(403), **codes}


CENTRE = [
    Row("catalogue", KNOWN),
    Row("catalogue-edition", KNOWN, announced, unknown=NONE),
    Row("catalogue-edition", only(officer=200), drafted, unknown=NONE),
    Row("catalogue-affected", KNOWN, lambda w: [w.edition.key], unknown=NONE),
    Row("catalogue-affected", only(officer=200), drafted, unknown=NONE),
    *step("catalogue-edition-publish", drafted, False, 302, **PUBLISH),
    *step("catalogue-edition-publish", announced, True, 409, **PUBLISH),
    *step("catalogue-edition-withdraw", announced, True, 302, **WHY),
    *step("catalogue-edition-withdraw", drafted, False, 409, **WHY),
    *step("catalogue-edition-days", announced, True, 422, **WHY),
    *step("catalogue-edition-days", drafted, False, 302, effective_from="2099-02-01", **WHY),
]

ROWS = [
    *CENTRE,
    Row("standards", everyone()),
    Row("edition", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row(
        "edition-difference",
        everyone(),
        lambda w: [w.announced.key, w.edition.key],
        unknown=["none-such", "none"],
    ),
    Row(
        "edition-difference",
        {**everyone(404), "officer": 200},
        lambda w: [w.drafted.key, w.edition.key],
        unknown=["none-such", "none"],
    ),
    Row("edition-csv", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row(
        "criterion",
        everyone(),
        lambda w: [w.edition.key, w.criterion.ref],
        unknown=["none-such", "1.1"],
    ),
    Row("needs", everyone()),
    Row("need", everyone(), lambda w: [w.need.key], unknown=["none_such"]),
    Row("applies", everyone()),
    Row("applies", everyone(302), query="?group=product", method="post"),
    Row("api-standards", everyone()),
    Row("api-editions", everyone()),
    Row("api-edition", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row("api-criteria", everyone()),
    Row("api-criterion", everyone(), lambda w: [w.criterion.key], unknown=["none:1"]),
    Row("api-applies", everyone(405)),
    Row("api-applies", everyone(415), method="post"),
    Row("openapi", everyone()),
    Row("api-docs", everyone()),
]
