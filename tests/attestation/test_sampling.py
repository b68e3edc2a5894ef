"""Before an examination begins its evaluator says of what only a part is examined."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document

from certcentre.lifecycle import IllegalMove, NotReady
from standards.attestation.report import docx, report_of
from standards.attestation.sampling import Sample, plan_sample
from tests import make
from tests.make.moment import AT

WORDS = {"what": "schools", "number": 3, "of": 12, "drawn": "By lot, from the list of customers."}


@pytest.fixture
def engagement(db):
    return make.engagement("accepted", declaration=make.declaration(criteria=make.criteria(3)))


def plan(engagement, **changes):
    given = {"findings": engagement.findings.all()[:2], **WORDS, **changes}
    return plan_sample(engagement, **given, by=engagement.body.person, at=AT)


def decided(engagement):
    body = engagement.body
    engagement.examine(by=body.person, at=AT)
    keys = engagement.findings.values_list("criterion__key", flat=True)
    make.examine(engagement, dict.fromkeys(keys, "conforming"))
    engagement.ready(summary="Done.", by=body.person, at=AT)
    make.decide(engagement)
    return engagement


def test_once_begun_the_plan_stands(engagement):
    sample = plan(engagement)
    plan(engagement, what="accounts").drop(by=engagement.body.person, at=AT)
    engagement.examine(by=engagement.body.person, at=AT)
    with pytest.raises(IllegalMove):
        plan(engagement)
    with pytest.raises(IllegalMove):
        sample.drop(by=engagement.body.person, at=AT)
    assert Sample.objects.get() == sample


@pytest.mark.parametrize(
    "changes", [{"number": 0}, {"number": 13}, {"what": " "}, {"drawn": ""}, {"findings": []}]
)
def test_a_sample_is_a_part_of_something_and_drawn_somehow(changes, engagement):
    with pytest.raises(NotReady):
        plan(engagement, **changes)


def test_the_database_keeps_no_sample_that_is_more_than_all(engagement):
    sample = plan(engagement)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(number=13)


def test_it_stands_in_the_rows_and_on_the_page(client, engagement):
    client.force_login(engagement.body.person)
    address = reverse("engagement-sample", args=[engagement.pk])
    keys = [str(pk) for pk in engagement.findings.values_list("pk", flat=True)][:1]
    assert client.post(address, {**WORDS, "findings": keys, "number": "x"}).status_code == 422
    assert client.post(address, {**WORDS, "findings": keys}).status_code == 302
    assert "3 of 12 schools" in client.get(engagement.get_absolute_url()).content.decode()
    sheet = client.get(reverse("findings", args=[engagement.pk])).content.decode()
    assert sheet.count("3 of 12 schools") == 1


def test_the_provider_reads_it_after_the_decision_alone(client, engagement):
    plan(engagement)
    client.force_login(make.signer(engagement.provider))
    page = engagement.get_absolute_url()
    assert "schools" not in client.get(page).content.decode()
    decided(engagement)
    assert "3 of 12 schools" in client.get(page).content.decode()


def test_the_report_holds_it(engagement):
    plan(engagement)
    report = report_of(decided(engagement))
    assert report.samples == [["3 of 12 schools", WORDS["drawn"], "1.1, 1.2"]]
    document = Document(io.BytesIO(docx(report)))
    assert document.tables[0].cell(1, 0).text == "3 of 12 schools"
