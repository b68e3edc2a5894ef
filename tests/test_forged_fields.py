"""A field that a form does not have changes nothing, form by form: every address that is posted to,
with a column of every table beside what is asked."""

import json
import re
from collections import Counter

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from standards.registry.matching.state import process
from tests import make
from tests.access import TABLE
from tests.effort import in_turn
from tests.test_access import world_signed_in

pytestmark = [pytest.mark.long, pytest.mark.alike]
OURS = apps.get_models(include_auto_created=True)


def who(row):
    """Somebody who may take the step, else who is told what is wrong with it; nobody where only
    visitors do."""
    known = {persona: code for persona, code in row.expect.items() if persona != "anonymous"}
    for codes in ((200, 302), (422, 409)):
        for persona, code in known.items():
            if code in codes:
                return persona
    return ""


ROWS = [row for row in TABLE if row.method == "post" and who(row) and "api" not in row.name]
# what these ask for nobody has in this world: a seat as second rater, a line of a plan, scores
# that differ, a draw of a year that is announced; all but the scores are buttons that send nothing
NOBODY = {"engagement-hand-in", "sample-drop", "lot-consensus", "draw-draw"}
DAY = "2031-05-06"


def value_for(field):
    """Something that a column would take."""
    if field.flatchoices:
        return str(field.flatchoices[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateField):
        return DAY
    if isinstance(field, models.JSONField):
        return json.dumps(["FORGED"])
    if isinstance(field, models.IntegerField | models.DecimalField | models.ForeignKey):
        return "1"
    return "FORGED"


COLUMNS = {
    name: value_for(field)
    for model in OURS
    for field in model._meta.concrete_fields
    for name in (field.name, field.attname)
}
ELSEWHERE = {  # fields of a form that stands on another page
    "assessment-add": {"criterion", "profile"},
    "requirements-remove": {"group"},
}
KEPT = {"pk", "id", "status", "body", "digest", "number", "organisation_id", "is_superuser"}


def taken(name):
    """Whether a name is one that no form may have: a state, a stamp, a key."""
    return name in KEPT or name.endswith(("_at", "_by", "_by_id"))


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, world_signed_in) as world:
        yield world


@pytest.fixture
def world(built, db):
    return built


@pytest.fixture
def asked(monkeypatch):
    """The names of the fields of every form that is made."""
    names, plain = set(), forms.BaseForm.__init__

    def noted(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        names.update(self.add_prefix(name) for name in self.fields)

    monkeypatch.setattr(forms.BaseForm, "__init__", noted)
    return names


def stands():
    """How often each value stands in each column."""
    values = Counter()
    for model in OURS:
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our tables)
            columns = [(table, column[0]) for column in cursor.description]
            for row in cursor.fetchall():
                values.update(zip(columns, map(repr, row), strict=True))
    return values


def opened(row, world):
    """The browser of somebody who may take the step, and the address."""
    process.forget()
    client = Client(raise_request_exception=False)
    client.cookies.load(world.sessions[who(row)])
    return client, reverse(row.name, args=row.args(world)) + row.query


def hidden(row, world):
    """The names that the page itself sends beside those of its forms, such as what was seen."""
    client, url = opened(row, world)
    return set(re.findall(r'name="([^"]+)"', client.get(url).content.decode()))


def outcome(row, world, **more):
    """The code that comes back, and what stands then; nothing of it stays."""
    client, url = opened(row, world)
    with transaction.atomic():
        got = client.post(url, {**more, **row.data(world)}, headers=row.headers)
        values = stands()
        transaction.set_rollback(True)
    return got.status_code, values


def columns(one, other):
    return {column for column, _value in (one - other) + (other - one)}


def differing(row, world, asked):
    """What is another where fields are sent that no form of the address has: the code, or columns.
    What differs between two that are alike, such as a moment, is left out."""
    code, first = outcome(row, world)
    sent, known = row.data(world), asked | hidden(row, world) | ELSEWHERE.get(row.name, set())
    free = {
        name: value
        for name, value in COLUMNS.items()
        if name not in sent and (taken(name) or name not in known)
    }
    forged, then = outcome(row, world, **free)
    _code, again = outcome(row, world)
    changed = columns(first, then) - columns(first, again)
    return changed | ({("code", code, forged)} if code != forged else set())


@pytest.mark.parametrize("row", in_turn(ROWS, of=3), ids=str)
def test_fields_that_a_form_does_not_have_change_nothing(row, world, asked):
    assert differing(row, world, asked) == set()


def test_every_address_that_is_posted_to_is_asked():
    """But those of the API, which refuses unknown keys by name."""
    posted = {row.name for row in TABLE if row.method == "post" and "api" not in row.name}
    assert posted - {row.name for row in ROWS} == NOBODY


def test_a_form_that_takes_whatever_is_sent_is_seen(world, asked, monkeypatch):
    """The control: everything that is sent is taken for an answer."""
    plain = forms.BaseForm.full_clean

    def greedy(self):
        plain(self)
        if hasattr(self, "cleaned_data"):
            self.cleaned_data = {**self.data.dict(), **self.cleaned_data}

    monkeypatch.setattr(forms.BaseForm, "full_clean", greedy)
    rows = [row for row in ROWS if row.name in ("organisation-details", "tender-details")]
    assert rows
    assert all(differing(row, world, asked) for row in rows)
