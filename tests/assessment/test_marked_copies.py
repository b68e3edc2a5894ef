"""What a buyer is given of a PDF says on each page who opened it; the provider reads who did."""

import hashlib
import io

import pytest
import typst
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from certcentre.typesetting import NotSet, marked
from standards.assessment.evidence import Evidence
from tests import make

pytestmark = pytest.mark.alike
PAGES = b"""
#set page(width: 300pt, height: 400pt)
First
#page(width: 800pt, height: 300pt)[Wide]
"""


def pdf(*, turned=0, password=""):
    """Three pages of two sizes, the last of them empty."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(typst.compile(PAGES))))
    writer.add_blank_page(300, 400)
    writer.pages[0].rotate(turned)
    if password:
        writer.encrypt("", password, algorithm="AES-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def texts(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def let_in(content, *, name="report.pdf"):
    """A piece that a buyer asked for and may open, with that buyer's request."""
    provider = make.organisation("provider")
    piece = make.filed(provider, name=name, content=content, at=timezone.now())
    declaration = make.proven(provider, piece=piece, at=timezone.now())
    asked = make.access_request("granted", declaration=declaration, at=timezone.now())
    kept = Evidence.objects.get(pk=piece.pk)
    kept.person = provider.person
    return kept, asked


def take(client, person, piece, **reason):
    client.force_login(person)
    address = reverse("evidence-file", args=[piece.pk])
    answer = client.post(address, reason) if reason else client.get(address)
    return b"".join(answer)


def page(client, person, piece):
    client.force_login(person)
    return " ".join(client.get(piece.get_absolute_url()).content.decode().split())


@pytest.mark.django_db
def test_each_page_says_who_opened_it_for_whom_and_when(client):
    piece, asked = let_in(pdf())
    copy = texts(take(client, asked.person, piece))
    line = f"Opened by {asked.person.name}, {asked.buyer}, {timezone.now():%Y-%m-%d}"
    assert len(copy) == 3
    assert all(line in each for each in copy)
    assert "First" in copy[0]


@pytest.mark.django_db
def test_the_original_stays_as_it_is_and_is_what_others_are_given(client):
    original = pdf()
    piece, asked = let_in(original)
    take(client, asked.person, piece)
    own = take(client, piece.person, piece)
    assert own == original
    assert hashlib.sha256(own).hexdigest() == piece.digest
    shown = page(client, asked.person, piece)
    assert piece.digest in shown
    assert "Your copy says on each page who opened it" in shown


@pytest.mark.django_db
def test_the_provider_reads_who_opened_which_piece_when_and_why(client, centre):
    piece, asked = let_in(pdf())
    assert "Nobody but your own people" in page(client, piece.person, piece)
    take(client, asked.person, piece)
    take(client, centre.officer, piece, reason="A concern was raised.")
    seen = page(client, piece.person, piece)
    for words in (asked.person.name, str(asked.buyer), "a marked copy", "To judge bids."):
        assert words in seen
    assert "A concern was raised." in seen
    assert str(centre) in seen
    assert seen.count("a marked copy") == 1
    assert "Who opened it" not in page(client, asked.person, piece)


@pytest.mark.django_db
def test_the_centre_opens_nothing_without_a_reason(client, centre):
    piece, _asked = let_in(pdf())
    client.force_login(centre.officer)
    address = reverse("evidence-file", args=[piece.pk])
    for answer in (client.get(address), client.post(address, {"reason": " "})):
        assert "attachment" not in answer.get("Content-Disposition", "")
    assert "Nobody but your own people" in page(client, piece.person, piece)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: b"%PDF-1.7 an example", "broken.pdf"),
        (lambda: pdf(password="owner"), "locked.pdf"),
        (lambda: b"plain words", "notes.txt"),
    ],
    ids=["broken", "locked", "words"],
)
def test_what_cannot_be_marked_comes_as_it_is_and_is_shown_as_such(client, build, name):
    content = build()
    piece, asked = let_in(content, name=name)
    assert take(client, asked.person, piece) == content
    seen = page(client, piece.person, piece)
    assert asked.person.name in seen
    assert "a marked copy" not in seen
    if name.endswith(".txt"):
        assert "comes as it is, without a mark" in page(client, asked.person, piece)


@pytest.mark.parametrize(
    ("turned", "place"),
    [
        (0, "1 0 0 1 0.0 0.0"),
        (90, "0 1 -1 0 300.0 0.0"),
        (180, "-1 0 0 -1 300.0 400.0"),
        (270, "0 -1 1 0 0.0 400.0"),
    ],
)
def test_a_turned_page_is_marked_at_the_foot_that_its_reader_sees(turned, place):
    (first, *_others) = PdfReader(io.BytesIO(marked(pdf(turned=turned), "By Ada"))).pages
    assert f"q {place} cm /CertcentreLine0 Do Q" in first.get_contents().get_data().decode("latin1")
    assert "By Ada" in first.extract_text()


def test_what_is_no_pdf_is_refused():
    with pytest.raises(NotSet):
        marked(b"%PDF-1.7 an example", "By Ada")
