"""Declaring on a page: what is missing, the review, the signature; then the public declaration."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certcentre.desk.bench.measuring import own
from standards.assessment.declarations import Declaration
from tests import make
from tests.assessment.threads import at_once
from tests.markup import tight

pytestmark = pytest.mark.alike

SIGNED = {"signatory_name": "Ada “Ex” Example", "signatory_role": "Director", "tick": "on"}


@pytest.fixture
def now():
    return timezone.now()


def ready(provider, number=2, **values):
    """A draft with everything answered; `values` by reference instead of met."""
    criteria = make.criteria(number)
    said = {c.key: values.get(c.ref.replace(".", "_"), "met") for c in criteria}
    said = {key: value for key, value in said.items() if value}
    return make.assessment(organisation=provider, criteria=criteria, answers=said)


@pytest.fixture
def signatory(client, provider):
    client.force_login(provider.person)
    return client


def page(client, draft):
    return client.get(reverse("declare", args=[draft.pk]))


def sign(client, draft, **changes):
    return client.post(reverse("declare", args=[draft.pk]), SIGNED | changes)


def test_what_is_missing_is_listed_each_with_its_place(signatory, provider):
    draft = ready(provider, **{"1_2": ""})
    open_one = draft.answers.get(value="")
    shown = page(signatory, draft).content.decode()
    edition = open_one.criterion.edition.name
    assert f"Not answered yet: 1.2 {open_one.criterion.title}</a><p>{edition}</p>" in tight(shown)
    assert reverse("answer", args=[draft.pk, open_one.pk]) in shown
    assert "signatory_name" not in shown
    got = sign(signatory, draft)
    assert (got.status_code, Declaration.objects.count()) == (422, 0)
    assert "Not answered yet: 1.2" in got.content.decode()


def test_the_review_says_what_will_stand(signatory, provider):
    draft = ready(provider, 5, **{"1_2": "partly_met", "1_3": "not_applicable", "1_4": "not_met"})
    make.attach(draft.answers.filter(value="met").first(), make.evidence(provider))
    shown = page(signatory, draft).content.decode()
    for words, number in {
        "Met at AL2, evidence on file": 1,
        "Met at AL1, declared": 1,
        "Partly or not met": 2,
        "Not applicable": 1,
        "No statement": 0,
    }.items():
        assert f"<dt>{words}</dt><dd>{number}</dd>" in shown
    assert "What you say is not, or only partly, met" in shown


def test_the_review_says_when_al2_ends_and_begins(signatory, provider, now):
    draft = ready(provider, 4)
    today = now.date()
    periods = {
        "ends": (today - timedelta(days=9), today + timedelta(days=30)),
        "longest": (today, today + timedelta(days=900)),
        "begins": (today + timedelta(days=1), None),
    }
    for answer, (start, end) in zip(draft.answers.order_by("pk"), periods.values(), strict=False):
        make.attach(answer, make.evidence(provider, speaks_from=start, until=end))
    shown = " ".join(page(signatory, draft).content.decode().split())
    assert "<dt>Met at AL2, evidence on file</dt><dd>2</dd>" in shown
    assert f"AL2 of 1 criterion ends on {date_format(today + timedelta(days=30))}." in shown
    assert f"AL2 of 1 criterion begins on {date_format(today + timedelta(days=1))}" in shown
    assert shown.count("AL2 of") == 2


def test_what_the_review_says_of_al2_is_what_signing_claims(signatory, provider, now):
    draft = ready(provider, 1)
    start, end = now.date() + timedelta(days=1), now.date() + timedelta(days=20)
    make.attach(draft.answers.get(), make.evidence(provider, speaks_from=start, until=end))
    sign(signatory, draft)
    claim = Declaration.objects.get().claims.get(assurance=2)
    assert (claim.valid_from.date(), claim.valid_until.date()) == (start, end + timedelta(days=1))


def test_the_review_names_the_certificate_that_loses_claims(signatory, provider, now):
    criteria = make.criteria(2)
    declared = make.declaration(organisation=provider, criteria=criteria, at=now)
    made = make.certificate(declaration=declared, at=now)
    draft = make.assessment(declared.release, criteria=[], at=now)
    first = draft.answers.select_related("criterion").first()
    first.give(value="not_met", by=provider.person, at=now, revision=first.revision)
    assert made.number in page(signatory, draft).content.decode()


def test_signing_leads_to_the_declaration(signatory, provider):
    draft = ready(provider)
    got = sign(signatory, draft)
    made = Declaration.objects.get()
    assert got.url == made.get_absolute_url()
    assert made.signatory_name == SIGNED["signatory_name"]
    assert signatory.get(reverse("declare", args=[draft.pk])).url == draft.get_absolute_url()


@pytest.mark.parametrize("held", [True, False])
def test_after_signing_the_words_tell_whether_a_rule_holds_it(signatory, provider, held):
    make.fact("delivery")
    if held:
        make.rule(make.edition(), "blocks_listing", key="B1")
    criteria = make.criteria(1)
    release = make.release(provider, facts={"delivery": ["web"]})
    draft = make.assessment(release, criteria=criteria, answers={criteria[0].key: "met"})
    shown = signatory.get(sign(signatory, draft).url).content.decode()
    assert ("A rule holds the release" in shown) == held
    assert ("The statements stand from now on" in shown) != held


@pytest.mark.parametrize("left_out", list(SIGNED))
def test_name_role_and_tick_are_all_asked(signatory, provider, left_out):
    got = sign(signatory, ready(provider), **{left_out: ""})
    assert (got.status_code, Declaration.objects.count()) == (422, 0)


def test_an_editor_who_may_not_sign_sees_the_review_and_is_refused(client, provider):
    draft = ready(provider)
    client.force_login(make.member(provider, "editor"))
    assert "A signatory of" in page(client, draft).content.decode()
    assert sign(client, draft).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_press_at_once_one_declares():
    provider = make.organisation("provider")
    draft = ready(provider)

    def presser():
        client = Client()
        client.force_login(provider.person)
        return lambda: sign(client, draft).status_code

    got = at_once(*[presser() for _ in range(16)])
    assert sorted(got) == [302] + [409] * 15
    assert Declaration.objects.count() == 1


def test_everybody_reads_what_was_signed_but_never_the_file(client, provider, now):
    made = make.proven(provider, at=now)
    got = client.get(made.get_absolute_url())
    shown = got.content.decode()
    assert made.digest in shown
    assert "Ada Example, Director" in shown
    assert "Test report" in shown
    assert reverse("evidence", args=[made.content["evidence"][0]["id"]]) not in shown
    assert "report.pdf" not in shown


def test_its_people_find_the_way_to_the_evidence(signatory, provider, now):
    made = make.proven(provider, at=now)
    shown = signatory.get(made.get_absolute_url()).content.decode()
    assert reverse("evidence", args=[made.content["evidence"][0]["id"]]) in shown


def test_withdrawing_asks_for_a_reason_that_everybody_reads(signatory, provider, now):
    made = make.declaration(organisation=provider, at=now)
    address = reverse("declaration-withdraw", args=[made.number])
    assert signatory.post(address, {"reason": ""}).status_code == 422
    assert signatory.post(address, {"reason": "It was wrong <b>."}).status_code == 302
    shown = Client().get(made.get_absolute_url()).content.decode()
    assert "Withdrawn by the provider" in shown
    assert "It was wrong &lt;b&gt;." in shown
    assert signatory.post(address, {"reason": "Again."}).status_code == 409


def test_a_newer_declaration_is_pointed_to(client, provider, now):
    first = make.declaration(organisation=provider, at=now)
    second = make.declaration(first.release, criteria=[], at=timezone.now())
    shown = client.get(first.get_absolute_url()).content.decode()
    assert f"Replaced by {second.number}" in shown


def test_the_declaration_takes_few_statements_at_any_size(client, provider, now):
    def cost(number):
        made = make.proven(provider, criteria=make.criteria(number), at=now)
        with CaptureQueriesContext(connection) as found:
            assert client.get(made.get_absolute_url()).status_code == 200
        return len(own(found.captured_queries))

    assert cost(2) == cost(8) <= 8
