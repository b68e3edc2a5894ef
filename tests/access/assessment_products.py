"""Solutions, releases, facts, starting a draft, and the centre's holds."""

from uuid import UUID

from tests.access.table import Row, only, signed_in

NOWHERE = [UUID(int=0)]
REASON = {"reason": "Because."}


def provider(world):
    return [world.provider.pk]


def solution(world):
    return [world.listed.pk]


def release(world):
    return [world.declaration.release.pk]


def words(world):
    """A change of words, begun from those that stand."""
    return {"name": "A", "summary": "It reads.", "seen": world.listed.wording}


def group(world):
    return [*release(world), "product"]


def editor(code=200):
    """Who edits for the provider; its other people see it, but may not act."""
    return only(provider=code, reader=403)


def officer(code=200):
    """The centre; the provider's people see the release, but do not judge it."""
    return only(officer=code, provider=403, reader=403)


def page_and_post(address, args, expect, code, **data):
    """The page of a step and the step itself, taken by the right person with `code`."""
    return [
        Row(address, expect(), args, unknown=NOWHERE),
        Row(address, expect(code), args, method="post", data=lambda world: data, unknown=NOWHERE),
    ]


ROWS = [
    Row("assessments", signed_in()),
    Row("assessments", signed_in(), query="?page=x"),
    Row("solution-new", {**signed_in(), "provider": 302, "rival": 302}),
    *page_and_post(
        "solution-new", provider, editor, 302, name="A", summary="It reads.", release_label="1"
    ),
    Row("solution-edit", editor(), solution, unknown=NOWHERE),
    Row("solution-edit", editor(302), solution, method="post", data=words, unknown=NOWHERE),
    *page_and_post("solution-withdraw", solution, editor, 302, **REASON),
    *page_and_post("release-new", solution, editor, 302, label="9.x"),
    Row("release", only(provider=200, reader=200, officer=302), release, unknown=NOWHERE),
    Row("release-facts", only(provider=200, reader=200), release, unknown=NOWHERE),
    Row("release-facts-group", editor(), group, unknown=[*NOWHERE, "product"]),
    Row("release-facts-group", editor(302), group, method="post", unknown=[*NOWHERE, "product"]),
    Row("release-applies", only(provider=200, reader=200), release, unknown=NOWHERE),
    *page_and_post("release-assess", release, editor, 200, do="count"),
    *page_and_post("release-note-change", release, editor, 302, **REASON),
    *[
        Row("release-make-current", editor(409), release, method=method, unknown=NOWHERE)
        for method in ("get", "post")
    ],
    Row("hold-propose", officer(404), lambda w: [*release(w), 0]),
    Row("held", {**signed_in(403), "officer": 200}),
    Row("hold", officer(), release, unknown=NOWHERE),
    *[
        Row(name, officer(409), release, method=method, data=lambda w: REASON, unknown=NOWHERE)
        for name in ("release-clear", "release-refuse")
        for method in ("get", "post")
    ],
]
