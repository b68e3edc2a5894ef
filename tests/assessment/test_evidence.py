"""Evidence: filed, opened by whom, removed."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certcentre import received_files
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import LogEntry
from standards.assessment import claims
from standards.assessment.evidence import Evidence, Grant
from tests import make
from tests.make.moment import AT

PDF = b"%PDF-1.7 test"


def filed(organisation, name="report.pdf", content=PDF):
    return Evidence.add_file(
        organisation,
        by=make.signer(organisation),
        at=AT,
        title="Report",
        file=SimpleUploadedFile(name, content),
        speaks_from=AT.date(),
    )


def resting_on(piece, organisation):
    """A declaration whose one answer rests on the piece."""
    draft = make.assessment(organisation=organisation, criteria=make.criteria(1))
    answer = draft.answers.get()
    answer.give(value="met", by=organisation.person, at=AT, revision=0)
    make.attach(answer, piece)
    return make.declare(draft)


def test_a_file_is_kept_under_a_random_name_and_shown_under_its_own(provider):
    piece = filed(provider, "../Prüfung.pdf")
    assert piece.file_name == "Prüfung.pdf"
    assert "Pr" not in piece.file.name.rpartition("/")[2]
    assert (piece.media_type, piece.size) == ("application/pdf", len(PDF))
    assert piece.file.open().read() == PDF


def test_a_file_over_the_limit_is_refused_with_both_sizes(provider, settings):
    settings.EVIDENCE_MAX_BYTES = 10
    with pytest.raises(NotReady, match=r"13.bytes.*10.bytes"):
        filed(provider)
    assert not Evidence.objects.exists()


def test_a_file_of_the_wrong_kind_is_refused(provider):
    with pytest.raises(NotReady, match="do not take"):
        filed(provider, "a.html", b"<html>")


def test_adding_and_removing_are_logged(provider):
    piece = filed(provider)
    piece.remove(by=provider.person, at=AT)
    steps = LogEntry.objects.about(piece).values_list("step", flat=True)
    assert list(steps) == ["evidence.added", "evidence.removed"]


def test_removing_ends_al2_at_once_and_leaves_al1(provider):
    piece = filed(provider)
    release = resting_on(piece, provider).release
    piece.remove(by=provider.person, at=AT + timedelta(hours=1))
    (claim,) = claims.effective([release.pk], at=AT + timedelta(hours=1))[release.pk].values()
    assert claim.assurance == 1


def test_removing_deletes_the_file(provider, django_capture_on_commit_callbacks):
    piece = filed(provider)
    with django_capture_on_commit_callbacks(execute=True):
        piece.remove(by=provider.person, at=AT)
    assert not piece.file.storage.exists(piece.file.name)


def test_removing_twice_is_refused(provider):
    piece = make.evidence(provider)
    piece.remove(by=provider.person, at=AT)
    with pytest.raises(IllegalMove):
        Evidence.objects.get(pk=piece.pk).remove(by=provider.person, at=AT)


def test_removed_evidence_cannot_carry_a_new_answer(provider):
    piece = make.evidence(provider)
    piece.remove(by=provider.person, at=AT)
    answer = make.assessment(organisation=provider).answers.first()
    with pytest.raises(IllegalMove):
        make.attach(answer, piece)


def test_a_grant_opens_the_declarations_evidence_from_until(provider, auditor):
    piece, other = make.evidence(provider), make.evidence(provider)
    declaration = resting_on(piece, provider)
    end = AT + timedelta(days=10)
    make.engagement("accepted", declaration=declaration, organisation=auditor)
    Grant.objects.update(until=end)
    opened = Evidence.objects.openable_by(auditor.person, at=AT)
    assert list(opened) == [piece]
    assert other not in opened
    assert not Evidence.objects.openable_by(auditor.person, at=end).exists()


def test_nobody_else_opens_it(provider, auditor, buyer, stranger, centre):
    make.evidence(provider)
    for person in (auditor.person, buyer.person, stranger, centre.officer):
        assert not Evidence.objects.openable_by(person, at=AT).exists()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a:b@example.org"])
def test_a_link_that_is_not_plain_http_is_refused(provider, link):
    with pytest.raises(NotReady):
        Evidence.add_link(
            provider, by=provider.person, at=AT, title="x", link=link, speaks_from=AT.date()
        )


def test_the_open_file_is_left_at_its_start():
    file = io.BytesIO(PDF)
    received_files.media_type(file, "a.pdf")
    assert file.read() == PDF
