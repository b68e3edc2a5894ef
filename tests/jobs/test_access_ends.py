"""A job is for an organisation: it ends with whoever asked for it acting there."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Membership
from certcentre.jobs import running
from tenders import exporting
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def export(db, at):
    """A file of a draft that a buyer asked for."""
    tender = make.tender()
    return exporting.request(tender, "docx", by=tender.person, at=at)


def end(export, how, centre):
    now = timezone.now()
    if how == "left":
        Membership.objects.filter(user=export.requested_by).update(until=now)
    if how == "suspended":
        export.organisation.suspend(by=centre.officer, at=now, reason="Under review.")


@pytest.mark.parametrize("how", ["nothing", "left", "suspended"])
def test_a_job_of_somebody_who_left_does_not_run(export, centre, how):
    end(export, how, centre)
    running.run(export.pk, exporting.make)
    export.refresh_from_db()
    assert (export.status, bool(export.file)) == (
        ("done", True) if how == "nothing" else ("failed", False)
    )
    assert ("no longer acts" in export.error) == (how != "nothing")


@pytest.mark.parametrize("how", ["left", "suspended"])
def test_a_finished_file_is_closed_too(export, centre, how):
    running.run(export.pk, exporting.make)
    client = Client()
    client.force_login(export.requested_by)
    doors = [reverse("job", args=[export.pk]), reverse("job-file", args=[export.pk])]
    assert [client.get(door).status_code for door in doors] == [200, 200]
    end(export, how, centre)
    assert [client.get(door).status_code for door in doors] == [404, 404]
