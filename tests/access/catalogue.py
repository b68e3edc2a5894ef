"""The catalogue is public: everybody gets the same answer."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.table import Row, everyone, only, signed_in
from tests.catalogue.files import small

NONE = ["none-such"]
NOWHERE = [UUID(int=0)]
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
        Row(name, page(officer=shown(post)), record, unknown=NONE),
        Row(name, page(officer=post), record, method="post", data=lambda w: data, unknown=NONE),
    ]


def shown(post):
    """What the page answers: no form is shown for a step that is not possible."""
    return 409 if post == 409 else 200


def known(**codes):
    return {**signed_in(403), **codes}


def first(kind, state):
    """A record of a kind at a state, by what stands in its address."""
    name = "pk" if kind == "mappings" else "key"
    return lambda world: [str(getattr(world.records[kind, state], name))]


def records(kind):
    """The pages of one kind of record."""
    name, proposed, out = f"catalogue-{kind}", first(kind, "proposed"), first(kind, "published")
    return [
        Row(name, KNOWN),
        Row(name, KNOWN, query="?q=x&status=proposed&page=x"),
        Row(f"{name}-new", KNOWN),
        Row(f"{name}-new", known(officer=422), method="post"),
        Row(f"{name}-sign", known(officer=302)),
        Row(f"{name}-sign", known(officer=422), method="post"),
        Row(f"{name}-one", KNOWN, out, unknown=["0"]),
        Row(f"{name}-one", only(officer=200), proposed, unknown=["0"]),
        *unknown_is_none(f"{name}-edit", proposed, only, 422),
        *unknown_is_none(f"{name}-publish", proposed, only, 302, **PUBLISH),
        *unknown_is_none(f"{name}-publish", out, known, 409, **PUBLISH),
        *unknown_is_none(f"{name}-withdraw", out, known, 302, **WHY),
        *unknown_is_none(f"{name}-withdraw", proposed, only, 409, **WHY),
    ]


def unknown_is_none(name, record, page, post, **data):
    return [
        Row(name, page(officer=shown(post)), record, unknown=["0"]),
        Row(name, page(officer=post), record, method="post", data=lambda w: data, unknown=["0"]),
    ]


def criterion(world):
    return [world.drafted.key, "1.2"]


def published_criterion(world):
    return [world.announced.key, "1.2"]


def family(world):
    return [world.edition.standard.key]


def french(world):
    return [world.edition.key, "fr"]


NO_CRITERION = ["none-such", "1.1"]
DRAFTING = [
    Row("catalogue-edition-new", KNOWN),
    Row("catalogue-edition-new", known(officer=422), method="post"),
    *step("catalogue-edition-edit", drafted, False, 422),
    *step("catalogue-edition-edit", announced, True, 422),
    *step("catalogue-criterion-new", drafted, False, 422),
    Row("catalogue-criterion-edit", only(officer=200), criterion, unknown=NO_CRITERION),
    Row("catalogue-criterion-edit", KNOWN, published_criterion, unknown=NO_CRITERION),
    Row(
        "catalogue-criterion-edit",
        only(officer=422),
        criterion,
        method="post",
        unknown=NO_CRITERION,
    ),
    *[
        Row(
            f"catalogue-criterion-{to}",
            only(officer=302),
            criterion,
            method="post",
            unknown=NO_CRITERION,
        )
        for to in ("up", "down", "out")
    ],
    Row("catalogue-standard", KNOWN, family, unknown=NONE),
    Row("catalogue-standard", known(officer=422), family, method="post", unknown=NONE),
    *[
        Row("catalogue-languages", known(officer=200), lambda w, key=key: [key], unknown=["0"])
        for key in ("world-1", "needs")
    ],
    Row("catalogue-languages", only(officer=200), drafted, unknown=["0"]),
    Row("catalogue-language", KNOWN, french, unknown=["0", "fr"]),
    Row("catalogue-language", known(officer=302), french, method="post", unknown=["0", "fr"]),
    Row("catalogue-language-out", KNOWN, french, unknown=["0", "fr"]),
    Row("catalogue-language-in", KNOWN, french, unknown=["0", "fr"]),
    Row("catalogue-language-in", known(officer=422), french, method="post", unknown=["0", "fr"]),
    Row("catalogue-mappings-file", KNOWN),
    Row("catalogue-mappings-file", known(officer=422), method="post"),
    Row("catalogue-mappings-csv", KNOWN),
    Row("rule-try", KNOWN, first("rules", "published"), unknown=["0"]),
    Row("rule-try", only(officer=200), first("rules", "proposed"), query="?try=1", unknown=["0"]),
]
CENTRE = [
    *DRAFTING,
    *[row for kind in ("mappings", "rules", "profiles", "needs") for row in records(kind)],
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


def imported(world):
    return [world.imported.pk]


def file(name):
    return lambda world: {"file": SimpleUploadedFile(name, small(name)), "format": "auto"}


BROUGHT = only(officer=200)
IMPORTS = [
    Row("catalogue-imports", KNOWN),
    Row("catalogue-imports", {**KNOWN, "officer": 422}, method="post"),
    Row(
        "catalogue-imports",
        {**KNOWN, "officer": 302},
        method="post",
        data=file("controls.oscal.json"),
        query="?file",
    ),
    Row("catalogue-import", BROUGHT, imported, unknown=NOWHERE),
    Row("catalogue-import", only(officer=422), imported, method="post", unknown=NOWHERE),
    Row("catalogue-import-report", BROUGHT, imported, unknown=NOWHERE),
    Row("catalogue-template", KNOWN, lambda w: ["xlsx"]),
]
EXPORTS = [
    Row("edition-export", everyone(), lambda w: [w.edition.key, "oscal"], unknown=["none", "csv"]),
    Row("edition-export", only(officer=200) | {"anonymous": 404}, lambda w: [w.drafted.key, "csv"]),
    Row(
        "api-edition-export", everyone(), lambda w: [w.edition.key, "csv"], unknown=["none", "csv"]
    ),
]

ROWS = [
    *CENTRE,
    *IMPORTS,
    *EXPORTS,
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
    Row("api-root", everyone()),
    Row("openapi", everyone()),
    Row("api-docs", everyone()),
]
