"""A press while the page saves by itself is one saving, never a conflict with oneself."""

from django.urls import reverse
from playwright.sync_api import expect

from standards.attestation.findings import Finding
from tests import make
from tests.browser.hands import said


def test_a_button_waits_for_what_is_on_its_way(site, visit):
    draft = make.assessment(organisation=site.world.provider, criteria=make.criteria(2))
    answer = draft.answers.first()
    page = visit(reverse("answer", args=[draft.pk, answer.pk]), site.world.provider.person)
    page.locator(f"[name=v{answer.pk}][value=partly_met]").check(force=True)
    page.locator(f"[name=r{answer.pk}]").fill("By spring.")
    with page.expect_navigation():
        page.locator("#answer button:not([tabindex='-1'])[name=do][value=next]").click()
    answer.refresh_from_db()
    assert (answer.value, answer.reason) == ("partly_met", "By spring.")


def test_a_press_for_many_rows_waits_for_what_is_on_its_way(visit, site):
    declaration = make.declaration(criteria=make.criteria(2))
    made = make.engagement("examining", declaration=declaration)
    page = visit(reverse("findings", args=[made.pk]), made.body.person)
    key = made.findings.first().pk
    page.locator(f"#k{key} .pick input").check()
    page.locator(f"#k{key} .ticks [value=interview]").check(force=True)
    page.locator(f"#k{key} .quad [value=observation][type=radio]").check(force=True)
    page.locator(f"[name=n{key}]").fill("Seen twice.")
    page.locator(".bulk [value=test]").check(force=True)
    page.locator("button[value='all:conforming']").first.click()
    said(page, "It has a finding already")
    finding = Finding.objects.get(pk=key)
    assert (finding.result, finding.note) == ("observation", "Seen twice.")
    expect(page.locator(f"[name=n{key}]")).to_have_value("Seen twice.")
