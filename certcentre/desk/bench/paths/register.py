"""What the register may cost, and the tender counter beside counting rows (rule R50)."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from certcentre.desk.bench.invented import key
from certcentre.desk.bench.measuring import Ground, Measured, Row, count, read, timed
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion
from standards.registry.matching import market
from standards.registry.matching.market import Answer, Question
from standards.registry.matching.narrowing import meeting
from standards.registry.matching.qualifying import Requirement
from standards.registry.matching.state import process

ASKED = 150
RUNS = 60  # for a 95th percentile

# What a portal without sets would ask, at its best: rows that have not ended, each criterion once.
ROWS_SQL = """
SELECT COUNT(*) FROM (
  SELECT c.release_id FROM standards_claim c
  JOIN standards_solution s ON s.current_release_id = c.release_id
  JOIN standards_release r ON r.id = c.release_id
  JOIN accounts_organisation o ON o.id = s.organisation_id
  WHERE c.criterion_id IN ({marks}) AND c.outcome = 'met' AND c.assurance >= 1
    AND c.ended_at IS NULL AND c.valid_from <= %s
    AND (c.valid_until IS NULL OR c.valid_until > %s)
    AND s.status = 'active' AND r.status = 'clear' AND r.public_since IS NOT NULL
    AND o.status = 'verified'
  GROUP BY c.release_id HAVING COUNT(DISTINCT c.criterion_id) = %s
) AS q
"""

FRESH = """
import json, re, sys, time
from pathlib import Path
import django
django.setup()
from datetime import datetime
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement
from standards.registry.matching.state import process
at = datetime.fromisoformat(sys.argv[1])
start = time.perf_counter()
answer = market.match([Requirement(key) for key in json.loads(sys.stdin.read())], at=at, shown=0)
took = time.perf_counter() - start
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([took, int(peak[1]) / 1024 if peak else 0, answer.count]))
"""  # not ru_maxrss: that begins with what the parent process held


def register(ground: Ground) -> Measured:
    return ground.page(reverse("solutions"), beside_template=True)


def narrowed(ground: Ground) -> Measured:
    return ground.page(reverse("solutions") + "?q=example&country=KE", beside_template=True)


def detail(ground: Ground) -> Measured:
    return ground.page(reverse("solution", args=[key("solution", 7)]), beside_template=True)


def api_list(ground: Ground) -> Measured:
    return ground.page(reverse("api-solutions"))


def api_detail(ground: Ground) -> Measured:
    return ground.page(reverse("api-solution", args=[key("solution", 7)]))


def asked(ground: Ground) -> list[Requirement]:
    """The criteria that most listed solutions meet."""
    if "asked" not in ground.kept or len(ground.kept["asked"]) < ASKED:
        now = process.market(at=ground.at)
        rows = Criterion.objects.filter(slot__isnull=False).values_list("key", "slot")
        by_count = sorted(
            ((meeting(now, [slot]).bit_count(), key) for key, slot in rows), reverse=True
        )
        ground.kept["asked"] = [Requirement(key) for _, key in by_count[:ASKED]]
    requirements: list[Requirement] = ground.kept["asked"]
    return requirements


def best_of(times: int, work: Callable[[], Any]) -> float:
    return min(timed(work) for _ in range(times))


def by_rows(requirements: list[Requirement], at: datetime) -> int:
    keys = [requirement.criterion for requirement in requirements]
    pks = list(Criterion.objects.filter(key__in=keys).values_list("pk", flat=True))
    sql = ROWS_SQL.format(marks=", ".join(["%s"] * len(pks)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*pks, at, at, len(pks)])
        return int(cursor.fetchone()[0])


def counter(ground: Ground) -> Measured:
    """Counting in sets, near misses included, beside the best that rows can do."""
    requirements = asked(ground)
    question = Question(requirements)
    slots, now = process.slots_of(question.keys), process.market(at=ground.at)

    def sets() -> Answer:
        return Answer.of(question, slots, now, market.SHOWN)

    engine = best_of(15, sets)
    rows = best_of(5, lambda: by_rows(requirements, ground.at))
    statements = count(lambda: market.match(requirements, at=ground.at))
    note = (
        f"{len(requirements)} requirements; rows {rows * 1000:.0f} ms; {sets().tally.count} qualify"
    )
    return Measured(engine, statements, ratio=rows / engine, note=note)


def answered(ground: Ground) -> Measured:
    """The answer over the wire, at the 95th percentile."""
    body = {"requirements": [{"criterion": requirement.criterion} for requirement in asked(ground)]}
    client, url = ground.client(), reverse("api-match")

    def ask() -> None:
        got = client.post(url, body, content_type="application/json")
        if got.status_code != 200:
            raise RuntimeError(f"{url} answered {got.status_code}")

    ask()
    runs = [timed(ask) for _ in range(RUNS if ground.repeats > 1 else 3)]
    return Measured(statistics.quantiles(runs, n=20)[-1], count(ask), note="95th percentile")


def cold(ground: Ground) -> Measured:
    """A new process: every standing read, every set made, one question answered.

    The median of three, since each is measured once.
    """
    keys = json.dumps([requirement.criterion for requirement in asked(ground)])
    database = connection.settings_dict
    address = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "certcentre.settings",
        "DATABASE_URL": address,
        "DATA_DIR": str(settings.DATA_DIR),
        "PATH": "",
    }

    def begun() -> tuple[float, float]:
        got = subprocess.run(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-c", FRESH, ground.at.isoformat()],
            input=keys,
            capture_output=True,
            text=True,
            check=True,
            cwd=settings.BASE_DIR,
            env=environment,
        )
        seconds, megabytes, _ = json.loads(got.stdout)
        return seconds, megabytes

    runs = sorted(begun() for _ in range(3 if ground.repeats > 1 else 1))
    seconds, megabytes = runs[len(runs) // 2]
    return Measured(seconds, megabytes=megabytes, note="a new process")


def proven(ground: Ground) -> Measured:
    return ground.page(reverse("solutions") + "?least=3&country=KE")


PAIRS = [("atlas", "maths"), ("reader", "kenya"), ("tutor", "offline"), ("garden", "reading")]


def searched(ground: Ground) -> Measured:
    """Two words with every facet and its count, at the 95th percentile, beside LIKE."""
    client, url = ground.client(), reverse("solutions")

    def ask(pair: tuple[str, str]) -> None:
        read(client, f"{url}?q={'+'.join(pair)}")

    for pair in PAIRS:
        ask(pair)
    times = RUNS // len(PAIRS) if ground.repeats > 1 else 1
    runs = [timed(lambda pair=pair: ask(pair)) for _ in range(times) for pair in PAIRS]  # type: ignore[misc]

    def like() -> None:
        rows = Solution.objects.listed()
        for word in PAIRS[0]:
            rows = rows.filter(Q(name__icontains=word) | Q(summary__icontains=word))
        list(rows.order_by("name")[:25])

    note = f"95th percentile; LIKE without facets {best_of(3, like) * 1000:.0f} ms"
    seconds = statistics.quantiles(runs, n=20)[-1] if len(runs) > 1 else runs[0]
    return Measured(seconds, count(lambda: ask(PAIRS[0])), note=note)


def kept(ground: Ground, url: str) -> Measured:
    """A page from where it is kept, beside a bare view."""
    client = ground.client()
    settings.KEPT_PAGES = True
    try:
        page, bare = ground.in_turn(lambda: read(client, url), lambda: read(client, "/healthz"))
        statements = count(lambda: read(client, url))
    finally:
        settings.KEPT_PAGES = False
    return Measured(page, statements, ratio=bare / page, note=f"bare view {bare * 1000:.2f} ms")


def register_kept(ground: Ground) -> Measured:
    return kept(ground, reverse("solutions"))


def detail_kept(ground: Ground) -> Measured:
    return kept(ground, reverse("solution", args=[key("solution", 7)]))


def api_kept(ground: Ground) -> Measured:
    return kept(ground, reverse("api-solutions"))


def feed(ground: Ground) -> Measured:
    return ground.page(reverse("feed", args=["solutions"]))


ROWS = [
    Row("register page, kept", register_kept, ratio=0.25, statements=1, same_at_any_size=True),
    Row("detail page, kept", detail_kept, ratio=0.25, statements=1, same_at_any_size=True),
    Row("API: solutions, kept", api_kept, ratio=0.25, statements=1, same_at_any_size=True),
    Row("feed of products", feed, same_at_any_size=True),
    Row("register page", register, ratio=0.40, statements=6, same_at_any_size=True),
    Row("register page, narrowed", narrowed, statements=6, same_at_any_size=True),
    Row(
        "register: two words with facets",
        searched,
        seconds=0.05,
        statements=6,
        same_at_any_size=True,
    ),
    Row("detail page", detail, ratio=0.40, statements=8, same_at_any_size=True),
    Row("API: solutions", api_list, statements=3, same_at_any_size=True),
    Row("API: one solution", api_detail, same_at_any_size=True),
    Row("tender counter: sets beside rows", counter, ratio=100, seconds=0.005, statements=3),
    Row(
        "tender counter over the wire",
        answered,
        seconds=0.05,
        statements=3,
        same_at_any_size=True,
    ),
    Row("tender counter, cold start", cold, seconds=2, megabytes=300),
    Row(
        "register page, narrowed by assurance",
        proven,
        statements=6,
        same_at_any_size=True,
    ),
]
