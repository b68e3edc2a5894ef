"""The provider's evidence: who opens a file, what comes of hostile ones, and removing it."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove
from certcentre.log.models import LogEntry
from standards.assessment.answers import Answer
from standards.assessment.claims import Claim
from standards.assessment.evidence import Evidence, Grant
from tests import make

pytestmark = pytest.mark.alike


@pytest.fixture
def declared(provider):
    """A declaration whose first answer rests on a file."""
    return make.proven(provider, at=timezone.now())


@pytest.fixture
def piece(declared):
    return Evidence.objects.get()


def get(client, person, name, piece, **data):
    client.force_login(person)
    return client.get(reverse(name, args=[piece.pk]), data)


def reads(piece):
    return list(LogEntry.objects.about(piece).filter(step="evidence.read"))


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_its_own_people_download_it_as_an_attachment_that_nothing_runs(client, provider, piece):
    got = get(client, provider.person, "evidence-file", piece)
    assert b"".join(got) == b"%PDF-1.7 an example"
    assert got["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert "no-store" in got["Cache-Control"]
    assert reads(piece) == []


def test_what_ends_soon_is_renewed_from_its_page(client, provider, at):
    now = timezone.now()
    old = make.evidence(provider, speaks_from=now.date() - timedelta(days=340))
    declared = make.proven(provider, piece=old, criteria=make.criteria(1), at=now)
    piece = Evidence.objects.get()
    release = declared.release
    assess = reverse("release-assess", args=[release.pk])
    page = get(client, provider.person, "evidence", piece).content.decode()
    assert f'href="{assess}"' in page
    assert "Renew it" in page
    draft = make.assessment(release, criteria=[])
    (answer,) = draft.answers.all()
    page = get(client, provider.person, "evidence", piece).content.decode()
    assert reverse("answer", args=[draft.pk, answer.pk]) + "#evidence" in page
    assert f'href="{assess}"' not in page
    reader = make.member(provider, "manager")
    assert "Renew it" not in get(client, reader, "evidence", piece).content.decode()


def test_what_ran_out_is_renewed_until_a_declaration_rests_on_it_no_more(client, provider):
    now, day = timezone.now(), timedelta(days=1)
    old = make.evidence(provider, speaks_from=now.date() - 340 * day)
    declared = make.proven(provider, piece=old, criteria=make.criteria(1), at=now - 30 * day)
    Evidence.objects.update(speaks_until=now.date() - 2 * day)
    Claim.objects.filter(evidence=old).update(valid_until=now - day)
    assert "Renew it" in get(client, provider.person, "evidence", old).content.decode()
    make.declaration(declared.release, at=now - day)
    assert "Renew it" not in get(client, provider.person, "evidence", old).content.decode()


def test_what_no_claim_rests_on_is_not_to_be_renewed(client, provider):
    now, criteria = timezone.now(), make.criteria(1)
    old = make.evidence(provider, speaks_from=now.date() - timedelta(days=340))
    less = {criteria[0].key: "partly_met"}
    draft = make.assessment(organisation=provider, criteria=criteria, answers=less, at=now)
    make.attach(draft.answers.get(), old)
    make.declare(draft, at=now)
    assert "Renew it" not in get(client, provider.person, "evidence", old).content.decode()
    assert not Evidence.objects.running_out(at=now).exists()


def test_what_a_newer_piece_carries_on_is_not_to_be_renewed(client, provider):
    now, day, criteria = timezone.now(), timedelta(days=1), make.criteria(2)
    old = make.evidence(provider, until=now.date() + 9 * day)
    new = make.evidence(provider, title="Newer", until=now.date() + 200 * day)
    given = {criterion.key: "met" for criterion in criteria}
    draft = make.assessment(organisation=provider, criteria=criteria, answers=given, at=now)
    for answer in draft.answers.all():
        make.attach(answer, old)
    make.attach(draft.answers.first(), new)
    release = make.declare(draft, at=now).release
    assert list(Evidence.objects.running_out(at=now)) == [old]  # the second answer's only one
    draft = make.assessment(release, criteria=[])
    for answer in draft.answers.exclude(evidence_uses__evidence=new):
        make.attach(answer, new)
    make.declare(draft, at=now)
    client.force_login(provider.person)
    assert "Renew it" not in get(client, provider.person, "evidence", old).content.decode()
    for address in (reverse("work"), release.get_absolute_url(), reverse("assessments")):
        assert old.get_absolute_url() not in client.get(address).content.decode()


def test_what_is_long_in_date_is_not_to_be_renewed(client, provider, piece):
    assert "Renew it" not in get(client, provider.person, "evidence", piece).content.decode()


def test_a_name_in_any_script_survives(client, provider):
    piece = make.filed(provider, name="تقرير größe.pdf")
    got = get(client, provider.person, "evidence-file", piece)
    assert "filename*=utf-8''%D8%AA" in got["Content-Disposition"]


@pytest.mark.parametrize("who", ["rival", "buyer", "auditor", "stranger"])
def test_others_find_nothing(client, who, piece, buyer, auditor, stranger):
    people = {"buyer": buyer.person, "auditor": auditor.person, "stranger": stranger}
    person = people.get(who) or make.organisation("provider").person
    assert get(client, person, "evidence", piece).status_code == 404
    assert get(client, person, "evidence-file", piece).status_code == 404


def test_the_auditor_opens_it_while_the_grant_lasts_and_the_log_says_so(
    client, auditor, declared, piece
):
    now = timezone.now()
    engagement = make.engagement("accepted", declaration=declared, organisation=auditor, at=now)
    assert get(client, auditor.person, "evidence-file", piece).status_code == 200
    assert [entry.reason for entry in reads(piece)] == [engagement.number]
    Grant.objects.update(until=now)
    assert get(client, auditor.person, "evidence-file", piece).status_code == 404


def test_an_officer_is_asked_for_a_reason_which_is_logged(client, centre, piece, provider):
    asked = get(client, centre.officer, "evidence-file", piece)
    assert "attachment" not in asked.get("Content-Disposition", "")
    assert "Why do you need to open it?" in asked.content.decode()
    address = reverse("evidence-file", args=[piece.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert reads(piece) == []
    got = client.post(address, {"reason": "A complaint."})
    assert "attachment" in got["Content-Disposition"]
    (entry,) = reads(piece)
    assert (entry.reason, entry.organisation) == ("A complaint.", provider)


def test_a_link_leads_on_for_its_people_and_is_shown_to_an_officer(client, centre, provider):
    piece = make.evidence(provider)
    got = get(client, provider.person, "evidence-file", piece)
    assert (got.status_code, got["Location"]) == (302, piece.link)
    client.force_login(centre.officer)
    got = client.post(reverse("evidence-file", args=[piece.pk]), {"reason": "A complaint."})
    assert f'href="{piece.link}"' in got.content.decode()


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "report.pdf": b"MZ\x90\x00 a program",
    "notes.txt": b"<html><script>alert(1)</script></html>",
    "run.sh": b"#!/bin/sh\nrm",
    "bomb.zip": packed(**{"a": b"0" * 5_000_000}),
    "report.docx": packed(**{"word__document.xml": "", "word__vbaProject.bin": "x"}),
    "empty.pdf": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_on_the_page_and_leaves_nothing(client, provider, name):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    client.force_login(provider.person)
    address = reverse("answer", args=[draft.pk, draft.answers.get().pk])
    sent = {"do": "add", "title": "Report", "speaks_from": "2026-06-01", "revision": "0"}
    got = client.post(address, sent | {"file": make.upload(name, HOSTILE[name])})
    assert got.status_code == 422
    assert 'id="id_file_error"' in got.content.decode()
    assert not Evidence.objects.exists()
    welcome = client.post(address, sent | {"file": make.upload()})  # the control
    assert (welcome.status_code, Evidence.objects.count()) == (302, 1)


@pytest.mark.parametrize("given", [{"file": True}, {"link": "https://a.example/"}])
@pytest.mark.parametrize("error", [IllegalMove("Declared meanwhile."), RuntimeError()])
def test_what_cannot_be_attached_is_not_filed(client, provider, monkeypatch, given, error):
    files = []

    def fails(_answer, piece, **_fields):
        files.extend([piece.file.name] if piece.file else [])
        raise error

    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    client.force_login(provider.person)
    client.raise_request_exception = False
    monkeypatch.setattr(Answer, "attach", fails)
    given = {"file": make.upload()} if "file" in given else given
    sent = {"do": "add", "title": "Report", "speaks_from": "2026-06-01", "revision": "0"}
    got = client.post(reverse("answer", args=[draft.pk, draft.answers.get().pk]), sent | given)
    assert got.status_code >= 400
    assert not Evidence.objects.exists()
    assert (len(files), any(map(default_storage.exists, files))) == ("file" in given, False)


def test_a_file_over_the_limit_is_refused_with_both_sizes(client, provider, settings):
    settings.EVIDENCE_MAX_BYTES = 1000
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    client.force_login(provider.person)
    address = reverse("answer", args=[draft.pk, draft.answers.get().pk])
    sent = {"do": "add", "title": "Report", "speaks_from": "2026-06-01", "revision": "0"}
    big = make.upload(content=b"%PDF-1.7" + b" " * 2000)
    got = client.post(address, sent | {"file": big})
    assert (got.status_code, Evidence.objects.count()) == (422, 0)
    assert "at most 1000" in got.content.decode().replace("\xa0", " ")


def test_an_office_file_that_unpacks_to_gigabytes_is_never_unpacked(client, provider):
    """Its declared size is not read: only its member list and the small parts that name it."""
    many = packed(**{"word__document.xml": b"0" * 50_000_000, "[Content_Types].xml": b"<Types/>"})
    piece = make.filed(provider, name="report.docx", content=many)
    assert piece.size < 100_000
    got = get(client, provider.person, "evidence-file", piece)
    assert len(b"".join(got)) == piece.size


def test_removing_says_what_ends_and_ends_it(client, provider, piece):
    shown = get(client, provider.person, "evidence-remove", piece).content.decode()
    assert "1 claim falls from AL2 to AL1 at once" in shown
    gone = client.post(reverse("evidence-remove", args=[piece.pk]), follow=True)
    assert "1 claim fell from AL2 to AL1." in gone.content.decode()
    assert Claim.objects.get(assurance=2).ended_at
    assert get(client, provider.person, "evidence-file", piece).status_code == 404
    assert "its file is deleted" in get(client, provider.person, "evidence", piece).content.decode()


def test_removing_what_no_claim_rests_on_says_that_none_fell(client, provider):
    idle = make.evidence(provider)
    shown = get(client, provider.person, "evidence-remove", idle).content.decode()
    assert "No claim rests on it alone, so none falls." in shown
    gone = client.post(reverse("evidence-remove", args=[idle.pk]), follow=True)
    assert "No claim fell." in gone.content.decode()


def test_removing_one_of_two_pieces_lets_no_claim_fall(client, provider, declared, piece):
    draft, now = make.assessment(declared.release, criteria=[]), timezone.now()
    make.attach(draft.answers.get(evidence_uses__evidence=piece), make.evidence(provider))
    make.declare(draft, at=now)
    shown = get(client, provider.person, "evidence-remove", piece).content.decode()
    assert "No claim rests on it alone, so none falls." in shown


def test_removing_twice_is_refused(client, provider, piece):
    client.force_login(provider.person)
    address = reverse("evidence-remove", args=[piece.pk])
    assert [client.post(address).status_code for _ in range(2)] == [302, 409]


def test_the_list_tells_what_ran_out_and_what_is_not_used(client, provider, piece):
    make.evidence(provider, title="Old", speaks_from=date(2020, 1, 1))
    client.force_login(provider.person)
    address = reverse("evidence-list")
    pages = {
        show: client.get(address, {"show": show}).content.decode() for show in ("ended", "unused")
    }
    assert "Ran out" in pages["ended"]
    assert ">Old</a>" in pages["ended"]
    assert "Test report" not in pages["ended"]
    assert ">Old</a>" in pages["unused"]


def test_the_list_takes_the_same_statements_for_many(client, provider, django_assert_num_queries):
    client.force_login(provider.person)
    make.evidence(provider)
    with django_assert_num_queries(5) as few:
        client.get(reverse("evidence-list"))
    for _ in range(9):
        make.evidence(provider)
    with django_assert_num_queries(len(few)):
        assert client.get(reverse("evidence-list")).status_code == 200
