"""The reference is true: thousands of questions made from it, and from near it, are answered as
it says, on codes, media types and shapes; as a visitor and as three people with a session.

`make soak` asks 10,000 times each (QUESTIONS sets another number).
"""

from contextlib import suppress

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.effort import asked
from tests.test_access import built, world  # noqa: F401

QUESTIONS = asked("QUESTIONS", 100)  # as each person
WHO = ("anonymous", "provider", "auditor", "officer")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
pytestmark = pytest.mark.long


@pytest.fixture
def reference(world):  # noqa: F811
    """As the portal gives it; its connection is the test's, so no end of a request closes it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(reference):
    return [each.ok() for each in reference.get_all_operations()]


def ask(operation, cookies, count, checks):
    """So many questions, half of them as the reference has it and half of them not."""

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def as_it_says(case):
        case.call_and_validate(cookies=cookies, checks=checks)

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def otherwise(case):
        case.call_and_validate(cookies=cookies, checks=checks)

    as_it_says()
    with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
        otherwise()


def describe(error):
    """What was answered to what, of each failure in the group."""
    return "\n\n".join(map(str, getattr(error, "exceptions", [error])))


@pytest.mark.parametrize("who", WHO)
def test_every_answer_is_as_the_reference_says(who, reference, world):  # noqa: F811
    every = operations(reference)
    wrong = []
    for operation in every:
        try:
            ask(operation, world.sessions[who], max(1, QUESTIONS // len(every) // 2), CHECKS)
        except (Exception, BaseExceptionGroup) as error:
            wrong.append(f"{operation.label}: {describe(error)}")
    assert "\n\n".join(wrong) == ""
