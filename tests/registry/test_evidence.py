"""The evidence on a product's public page: what the declaration in force names, nothing else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.assessment.claims import Claim
from standards.assessment.solutions import Release
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def now():
    return timezone.now()


def page_of(client, declared):
    address = reverse("solution", args=[declared.release.solution_id])
    return " ".join(client.get(address).content.decode().split())


def resting(provider, *pieces, criteria=None, answers=None, at=None):
    """A declaration whose answers all rest on these pieces."""
    at = at or timezone.now()
    draft = make.assessment(
        organisation=provider, criteria=criteria or make.criteria(3), answers=answers or {}, at=at
    )
    for answer in draft.answers.select_related("criterion"):
        if not answer.value:
            answer.give(value="met", by=provider.person, at=at, revision=answer.revision)
        for piece in pieces:
            make.attach(answer, piece)
    return make.declare(draft, at=at)


def test_each_claim_names_what_it_rests_on_and_how_to_see_it(client, provider):
    piece = make.evidence(provider, title="Contrast <report>")
    declared = resting(provider, piece)
    page = page_of(client, declared)
    ask = reverse("access-ask-for", args=[declared.number])
    beside = (
        '<span class="ref">E1</span> <span dir="auto">Contrast &lt;report&gt;</span>. Link. '
        f'Speaks for the time from 1 June 2026. <bdi class="mono">{piece.digest[:12]}…</bdi> '
        f'<a href="{ask}">Ask to see it</a>'
    )
    assert page.count(beside) == 3
    assert page.count(f'id="e{piece.pk}"') == 1  # and once among all
    assert piece.digest not in page
    assert piece.link not in page


def test_pieces_are_numbered_as_the_claims_name_them(client, provider, now):
    criteria = make.criteria(2)
    draft = make.assessment(organisation=provider, criteria=criteria, at=now)
    first, second = draft.answers.order_by("criterion__position")
    for answer, title in ((second, "Later"), (first, "Earlier")):
        answer.give(value="met", by=provider.person, at=now, revision=0)
        make.attach(answer, make.evidence(provider, title=title))
    page = page_of(client, make.declare(draft, at=now))
    assert page.index(">E1</span>") < page.index("Earlier</strong>")
    assert page.index(">E2</span>") < page.index("Earlier</strong>") < page.index("Later</strong>")


def test_what_ran_out_is_named_and_marked(client, provider):
    old = make.evidence(provider, title="Old", speaks_from=date(2020, 1, 1))
    page = page_of(client, resting(provider, old))
    assert "Old</strong>" in page
    assert "Ran out</span>" in page


def test_beneath_a_contrary_outcome_no_evidence_of_the_provider_stands(client, provider, now):
    piece = make.evidence(provider)
    declared = resting(provider, piece, criteria=make.criteria(1))
    Claim.objects.filter(release=declared.release).update(outcome="not_met")
    page = page_of(client, declared)
    assert "The provider had declared" in page
    assert page.count(">E1</span>") == 1  # among all, beside no claim


def declared_anew_without(release, piece):
    draft = make.assessment(release, criteria=make.criteria(1), at=timezone.now())
    for use in piece.uses.filter(answer__assessment=draft).select_related("answer"):
        use.answer.detach(piece, by=make.signer_of(draft), at=timezone.now())
    for answer in draft.answers.select_related("criterion"):
        words = {"value": "met", "revision": answer.revision, "at": timezone.now()}
        answer.give(by=make.signer_of(draft), **words)
    make.declare(draft, at=timezone.now())


def with_another_current_release(release, piece):
    other = make.release(solution=release.solution, label="9.x")
    declared_anew_without(other, piece)
    other.make_current(by=make.signer(release.solution.organisation), at=timezone.now())


NO_MORE = {
    "declared anew": declared_anew_without,
    "another release": with_another_current_release,
    "removed": lambda release, piece: piece.remove(
        by=make.signer(piece.organisation), at=timezone.now()
    ),
    "run out": lambda release, piece: release.declarations.update(valid_until=timezone.now()),
}


@pytest.mark.parametrize("how", NO_MORE)
def test_what_no_declaration_in_force_names_any_more_is_private(client, provider, how):
    piece = make.evidence(provider, title="zq000001x")
    declared = resting(provider, piece, at=timezone.now() - timedelta(days=1))
    assert "zq000001x" in page_of(client, declared)  # the control
    NO_MORE[how](declared.release, piece)
    page = page_of(client, declared)
    assert 'id="claims"' in page
    assert "zq000001x" not in page


def test_what_was_never_declared_is_private(client, provider, now):
    make.evidence(provider, title="zq000001x")  # on file alone
    declared = resting(provider)
    draft = make.assessment(declared.release, at=now)
    make.attach(draft.answers.first(), make.evidence(provider, title="zq000002x"))
    assert "zq00000" not in page_of(client, declared)


def test_neither_the_name_of_a_file_nor_where_it_lies_is_shown(client, provider):
    piece = make.filed(provider, name="zq000002x.pdf", at=timezone.now())
    page = page_of(client, resting(provider, piece))
    assert "Test report" in page
    assert "zq000002x" not in page
    assert piece.file.name not in page
    assert reverse("evidence", args=[piece.pk]) not in page


def test_evidence_of_a_held_release_beside_one_that_is_listed(client, provider, now):
    shown, hidden = make.evidence(provider), make.evidence(provider, title="zq000003x")
    listed = resting(provider, shown)
    release = make.release(solution=listed.release.solution, label="9.x")
    draft = make.assessment(release, answers={}, at=now)
    for answer in draft.answers.select_related("criterion"):
        answer.give(value="met", by=provider.person, at=now, revision=0)
        make.attach(answer, hidden)
    make.declare(draft, at=now)
    Release.objects.filter(pk=release.pk).update(status="held")
    page = page_of(client, listed)
    assert "Test report" in page
    assert "zq000003x" not in page


def test_the_same_statements_however_many_pieces(client, provider, django_assert_num_queries):
    few = resting(provider, make.evidence(provider), criteria=make.criteria(2))
    pieces = [make.evidence(provider, title=f"Report {number}") for number in range(8)]
    many = resting(provider, *pieces, criteria=make.criteria(9))
    page_of(client, few)  # the catalogue is read once
    with django_assert_num_queries(8):
        page_of(client, few)
    with django_assert_num_queries(8):
        assert "Report 7" in page_of(client, many)
