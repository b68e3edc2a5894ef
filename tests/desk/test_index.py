"""What is found is what is public, after every step; the whole index can be made anew."""

import pytest
from django.core.management import CommandError, call_command

from certcentre.search.models import IndexEntry
from standards.assessment.solution_words import SolutionWords
from standards.assessment.solutions import Solution
from standards.catalogue.profiles import Need
from tenders.models import Tender
from tests import make
from tests.make.attestation import holder, officer

pytestmark = pytest.mark.django_db


def wrong(capsys):
    try:
        call_command("index", "--check")
    except CommandError:
        return capsys.readouterr().out.splitlines()
    return []


@pytest.fixture
def world(at):
    """Something of every kind that is found by words."""
    edition = make.edition("ex")
    make.declaration(criteria=edition.criteria.all())
    make.need(required=["ex:1.1"])
    make.accreditation(make.body(), editions=[edition])
    make.tender(status="published", edition=edition)


def test_steps_leave_the_index_as_a_rebuild_makes_it(world, capsys):
    assert wrong(capsys) == []
    before = [list(model.objects.order_by("pk").values_list("names", "words")) for model in MODELS]
    call_command("index")
    after = [list(model.objects.order_by("pk").values_list("names", "words")) for model in MODELS]
    assert sorted(before[0]) == sorted(after[0])
    assert sorted(before[1]) == sorted(after[1])


MODELS = (SolutionWords, IndexEntry)


def test_what_is_taken_back_is_not_in_it(world, capsys, at):
    """A step of each kind that hides something, and the line goes with it."""
    solution = Solution.objects.get()
    by = holder(solution.organisation, "editor")
    solution.edit(seen=solution.wording, by=by, at=at, name="Another name")
    assert wrong(capsys) == []
    solution.withdraw(by=holder(solution.organisation, "signatory"), at=at, reason="Sold no more")
    tender = Tender.objects.get()
    tender.person = holder(tender.buyer, "signatory")
    make.amended(tender, at=at)
    Need.objects.get().withdraw(by=officer(), at=at, reason="Doubled")
    assert wrong(capsys) == []
    assert not SolutionWords.objects.exists()
    assert not IndexEntry.objects.filter(kind="need").exists()


def test_a_line_that_is_missing_other_or_of_nothing_is_told(world, capsys):
    SolutionWords.objects.update(words="something else")
    IndexEntry.objects.filter(kind="need").delete()
    IndexEntry.objects.filter(kind="tender").update(key="TD-1999-000001")
    told = wrong(capsys)
    assert [line.partition(" ")[0] for line in told] == ["solution", "need", "tender", "tender"]
    call_command("index")
    assert wrong(capsys) == []
