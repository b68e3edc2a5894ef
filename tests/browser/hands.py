"""A hand on a long sheet: presses that are counted, and rows brought into sight."""


class Hand:
    """A mouse that counts how often it was pressed."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def __call__(self, selector, **options):
        self.clicks += 1
        self.page.locator(selector).first.click(**options)


def in_sight(page, key):
    row = page.locator(f"#k{key}")
    row.scroll_into_view_if_needed()
    page.locator(f"#k{key} tr[data-seen]").first.wait_for(state="attached")


def said(page, words):
    """What a press did is said beneath the rows."""
    page.locator("[data-part=sheet-said]").get_by_text(words).wait_for(timeout=8000)
