"""The sheet, evidence and declarations: the provider's, and what becomes public."""

from uuid import UUID

from tests.access.table import Row, everyone, only

NOWHERE = UUID(int=0)
MEMBERS = only(provider=200, reader=200)
OPENED = only(provider=200, reader=200, auditor=200, decider=200, officer=200)
LET_IN = {**OPENED, "buyer": 200}  # that is, once it accepts the provider's terms


def acts(code, reader=403):
    """Members see it; only the right role acts."""
    return only(provider=code, reader=reader)


def opened(code):
    """Those who may open it see it; only an editor of the provider acts."""
    return only(provider=code, reader=403, auditor=403, decider=403, officer=403, buyer=403)


def draft(world):
    return [world.draft.pk]


def answer(world):
    return [world.draft.pk, world.draft.answers.order_by("pk").first().pk]


def question(world):
    return [world.remark.pk]


def domain(world):
    return [world.draft.pk, "security"]


def piece(world):
    return [world.evidence.pk]


def declared(world):
    return [world.declaration.number]


def said(world):
    pk = answer(world)[1]
    return {"value": "met", "reason": "", "note": "", "revision": "0", f"s{pk}": "0."}


AUTOSAVE = {"X-Autosave": "1"}
NO_ANSWER = [NOWHERE, 1]
NO_DOMAIN = [NOWHERE, "security"]

ROWS = [
    Row("assessment", MEMBERS, draft, unknown=[NOWHERE]),
    Row("assessment-gaps", MEMBERS, draft, unknown=[NOWHERE]),
    Row("assessment-sheet", MEMBERS, draft, unknown=[NOWHERE]),
    Row("assessment-sheet", MEMBERS, draft, unknown=[NOWHERE], query="?only=open&q=criterion"),
    Row("assessment-sheet", acts(302), draft, method="post", unknown=[NOWHERE]),
    Row("assessment-sheet-part", MEMBERS, draft, unknown=[NOWHERE], query="?k=1.2&open=1"),
    Row("assessment-sheet-part", MEMBERS, draft, unknown=[NOWHERE], query="?q=criterion"),
    Row("assessment-domain", only(provider=302, reader=302), domain, unknown=NO_DOMAIN),
    Row("sheet-xlsx", MEMBERS, draft, unknown=[NOWHERE]),
    Row("sheet-csv", MEMBERS, draft, unknown=[NOWHERE]),
    Row("sheet-file", only(provider=200, reader=403), draft, unknown=[NOWHERE]),
    Row("sheet-file", only(provider=422, reader=403), draft, "post", unknown=[NOWHERE]),
    Row("answer", MEMBERS, answer, unknown=NO_ANSWER),
    Row("answer", acts(302), answer, method="post", data=said, unknown=NO_ANSWER),
    Row("answer", acts(200), answer, "post", said, NO_ANSWER, headers=AUTOSAVE),
    Row("answer-remark", only(provider=422, reader=422), answer, "post", unknown=NO_ANSWER),
    Row("remark-settle", only(provider=302, reader=302), question, "post", unknown=[0]),
    Row("assessment-add", acts(200), draft, unknown=[NOWHERE]),
    Row("assessment-add", acts(200), draft, unknown=[NOWHERE], query="?q=criterion"),
    Row("assessment-add", acts(422), draft, method="post", unknown=[NOWHERE]),
    Row("declare", MEMBERS, draft, unknown=[NOWHERE]),
    Row("declare", acts(422), draft, method="post", unknown=[NOWHERE]),
    Row("evidence-list", {**everyone(200), "anonymous": 302}),
    Row("evidence", LET_IN, piece, unknown=[NOWHERE]),
    Row("evidence-file", {**LET_IN, "buyer": 403}, piece, unknown=[NOWHERE]),
    Row("evidence-share", opened(200), piece, unknown=[NOWHERE]),
    Row(
        "evidence-share",
        opened(302),
        piece,
        method="post",
        data=lambda world: {"shown_to": "buyers"},
        unknown=[NOWHERE],
    ),
    Row("evidence-remove", opened(200), piece, unknown=[NOWHERE]),
    Row("evidence-remove", opened(302), piece, method="post", unknown=[NOWHERE]),
    Row("declaration", everyone(), declared, unknown=["DC-1999-000001"]),
    Row(
        "declaration-withdraw",
        {**everyone(403), "anonymous": 302, "provider": 200},
        declared,
        unknown=["DC-1999-000001"],
    ),
    Row(
        "declaration-withdraw",
        {**everyone(403), "anonymous": 302, "provider": 302},
        declared,
        method="post",
        data=lambda world: {"reason": "Because."},
        unknown=["DC-1999-000001"],
    ),
]
