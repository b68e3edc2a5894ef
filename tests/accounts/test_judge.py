"""The pages where the centre verifies, refuses and suspends, and where one is closed."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Organisation
from certcentre.log.models import LogEntry
from tests import make

pytestmark = pytest.mark.django_db
STEPS = [
    ("verify", False, {"how": "Business register"}, "verified"),
    ("refuse", False, {"reason": "No such number"}, "refused"),
    ("suspend", True, {"reason": "Struck off"}, "suspended"),
    ("close", True, {"reason": "Over"}, "closed"),
]


@pytest.mark.parametrize(("verb", "verified", "given", "state"), STEPS)
def test_an_officer_judges(client, centre, verb, verified, given, state):
    company = make.organisation(verified=verified)
    client.force_login(centre.officer)
    client.post(reverse(f"organisation-{verb}", args=[company.pk]), given)
    company.refresh_from_db()
    assert company.status == state
    last = LogEntry.objects.about(company).last()
    assert (last.to_state, last.reason, last.visibility) == (state, *given.values(), "public")


@pytest.mark.parametrize(("verb", "verified", "given", "state"), STEPS)
def test_a_step_without_its_words_is_not_taken(client, centre, verb, verified, given, state):
    company = make.organisation(verified=verified)
    client.force_login(centre.officer)
    page = client.post(reverse(f"organisation-{verb}", args=[company.pk]), {})
    assert page.context["form"].errors
    assert Organisation.objects.get(pk=company.pk).status != state


def test_a_step_that_is_not_possible_now_is_explained(client, centre, provider):
    client.force_login(centre.officer)
    page = client.post(reverse("organisation-refuse", args=[provider.pk]), {"reason": "no"})
    assert page.status_code == 409


def test_its_manager_closes_it(client, provider):
    client.force_login(provider.person)
    client.post(reverse("organisation-close", args=[provider.pk]), {"reason": "Over"})
    assert Organisation.objects.get(pk=provider.pk).status == "closed"
