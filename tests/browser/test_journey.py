"""The whole loop by hand, as each person in it: product, proof, certificate, tender, downloads."""

import csv
import io
import os
import re
import subprocess
from shutil import which

import pytest
from django.core.management import call_command
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect

from standards.models import Edition
from standards.registry.matching.state import process
from tenders.export import FORMATS
from tenders.models import Requirement
from tests import make
from tests.jobs.conftest import worker

EDITION = "oneroster-1.2"
SECOND_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
PRODUCT = "Example Roster “<b>Ж</b>”"


@pytest.fixture
def people(site):
    """The world's people, with the real catalogue loaded beside what the world made.

    Its rules hold for every test of the process, so the site begins anew afterwards.
    """
    call_command("load_standards", verbosity=0)
    signing = site.world.people["provider"]
    signing.set_password("a long journey")
    signing.save()
    yield site.world.people
    call_command("flush", interactive=False, verbosity=0)
    process.forget()
    site.world = make.world()


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def go(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def sign_in(visit, person):
    page = visit("/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", "a long journey")
    page.press("[name=password]", "Enter")
    expect(page).to_have_url(re.compile("/work/"))
    return page


def describe(page):
    """A product with markup in its name, and what must be known of it."""
    page.goto("/solutions/new/")
    page.fill("[name=name]", PRODUCT)
    page.fill("[name=summary]", "Brings class lists from the school's system into lessons.")
    page.fill("[name=release_label]", "2.x")
    press(page, "Go on to its facts")
    go(page, "Begin")
    page.get_by_label("Student information system").check()
    page.get_by_label("In a web browser").check()
    press(page, "See what applies now")
    page.goto(page.url.replace("/applies/", "/facts/ai/"))
    page.locator("[value=none]").first.check()
    press(page, "See what applies now")


def choose(page):
    """An edition instead of the starter profile."""
    page.goto(page.url.replace("/applies/", "/assess/"))
    page.get_by_label("No profile; only what I choose below").check()
    edition = page.get_by_role("group", name=Edition.objects.get(key=EDITION).name)
    edition.locator("input").last.check()
    press(page, "Start the draft")


def answer(page):
    """Each criterion is saved as it is answered; one rests on a link."""
    overview = page.url
    page.goto(overview + "data_exchange/")
    boxes = page.locator("[data-answer]")
    for index in range(boxes.count()):
        with page.expect_response(lambda reply: "/answers/" in reply.url) as saved:
            boxes.nth(index).get_by_label("Met", exact=True).check()
        assert saved.value.headers["x-saved"]
    boxes.first.locator(".name a").click()
    go(page, "Attach or file evidence")
    if not page.locator("[name=title]").is_visible():
        page.get_by_text("Add a file or a link").click()
    page.fill("[name=title]", "Conformance report")
    page.fill("[name=link]", "https://example.org/report")
    page.fill("[name=speaks_from]", "2026-01-15")
    press(page, "File it and attach")
    page.goto(overview)


def declare(page):
    """Typed name, role and tick; the declaration's number."""
    page.goto(page.url + "declare/")
    page.fill("[name=signatory_name]", "Ada Example")
    page.fill("[name=signatory_role]", "Managing director")
    page.get_by_role("checkbox").check()
    press(page, "Declare")
    return re.search(r"DC-\d{4}-\d{6}", page.url)[0]


def accredit(page, body):
    """The centre lets the body attest the edition."""
    page.goto("/accreditations/grant/")
    page.select_option("[name=body]", str(body.pk))
    page.locator(f"[name=editions][value='{Edition.objects.get(key=EDITION).pk}']").check()
    page.fill("[name=valid_until]", "2031-12-31")
    press(page, "Grant")


def ask(page, number, body):
    """The provider asks that body to examine everything; the examination's address."""
    page.goto(f"/declarations/{number}/examine/?body={body.pk}")
    press(page, "Send the request")
    return re.search(r"/engagements/[0-9a-f-]+/", page.url)[0]


def accept(page, address):
    page.goto(address + "accept/")
    page.fill("[name=interest_statement]", "Nothing ties us.")
    press(page, "Accept")
    press(page, "Begin the examination")


def examine(page, address):
    """One finding for each criterion, kept as it is given, then handed over."""
    page.goto(address + "findings/")
    for box in page.locator("tbody .ticks input").all():
        box.check(force=True)
    for choice in page.locator("tbody [value=conforming]").all():
        choice.check(force=True)
    page.locator("[data-part=n-open]").get_by_text("0", exact=True).wait_for(timeout=20000)
    page.goto(address + "ready/")
    page.fill("[name=summary]", "Examined on a test system with two schools.")
    press(page, "Hand over")


def decide(page, address):
    """A second person grants; the certificate's number."""
    page.goto(address + "decide/")
    page.get_by_role("radio", name="Granted").check()
    page.fill("[name=reason]", "Every criterion conforms.")
    with page.expect_navigation():
        page.locator("main form button").click()
    return re.search(r"CC-\d{4}-\d{6}", page.content())[0]


def build(page):
    """A tender that asks for the edition, certified; its reference."""
    page.goto("/tenders/new/")
    page.fill("[name=title]", "Class lists for 200 schools")
    press(page, "Start")
    go(page, "Add requirements")
    page.goto(re.sub(r"/add/\w+/", "/add/edition/", page.url))
    page.select_option("[name=edition]", EDITION)
    page.select_option("[name=least]", "4")
    press(page, "Add")
    page.locator("thead .pick input").check()
    page.get_by_text("Give a reason").click()
    page.fill("#reason_for_all", "Lists must arrive without typing.")
    press(page, "Give this reason")
    page.locator("[name=obligation][form]").first.select_option("should")
    page.locator("[name=weight][form]").first.fill("60")
    page.locator(".dense .name a").first.click()
    with page.expect_navigation():
        page.locator(".dense__more").first.get_by_role("button", name="Save").click()
    go(page, "Award criteria")
    page.fill("[name=price_weight]", "40")
    press(page, "Save")
    go(page, "Back to the requirements")
    return re.search(r"TD-\d{4}-\d{6}", page.url)[0]


def publish(page, reference):
    page.goto(f"/tenders/{reference}/details/")
    page.fill("[name=contact_office]", "Procurement Unit")
    page.fill("[name=contact_email]", "procurement@ministry.example")
    page.select_option("[name=bid_how]", "online")
    page.fill("[name=bid_address]", "https://bids.ministry.example/lists")
    press(page, "Save")
    page.goto(f"/tenders/{reference}/publish/")
    page.check("[name=confirmed]")  # that no day is set until which bids are taken
    press(page, "Publish for everybody")


def download(page, words):
    with page.expect_download() as got:
        page.locator("#files").get_by_role("link", name=words).click()
    return got.value.path().read_bytes()


def asked(reference):
    """What the tender asks for, row by row: reference, obligation, weight."""
    rows = Requirement.objects.filter(lot__tender__reference=reference).with_texts()
    return [
        (f"L1-{place:03d}", one.obligation.capitalize(), one.weight)
        for place, one in enumerate(rows, start=1)
    ]


def word_rows(made):
    """Each row of a Word annex that asks for something; the example is of no lot."""
    rows = [row.cells for table in Document(io.BytesIO(made)).tables for row in table.rows]
    said = [[cell.text for cell in cells] for cells in rows]
    return [line for line in said if re.match(r"L[1-9]\d*-\d{3}$", line[0]) and len(line) == 6]


def agree_in_word(made, rows):
    for (ref, obligation, weight), line in zip(rows, word_rows(made), strict=True):
        assert line[0] == ref
        assert line[2].split("\n") == [obligation] + ([f"weight {weight}"] if weight else [])
    groups = [line.text for line in Document(io.BytesIO(made)).paragraphs
              if line.style.name == "Heading 3" and "," in line.text]  # fmt: skip
    assert groups
    assert [words for words in groups if not words.endswith("or equivalent")] == []


def agree_in_a_spreadsheet(made, rows):
    sheet = load_workbook(io.BytesIO(made))["Requirements"]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    for (ref, obligation, weight), line in zip(rows, lines, strict=True):
        assert (line[0], line[3], line[4]) == (ref, obligation, weight)
        assert "or equivalent" in line[2]


def office(folder, name, made, to):
    """Let LibreOffice open a file and write it in another format."""
    (folder / name).write_bytes(made)
    subprocess.run(
        [which("soffice"), "--headless", "--convert-to", to, "--outdir", folder, folder / name],
        env={**os.environ, "HOME": str(folder)},
        check=True,
        capture_output=True,
    )


def text_of(path):
    """A PDF's words, one blank between them."""
    made = subprocess.run([which("pdftotext"), "-raw", path, "-"], check=True, capture_output=True)
    return " ".join(made.stdout.decode().split())


def agree_on_paper(words, rows):
    for ref, obligation, _weight in rows:
        row = words.split(f" {ref} ", 1)[1]
        assert obligation in row
    above = words.split(f" {rows[0][0]} ", 1)[0]  # the heading of the first group
    assert "or equivalent" in above[-600:]


def test_the_whole_loop(site, people, visit, tmp_path):
    body = site.world.auditor
    provider = sign_in(visit, people["provider"])
    describe(provider)
    choose(provider)
    answer(provider)
    number = declare(provider)
    accredit(visit("/work/", people["officer"]), body)
    examination = ask(provider, number, body)
    auditor = visit("/work/", people["auditor"])
    accept(auditor, examination)
    examine(auditor, examination)
    certificate = decide(visit("/work/", people["decider"]), examination)

    anybody = visit(f"/certificates/{certificate}/")
    expect(anybody.locator("main")).to_contain_text("Valid")
    go(anybody, PRODUCT)
    expect(anybody.locator("main")).to_contain_text("AL4")

    buyer = visit("/work/", people["buyer"])
    reference = build(buyer)
    expect(buyer.locator("#live")).to_contain_text("1 of")
    publish(buyer, reference)
    process = worker(tmp_path)
    try:
        download_and_compare(buyer, reference, tmp_path)
    finally:
        process.kill()
        process.wait()


def download_and_compare(page, reference, folder):
    rows = asked(reference)
    assert len(rows) == 11
    page.goto(f"/tenders/{reference}/")
    expect(page.locator("#files li a")).to_have_count(len(FORMATS), timeout=60_000)
    word, paper, sheet = (download(page, name) for name in ("Word", "PDF", "Excel"))
    agree_in_word(word, rows)
    agree_in_a_spreadsheet(sheet, rows)
    (folder / "annex.pdf").write_bytes(paper)
    agree_on_paper(text_of(folder / "annex.pdf"), rows)
    if which("soffice") or os.environ.get("CI"):
        agree_in_libreoffice(folder, word, sheet, rows)


def agree_in_libreoffice(folder, word, sheet, rows):
    """Another program reads the same: Word as pages, the spreadsheet as a table."""
    office(folder, "word.docx", word, "pdf")
    agree_on_paper(text_of(folder / "word.pdf"), rows)
    office(folder, "form.xlsx", sheet, SECOND_SHEET)
    with (folder / "form-Requirements.csv").open() as table:
        lines = [line for line in csv.reader(table) if re.match(r"L[1-9]\d*-\d{3}$", line[0])]
    for (ref, obligation, weight), line in zip(rows, lines, strict=True):
        assert (line[0], line[3], line[4]) == (ref, obligation, str(weight or ""))
        assert "or equivalent" in line[2]
