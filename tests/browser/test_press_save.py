"""Pressing Save while the page saves by itself is one saving, never a conflict with oneself."""

import re

from playwright.sync_api import expect


def test_a_button_waits_for_what_is_on_its_way(site, visit):
    world = site.world
    page = visit(
        f"/engagements/{world.engagements['examining'].pk}/findings/", world.people["auditor"]
    )
    form = page.locator("form[data-autosave]").first
    form.get_by_label("Interview", exact=True).check(force=True)
    form.get_by_label("Document", exact=True).check(force=True)
    form.locator("select").select_option("observation")
    form.locator("textarea").fill("Seen twice.")
    form.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"/findings/#f\d+"))
    expect(page.locator("form[data-autosave] textarea").first).to_have_value("Seen twice.")
