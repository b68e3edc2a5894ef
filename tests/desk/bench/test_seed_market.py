"""An invented market: listed, with claims that stand, and refused where it was not asked for."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certcentre.desk.bench.invented import key
from certcentre.desk.bench.seeding import seed
from certcentre.desk.record_check import differences as record_differences
from standards.assessment.claims import Claim, differences
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_it_is_refused_unless_asked_for(settings):
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="--yes"):
        call_command("seed_market", solutions=1)
    with pytest.raises(CommandError, match="load_standards"):
        call_command("seed_market", solutions=1, yes=True)
    assert not Solution.objects.exists()


def test_every_solution_is_listed_and_has_a_page(client):
    make.catalogue()
    now = timezone.now()
    seed(30, at=now)
    listed = Solution.objects.listed()
    assert listed.count() == 30
    assert set(Claim.objects.in_force(at=now).values_list("assurance", flat=True)) >= {1, 2, 3}
    found = market.match([Requirement("wcag-2.2:1.1.1")], at=now)
    assert 0 < found.count < found.of == 30
    assert not list(differences(at=now))
    assert client.get("/solutions/").status_code == 200
    assert client.get(listed[0].get_absolute_url()).status_code == 200


def test_its_records_are_what_the_log_says_of_them(client):
    make.catalogue()
    seed(30, at=timezone.now())
    of_market = [each for each in record_differences() if not each.startswith("edition")]
    assert of_market == []
    certificate = Certificate.objects.first()
    assert "records disagree" not in client.get(certificate.get_absolute_url()).content.decode()


def test_what_is_there_stays_and_more_is_added():
    make.catalogue()
    for wanted, there in ((2, 2), (5, 5), (3, 5)):
        call_command("seed_market", solutions=wanted, yes=True, verbosity=0)
        assert Solution.objects.listed().count() == there


def test_the_same_number_is_the_same_solution(at):
    make.edition()
    seed(1, at=at)
    assert Solution.objects.get().pk == key("solution", 0)
