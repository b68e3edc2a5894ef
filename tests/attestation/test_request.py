"""A provider asks a body to examine what it declared."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Interest
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from standards.attestation.engagement import Engagement
from standards.attestation.forms import offers
from standards.attestation.requesting import (
    declared_criteria,
    reaches,
    request_examination,
    running,
)
from standards.catalogue.editions import Criterion
from tests import make
from tests.markup import text

pytestmark = pytest.mark.alike


@pytest.fixture
def declaration(db):
    return make.declaration(criteria=make.criteria(3, key="ex"))


@pytest.fixture
def edition(declaration):
    return declaration.assessment.answers.first().criterion.edition


@pytest.fixture
def auditor(edition):
    body = make.body()
    make.accreditation(body, [edition])
    return body


@pytest.fixture
def ask(declaration, auditor, edition, at):
    """Ask as the provider's signatory, unless told otherwise."""

    def request(**changes):
        fields = {"body": auditor, "editions": [(edition, None)], "at": at}
        fields["by"] = make.signer(declaration.release.solution.organisation)
        return request_examination(declaration, **{**fields, **changes})

    return request


def test_all_declared_criteria_are_in_scope_and_none_is_examined(ask):
    found = ask().findings.values_list("criterion__key", "result")
    assert list(found) == [(f"ex:1.{n}", "not_examined") for n in (1, 2, 3)]


def test_the_scope_may_be_a_part(ask):
    some = Criterion.objects.filter(ref="1.2").values_list("pk", flat=True)
    assert [one.criterion.ref for one in ask(criteria=some).findings.all()] == ["1.2"]


def test_what_was_not_declared_cannot_be_examined(ask):
    stray = make.criteria(1, key="other")[0]
    with pytest.raises(NotReady, match="declaration answers"):
        ask(criteria=[stray.pk])


def test_at_least_one_criterion_of_each_edition(ask):
    with pytest.raises(NotReady, match="at least one declared criterion"):
        ask(criteria=[])


def test_the_body_must_be_accredited_for_the_edition(ask, edition, at):
    with pytest.raises(NotReady, match="not accredited"):
        ask(body=make.body())


def test_the_accreditation_must_cover_the_providers_country(ask, edition):
    elsewhere, here = make.body(), make.body()
    make.accreditation(elsewhere, [edition], countries=["KE"])
    make.accreditation(here, [edition], countries=["EE", "KE"])
    with pytest.raises(NotReady, match="not accredited"):
        ask(body=elsewhere)
    assert ask(body=here)


def test_an_accreditation_that_is_over_counts_for_nothing(ask, at):
    with pytest.raises(NotReady):
        ask(at=at.replace(year=2030))


def test_a_declaration_that_is_over_cannot_be_examined(ask, at):
    with pytest.raises(NotReady, match="no longer in force"):
        ask(at=at + timedelta(days=400))


def test_a_declaration_that_was_replaced_cannot_be_examined(client, ask, declaration, at):
    client.force_login(make.signer(declaration.release.solution.organisation))
    page = declaration.get_absolute_url()
    way = f"{page}examine/"
    assert way in client.get(page).content.decode()
    make.declaration(declaration.release, at=at + timedelta(minutes=1))
    with pytest.raises(NotReady, match="no longer in force"):
        ask(at=at + timedelta(minutes=2))
    assert way not in client.get(page).content.decode()


@pytest.mark.parametrize("who", ["provider", "auditor"])
def test_a_declared_interest_bars_the_body(ask, declaration, auditor, at, who):
    sides = {"provider": declaration.release.solution.organisation, "auditor": auditor}
    one, other = sides.pop(who), next(iter(sides.values()))
    by = auditor.person if one == auditor else make.signer(one)
    Interest.declare(one, other=other, nature="Owner", by=by, at=at)
    with pytest.raises(NotReady, match="interest"):
        ask()


def test_only_a_signatory_of_the_provider_asks(ask, declaration, auditor):
    editor = make.member(declaration.release.solution.organisation, "editor")
    for person in (editor, auditor.person, make.user()):
        with pytest.raises(NotAllowed):
            ask(by=person)


def test_asking_twice_makes_one_request(ask):
    ask()
    with pytest.raises(IllegalMove, match="already asked"):
        ask()
    assert Engagement.objects.count() == 1


def test_where_levels_build_up_the_level_is_named_and_bounds_the_scope(db, at):
    edition = make.graded()
    declaration = make.declaration(criteria=edition.criteria.all())
    body = make.body()
    make.accreditation(body, [edition])
    by = make.signer(declaration.release.solution.organisation)
    asked = {"body": body, "by": by, "at": at}
    with pytest.raises(NotReady, match="Name the level"):
        request_examination(declaration, editions=[(edition, None)], **asked)
    level = edition.levels.get(key="AA")
    made = request_examination(declaration, editions=[(edition, level)], **asked)
    assert {one.criterion.level.key for one in made.findings.all()} == {"A", "AA"}


def test_a_body_can_never_examine_itself(ask, declaration):
    """The database says so too, whatever code does."""
    made = ask()
    with pytest.raises(Exception, match="engagement_between_two_organisations"):
        Engagement.objects.filter(pk=made.pk).update(body=made.provider)


def test_what_is_only_announced_is_not_examined_yet(ask, edition, at):
    edition.effective_from = (at + timedelta(days=30)).date()
    edition.save()
    with pytest.raises(NotReady, match="only announced"):
        ask()


def test_what_an_examination_can_become_is_what_it_becomes_at_best(db):
    """For each level, beside a straightforward reading of the certificate that was granted."""
    edition = make.graded()
    keys = list(edition.criteria.order_by("position").values_list("key", flat=True))
    said = {"met": keys[:3], "partly_met": keys[3:4]}  # the fifth is not declared
    answers = {key: value for value, each in said.items() for key in each}
    declaration = make.declaration(
        criteria=edition.criteria.filter(key__in=answers), answers=answers
    )
    body = make.body()
    told = {}
    for reach in reaches(declaration):
        covered, wanted = len(reach.coverage.covered), len(reach.coverage.named)
        told[reach.level.key] = (reach.coverage.complete, covered, wanted)
        made = make.engagement(
            "granted",
            declaration=declaration,
            organisation=body,
            editions=[(edition, reach.level)],
            criteria=edition.criteria.filter(key__in=said["met"], pk__in=reach.coverage.named),
        )
        certificate = made.certificates.get()
        granted = (certificate.complete, certificate.covered_count, certificate.named_count)
        assert granted == told[reach.level.key]
    assert told == {"A": (True, 2, 2), "AA": (False, 3, 4)}
    assert [(reach.lacking, reach.undeclared) for reach in reaches(declaration)] == [
        (0, 0),
        (1, 0),
    ]
    (offer,) = offers(declared_criteria(declaration), {edition.pk})
    assert [level.key for level in offer.levels] == list(told)


def test_the_page_says_it_and_leads_to_where_criteria_are_added(client, declaration, auditor):
    signer = make.signer(declaration.release.solution.organisation)
    client.force_login(signer)
    page = client.get(reverse("engagement-request", args=[declaration.number]))
    assert "Certificate" in text(page).split("What this can become")[-1]
    some = make.declaration(criteria=make.criteria(4, key="more")[:1])
    client.force_login(make.signer(some.release.solution.organisation))
    page = client.get(reverse("engagement-request", args=[some.number]))
    assert "Verification of 1 of 4 criteria" in text(page)
    assert "3 criteria are not declared." in text(page)
    assert reverse("release-assess", args=[some.release_id]) in page.text


def test_with_a_body_chosen_it_still_says_what_that_body_can_make_of_it(
    client, declaration, auditor
):
    client.force_login(make.signer(declaration.release.solution.organisation))
    address = reverse("engagement-request", args=[declaration.number])
    edition = declaration.assessment.answers.first().criterion.edition
    assert edition.name in text(client.get(address)).split("Bodies that may examine it")[-1]
    page = text(client.get(address, {"body": str(auditor.pk)}))
    assert "Certificate" in page.split("What this can become")[-1]
    assert "This declaration ends on" not in page


def test_a_declaration_that_ends_within_weeks_is_to_be_renewed_first(client, declaration, auditor):
    client.force_login(make.signer(declaration.release.solution.organisation))
    soon = timezone.now() + timedelta(days=40)
    type(declaration).objects.filter(pk=declaration.pk).update(valid_until=soon)
    address = reverse("engagement-request", args=[declaration.number])
    for query in ({}, {"body": str(auditor.pk)}):
        assert "This declaration ends on" in text(client.get(address, query))


def test_a_certificate_in_force_is_named_before_another_is_asked_for(client, db, at):
    """It goes on beside the new one, which begins at once and is not the longer for it."""
    certificate = make.certificate()
    release, editions = certificate.release, [certificate.edition]
    day = timedelta(days=1)
    (line,) = running(release, editions, at=certificate.valid_until - 40 * day)
    assert line.left == 40
    assert f"{certificate.number} stays in force until" in str(line)
    assert "the 40 days that are left are not added to it" in str(line)
    (last,) = running(release, editions, at=certificate.valid_until - timedelta(hours=1))
    assert "which is its last day" in str(last)
    assert running(release, editions, at=certificate.valid_until) == []
    declaration = certificate.engagement.declaration
    client.force_login(make.signer(declaration.release.solution.organisation))
    address = reverse("engagement-request", args=[declaration.number])
    page = client.get(address, {"body": certificate.body.pk})
    assert f"{certificate.number} stays in force until" in text(page)


def test_a_request_that_nobody_accepted_says_how_long_it_has_waited(ask, auditor, at):
    ask()
    later = at + timedelta(days=9)
    (task,) = [
        task for task in tasks(auditor.person, at=later) if "Accept or decline" in task.title
    ]
    assert "It has waited for 9 days, and ends by itself on no day." in task.text
