"""A page offers a step ⇔ the verb accepts it ⇔ the work list shows it where it is theirs to do.

Every record with a lifecycle, in every state, for everybody who could come to it: `tests/abilities`
says which. What does not agree is named by state, person and verb.
"""

import os
import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from zlib import crc32

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from certcentre.abilities import Abilities, abilities, verbs
from certcentre.accounts.models import User
from certcentre.lifecycle import NotAllowed, StepRefused
from certcentre.worklist import every_row
from standards.attestation import steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement
from tests.abilities import ASKED_BY_ANOTHER, CASES, attestation
from tests.effort import in_turn
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
NOW = AT + timedelta(hours=1)
EVERY = bool(os.environ.get("EVERY_REQUEST"))  # else one of those who are refused alike
FORM = re.compile(
    r'<form([^>]*method="post"[^>]*)>(?:(?!</form).)*<(?:input|textarea)[^>]*name="(?!csrf)',
    re.DOTALL,
)
LEADS = re.compile(r'(?:href|action|formaction)="([^"?#]*)')


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock of the pages stands where the verbs are asked."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def both(case, state):
    """The record and its people, made anew by key: nothing stays from how they were made."""
    record, people = case.build(state)
    keys = {
        name: (person.pk and User.objects.get(pk=person.pk)) or person
        for name, person in people.items()
    }
    return record.pk, keys


def fresh(case, key):
    return case.model.objects.get(pk=key)


@contextmanager
def undone():
    """What is done inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def taken(case, key, verb, person):
    """What the verb itself answers: None where it went through, else the refusal."""
    with undone():
        try:
            case.offers[verb].take(fresh(case, key), by=person, at=NOW)
        except StepRefused as refused:
            return [str(problem) for problem in refused.problems]
    return None


def signed_in(person):
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client


def shown(case, record, client):
    """The addresses that the record's pages lead to, and their words."""
    pages = [client.get(page) for page in case.pages(record)]
    seen = [unescape(page.content.decode()) for page in pages if page.status_code == 200]
    return {address for page in seen for address in LEADS.findall(page)}, " ".join(seen)


def listed(case, key, verb, person):
    """Whether the work list shows it; None where no row is for this verb and person."""
    rows = [row for row in every_row() if row.step == f"{case}.{verb}"]
    if not rows or not person.is_authenticated:
        return None
    own = [row for row in rows if row.is_for(person.parts())]
    return any(row.records(person, NOW).filter(pk=key).exists() for row in own)


def disagreements(case, key, person, met):
    """What page, verb and work list say differently, in words. The addresses of steps that are
    refused are asked by one of those who are refused alike and see as much; `met` holds them."""
    record, able = fresh(case, key), abilities(fresh(case, key), person, at=NOW)
    client = signed_in(person)
    leads, words = shown(case, record, client)
    for verb, offer in case.offers.items():
        refusal, address = able[verb], offer.address(record)
        if person.is_authenticated and taken(case, key, verb, person) != (
            refusal if refusal is None else refusal.problems
        ):
            yield verb, "the verb answers otherwise than the record"
        if verb not in case.apart and (words or refusal is None):  # else no page is theirs
            said = words if verb not in case.quiet else str(refusal)
            if offer.read:
                yield from asked(verb, refusal, client.get(address), address)
            else:
                yield from offered(verb, refusal, address in leads, said)
                alike = verb, str(refusal), bool(words), person.is_authenticated
                if EVERY or refusal is None or refusal.missing or alike not in met:
                    yield from opened(verb, refusal, client, address)
                met.add(alike)
        yield from waits(case, verb, refusal, listed(case, key, verb, person))


def offered(verb, refusal, leads, words):
    if refusal is None and not leads:
        yield verb, "accepted, and no page offers it"
    if refusal is not None and leads and not refusal.missing:
        yield verb, f"offered, and refused: {refusal}"
    if refusal is not None and refusal.missing and not leads and str(refusal) not in words:
        yield verb, "nothing on the page says what is missing"


def asked(verb, refusal, page, address):
    """On a page that others read too: the form stands there for whoever may take the step."""
    words = page.content.decode().split("<main")[1] if page.status_code == 200 else ""
    asks = any(LEADS.findall(form) in ([], [address]) for form in FORM.findall(words))
    if refusal is None and not asks:
        yield verb, "accepted, and its page has no form for it"
    if refusal is not None and asks and not refusal.missing:
        yield verb, f"its page has a form, and refused: {refusal}"


def opened(verb, refusal, client, address):
    """The step's own page opens for whoever may take it; one that is only sent (405) is sent."""
    able, status = refusal is None or refusal.missing, client.get(address).status_code
    if status == 405 and not able:
        with undone():
            answer = client.post(address)
        status = answer.status_code
        if status == 302 and "/accounts/" not in answer["Location"]:
            yield verb, "its address takes it from who may not"
    if able and status not in (200, 405):
        yield verb, f"its page answers {status} to who may take it"
    if not able and status == 200:
        yield verb, "its page opens for who may not take it"


def waits(case, verb, refusal, on_list):
    able = refusal is None or refusal.missing
    if on_list and not able:
        yield verb, f"on the work list, and refused: {refusal}"
    if on_list is False and refusal is None and verb not in case.narrow:
        yield verb, "theirs to do, and not on the work list"


CELLS = [(case, state) for case in CASES for state in case.states]
TURN = in_turn([f"{case} {state}" for case, state in CELLS], of=2)
ASKED = [(case, state) for case, state in CELLS if f"{case} {state}" in TURN]


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "state"), ASKED, ids=[f"{case}-{state}".replace(" ", "_") for case, state in ASKED]
)
def test_page_verb_and_work_list_agree(case, state):
    key, people = both(case, state)
    names, met = [*people], set()
    first = crc32(f"{case} {state}".encode()) % len(names)  # another one in another state
    wrong = [
        f"{name}, {verb}: {words}"
        for name in names[first:] + names[:first]
        for verb, words in disagreements(case, key, people[name], met)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_kind_of_record_has_its_case():
    asked = {model for model in apps.get_models() if verbs(model) and model not in ASKED_BY_ANOTHER}
    assert {case.model for case in CASES} == asked


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_verb_and_state_of_it_is_there(case):
    assert sorted([*case.offers, *case.elsewhere]) == verbs(case.model)
    assert set(getattr(case.model, "LIFECYCLE", {})) <= set(case.states)
    assert case.apart.keys() | case.quiet.keys() | case.narrow.keys() <= case.offers.keys()


def broken(case, state, name):
    """What is found of a record in a state where one person comes to it."""
    key, people = both(case, state)
    found = disagreements(case, key, people[name], set())
    return {(verb, words.partition(":")[0]) for verb, words in found}


@pytest.mark.long
def test_a_verb_that_forgets_to_ask_is_found(monkeypatch):
    def withdraw(self, *, by, at, reason):
        self._move("withdrawn", steps.ACCREDITATION_WITHDRAWN, by, at, reason)

    monkeypatch.setattr(Accreditation, "withdraw", withdraw)
    found = broken(attestation.ACCREDITATION, "active", "stranger")
    assert ("withdraw", "the verb answers otherwise than the record") in found


@pytest.mark.long
def test_a_page_that_offers_by_itself_is_found(monkeypatch):
    def everything(record, user, *, at):
        return Abilities(dict.fromkeys(verbs(type(record))))

    monkeypatch.setattr("standards.attestation.pages.accreditations.abilities", everything)
    found = broken(attestation.ACCREDITATION, "active", "stranger")
    assert ("withdraw", "offered, and refused") in found


@pytest.mark.long
def test_a_work_list_that_asks_less_is_found(monkeypatch):
    monkeypatch.setattr("standards.attestation.independence.untied", lambda *of, **names: Q())
    found = broken(attestation.ENGAGEMENT, "ready", "a decider who left the provider lately")
    assert ("decide", "on the work list, and refused") in found


@pytest.mark.long
def test_a_check_that_asks_more_than_the_work_list_is_found(monkeypatch):
    def nobody(self, *, by, at):
        raise NotAllowed("Nobody decides.")

    monkeypatch.setattr(Engagement, "may_decide", nobody)
    found = broken(attestation.ENGAGEMENT, "ready", "a decider")
    assert ("decide", "on the work list, and refused") in found
