"""The figures in public are what the log and the records give, of nobody in particular."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Organisation, User
from certcentre.desk import figures
from certcentre.desk.cases.case import Case
from certcentre.log.models import LogEntry
from standards.assessment.solutions import Solution
from tests import make
from tests.desk.two_years import END, after, by_counting, examined, two_years
from tests.markup import text

pytestmark = pytest.mark.django_db
NAMES = ["queue", "times", "first-attempt", "certificates", "concerns", "complaints", "appeals"]


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, two_years) as world:
        yield world


@pytest.fixture
def world(lived, db):
    return lived


def by_the_page():
    every = figures.figures(END)
    return {name: {line.key: line.cells for line in each.lines} for name, each in every.items()}


def test_every_figure_is_what_plain_counting_gives(world):
    page, plain = by_the_page(), by_counting()
    assert list(page) == NAMES == list(plain)
    for name in NAMES:
        assert page[name] == plain[name], name
        assert any(cell for cells in plain[name].values() for cell in cells), name


@pytest.mark.parametrize(
    ("step", "figure"),
    [
        ("certificate.issued", "certificates"),
        ("organisation.verified", "times"),
        ("engagement.granted", "times"),
    ],
)
def test_one_moment_that_is_changed_by_hand_is_seen(world, step, figure):
    entry = LogEntry.objects.filter(step=step, at__gt=after(60)).order_by("pk")[1]
    LogEntry.objects.filter(pk=entry.pk).update(at=entry.at + timedelta(days=700))
    page, plain = by_the_page(), by_counting()
    assert [name for name in NAMES if page[name] != plain[name]] == [figure]


def test_a_case_that_is_changed_by_hand_is_seen(world):
    case = Case.objects.filter(kind="concern", status="upheld").first()
    Case.objects.filter(pk=case.pk).update(closed_at=case.closed_at + timedelta(days=70))
    assert by_the_page()["concerns"] != by_counting()["concerns"]


def test_it_costs_the_same_however_many_there_are(client, world, django_assert_num_queries):
    with django_assert_num_queries(8):
        before = figures.figures(END)
    body, criteria = make.body(), make.criteria(2)
    for day in range(460, 466):
        examined(day, body, criteria, state="granted")
        make.case(by=make.user("raiser"))
    with django_assert_num_queries(8):
        more = figures.figures(END)
    assert len(more["first-attempt"].lines) == len(before["first-attempt"].lines) + 2


def test_nobody_is_named(client, world):
    texts = [client.get(reverse("figures")).text]
    texts += [client.get(reverse("figures-file", args=[name])).content.decode() for name in NAMES]
    names = [*Organisation.objects.values_list("name", flat=True)]
    names += [*Solution.objects.values_list("name", flat=True)]
    names += [*User.objects.values_list("email", flat=True)]
    names += [*Case.objects.values_list("number", flat=True)]
    assert [name for name in names for text in texts if name in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_table_is_a_file(client, world, name):
    answer = client.get(reverse("figures-file", args=[name]))
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[0][0] in ("month", "of")
    assert table[0][-1] == "as_of"
    assert {len(row) for row in table} == {len(table[0])}
    page = client.get(reverse("figures")).text
    assert reverse("figures-file", args=[name]) in page


def test_strips_say_their_months_and_what_fills_them(client, world, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: END)
    words = re.findall(
        r"Each strip runs from (.+?) to (.+?)\. A bar of its full height is (\d+) in",
        text(client.get(reverse("figures"))),
    )
    for name, (first, last, most) in zip(NAMES[3:], words, strict=True):
        answer = client.get(reverse("figures-file", args=[name]))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        numbers = [int(row[key] or 0) for row in rows for key in list(row)[1:-1]]
        assert int(most) == max(numbers)
        ends = [date.fromisoformat(row["month"] + "-01") for row in (rows[-1], rows[0])]
        assert [first, last] == [f"{month:%B %Y}" for month in ends]
