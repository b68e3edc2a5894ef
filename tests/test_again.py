"""Builders write again what they wrote, and only where they would write the same."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from certcentre.accounts.models import Organisation
from standards.assessment.declarations import Declaration
from standards.attestation.findings import Finding
from tests import make
from tests.make.again import trail
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


def rows():
    """Everything that stands in the database."""
    return {
        model._meta.label: sorted(map(repr, model.objects.values_list()))
        for model in apps.get_models()
        if model._meta.managed
    }


@pytest.fixture
def twice():
    """What a call leaves, made by the verbs and then again: (rows, statements, what it gives)."""

    def twice(build):
        met = []
        trail.calls.clear()  # what other tests built
        for _ in range(2):
            point = transaction.savepoint()
            with CaptureQueriesContext(
                connection,
            ) as asked:
                made = build()
            met.append((rows(), len(asked), made))
            transaction.savepoint_rollback(point)
        return met

    return twice


def test_the_same_rows_stand_there_and_the_verbs_are_not_asked_again(twice):
    (first, many, made), (second, few, same) = twice(lambda: make.certificate())
    assert first == second
    assert few < many / 5
    assert same.pk == made.pk
    assert same is not made
    assert same.engagement.body.second == made.engagement.body.second


def test_what_follows_finds_what_was_written_again(twice):
    def build():
        made = make.engagement("examining")
        return make.examine(made, {}).findings.count(), made.findings.count()

    (*_, first), (*_, second) = twice(build)
    assert first == second == (3, 3)


def name():
    return make.organisation("provider").name


def test_after_a_row_by_hand_it_is_built_anew(twice):
    def by_hand():
        Organisation.objects.create(kind="buyer", name="By hand", country="CH", created_at=AT)
        return name()

    assert len({given for *_, given in twice(name)}) == 1  # the control
    (*_, first), (*_, second) = twice(by_hand)
    assert first != second


def test_a_savepoint_that_is_taken_back_takes_its_place_back_too():
    first = name()
    point = transaction.savepoint()
    second = name()
    transaction.savepoint_rollback(point)
    assert name() == second != first


def test_in_another_language_or_setting_it_is_built_anew(settings):
    met = [name_taken_back()]
    with translation.override("fr"):
        met.append(name_taken_back())
    settings.LIMITS = {"sign_in": 3}
    met.append(name_taken_back())
    assert len({*met}) == 3


def name_taken_back():
    point = transaction.savepoint()
    made = name()
    transaction.savepoint_rollback(point)
    return made


def test_where_something_stands_in_a_functions_place_it_is_asked(monkeypatch):
    make.declaration()

    def broken(*given, **words):
        raise AssertionError("asked")

    monkeypatch.setattr(Declaration, "sign", broken)
    with pytest.raises(AssertionError, match="asked"):
        make.declaration()


def test_what_a_commit_sets_off_is_set_off_again(twice):
    def due():
        before = len(connection.run_on_commit)
        make.engagement("requested")
        return len(connection.run_on_commit) - before

    (*_, first), (*_, second) = twice(due)
    assert first == second > 0


def test_a_record_that_was_given_is_the_one_that_comes_back():
    provider = make.organisation("provider")
    point = transaction.savepoint()
    first = make.solution(provider)
    transaction.savepoint_rollback(point)
    second = make.solution(provider)
    assert first.pk == second.pk
    assert second.organisation is provider


def test_a_copy_changed_by_one_test_is_whole_for_the_next(twice):
    def changed():
        made = make.engagement("examining")
        before = made.summary
        made.summary = "Changed."
        return before

    (*_, first), (*_, second) = twice(changed)
    assert first == second == ""
    assert not Finding.objects.exists()
