"""Home, work lists, help, health."""

from uuid import uuid4

from certcentre.desk.help import PAGES
from certcentre.desk.mailing import DIGEST_END, END
from certcentre.desk.open_data.feeds import FEEDS
from certcentre.steps import matters
from tenders.following import follow, following
from tests.access.table import Row, everyone, only, signed_in
from tests.make.moment import AT


def wish(**otherwise):
    paces = {f"pace_{name}": "week" for name in matters()}
    return paces | {"zone": "Africa/Nairobi", "clock": "07:30", "weekday": 0} | otherwise


def line_of(world):
    return [world.line.pk]


def case_of(world):
    return [world.case.number]


def follow_of(world):
    person = world.people["stranger"]
    follow(world.certificate, by=person, at=AT)
    return [following(world.certificate, person).pk]


def end_of(world):
    follow_of(world)
    person = world.people["stranger"]
    return [END.sign(f"{following(world.certificate, person).pk}.{person.pk}")]


def digest_of(world):
    return [DIGEST_END.sign(str(world.people["stranger"].pk))]


ROWS = [
    Row("home", everyone()),
    Row("search", everyone()),
    Row("search", everyone(), query="?q=reading"),
    Row("work", signed_in()),
    Row("inbox", signed_in()),
    Row("inbox", signed_in(), query="?matter=certificates&unread=1&q=%C3%A9&page=7"),
    Row("inbox", signed_in(), query="?matter=%00&unread=%00&q=%00&about=%00&page=%00"),
    Row("inbox-open", only(stranger=302), args=line_of, unknown=[10**30]),
    Row("telling", signed_in()),
    Row("telling", signed_in(422), method="post", data=lambda world: {"zone": "%00"}),
    Row("telling", signed_in(302), method="post", data=lambda world: wish()),
    Row("follows", signed_in()),
    Row("follows", signed_in(), query="?page=%00"),
    *(
        Row("follow-begin", signed_in(302), method="post", data=data)
        for data in (
            lambda world: {"kind": "solution", "key": str(world.listed.pk)},
            lambda world: {"kind": "certificate", "key": world.certificate.number},
            lambda world: {"kind": "search", "key": "q=reading"},
            lambda world: {"kind": "body", "key": str(world.accreditation.body_id)},
            lambda world: {"kind": "search", "key": "sort=new&page=%00"},  # narrows nothing
        )
    ),
    *(
        Row("follow-begin", signed_in(404), method="post", data=data)
        for data in (
            lambda world: {"kind": "solution", "key": str(world.unlisted.pk)},
            lambda world: {"kind": "solution", "key": "\0"},
            lambda world: {"kind": "person", "key": "1"},
            lambda world: {"kind": "body", "key": str(world.listed.organisation_id)},
        )
    ),
    Row("follow-stop", only(stranger=302), args=follow_of, method="post", unknown=[10**30]),
    *(
        Row("follow-end", everyone(), args=end_of, method=method, unknown=["no.such:token"])
        for method in ("get", "post")
    ),
    *(
        Row("digest-end", everyone(), args=digest_of, method=method, unknown=["no.such:token"])
        for method in ("get", "post")
    ),
    Row("inbox-read", signed_in(302), method="post", data=lambda world: {"read": world.line.pk}),
    Row("inbox-read", signed_in(302), method="post", data=lambda world: {"until": "%00"}),
    Row("help", everyone()),
    *(
        Row("help-page", everyone(), args=lambda world, slug=slug: [slug], unknown=["no-such-page"])
        for slug in PAGES
    ),
    *(
        Row("help-template", everyone(), args=lambda world, kind=kind: ["data-map", kind])
        for kind in ("md", "docx", "odt")
    ),
    Row("help-template", everyone(404), args=lambda world: ["data-map", "exe"]),
    Row("help-template", everyone(404), args=lambda world: ["no-such-paper", "md"]),
    Row("healthz", everyone()),
    Row("readyz", everyone()),
    Row("security-txt", everyone(404)),  # no contact is set
    Row("robots", everyone()),
    Row("sitemap", everyone()),
    Row("sitemap-part", everyone(), args=lambda world: ["solutions", 1]),
    Row("sitemap-part", everyone(404), args=lambda world: ["solutions", 9]),
    Row("sitemap-part", everyone(404), args=lambda world: ["people", 1]),
    Row("data", everyone()),
    Row("data-schema", everyone(), args=lambda world: ["solutions"]),
    Row("data-schema", everyone(404), args=lambda world: ["people"]),
    Row("data-readme", everyone(), args=lambda world: ["solutions"]),
    Row("data-readme", everyone(404), args=lambda world: ["people"]),
    Row("data-catalogue", everyone()),
    Row("data-newest", everyone(404), args=lambda world: ["manifest.json"]),  # none is written
    Row("data-file", everyone(404), args=lambda world: ["20261124T090000Z", "manifest.json"]),
    *(Row("feed", everyone(), args=lambda world, name=name: [name]) for name in FEEDS),
    Row("matching-feed", everyone(), query="?q=reading"),
    Row("feed", everyone(404), args=lambda world: ["people"]),
    Row("solution-feed", everyone(), args=lambda world: [world.listed.pk], unknown=[uuid4()]),
    Row("body-feed", everyone(), args=lambda world: [world.accreditation.body_id]),
    Row("body-feed", everyone(404), args=lambda world: [world.listed.organisation_id]),
    Row("solution-feed", everyone(404), args=lambda world: [world.unlisted.pk]),
    Row("log", everyone()),
    Row("log", everyone(), query="?kind=certificates&about=CC-2026-999999&before=7"),
    Row("log", everyone(), query="?kind=%00&about=%00&before=-1"),
    Row("log-checkpoint", everyone()),
    Row("log-keys", everyone()),
    Row("log-kept", everyone(404), args=lambda world: [10**30]),
    Row("log-stamp", everyone(404), args=lambda world: [10**30]),
    Row("log-entry", everyone(), args=lambda world: [0], unknown=[999_999_999]),
    Row("log-entry", everyone(404), args=lambda world: [10**18]),
    Row("api-log", everyone()),
    Row("api-log", everyone(404), query="?page=0"),
    Row("api-log-inclusion", everyone(), query="?index=0&size=2"),
    Row("api-log-inclusion", everyone(400), query="?index=2&size=2"),
    Row("api-log-consistency", everyone(), query="?from=1&to=2"),
    Row("api-log-consistency", everyone(400)),
    Row("concern-new", everyone()),
    Row(
        "concern-new",
        everyone(302),
        method="post",
        data=lambda world: {"about": world.certificate.number, "words": "It is not so."},
    ),
    Row("concern-new", everyone(422), method="post"),
    Row("cases", everyone()),
    Row("cases", everyone(), query="?state=open&page=9"),
    Row("case", everyone(), args=case_of, unknown=["CS-2026-999999"]),
    *(
        Row(
            f"case-{step}",
            only(officer=200, stranger=403),
            args=case_of,
            unknown=["CS-2026-999999"],
        )
        for step in ("ask", "examine")
    ),
    *(
        Row(f"case-{step}", only(officer=409, stranger=403), args=case_of)
        for step in ("acknowledge", "decide")
    ),
    Row("case-report", only(), args=case_of, unknown=["CS-2026-999999"]),  # of no appeal
    Row("case-empanel", only(officer=409, stranger=403), args=case_of),
    Row(
        "appeal-new",
        signed_in(403) | {"provider": 409},  # what is valid is not appealed
        args=lambda world: ["certificate", world.certificate.number],
        unknown=["certificate", "CC-2026-999999"],
    ),
    Row(
        "appeal-new",
        only(provider=409, reader=403, auditor=403, decider=403),
        args=lambda world: ["engagement", world.engagements["examining"].number],
        unknown=["engagement", "EN-2026-999999"],
    ),
    Row("appeal-new", only(), args=lambda world: ["people", "1"]),
    Row("case-take-back", only(stranger=200, officer=403), args=case_of),
    Row(
        "case-answer",
        only(provider=200, reader=403, officer=403),
        args=lambda world: [world.case.number, world.question.pk],
        unknown=["CS-2026-999999", 1],
    ),
    Row("surveillance", everyone()),
    Row("draw-script", everyone()),
    Row("draw-announce", {**signed_in(403), "officer": 200}),
    Row("draw-announce", {**signed_in(403), "officer": 422}, method="post"),
    Row("draw-draw", signed_in(404), lambda world: [1999], "post"),
    Row("figures", everyone()),
    Row("figures-file", everyone(), args=lambda world: ["certificates"]),
    Row("figures-file", everyone(404), args=lambda world: ["people"]),
    Row("components", everyone()),
    Row("theme", everyone(302), method="post", data=lambda world: {"theme": "dark"}),
]
