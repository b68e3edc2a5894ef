"""The table of claims by assurance on a telephone: its numbers stand alone, in sight."""

from tests import make


def test_at_360_pixels_every_number_is_in_sight(site, visit):
    made = make.listed()
    for number in range(3):
        make.claim(made.current_release, f"count:{number}", level=2, valid_until=None)
    page = visit(made.get_absolute_url(), viewport={"width": 360, "height": 800})
    cells = page.locator("#claims .table--narrow tbody .n")
    assert [cell.inner_text() for cell in cells.all()] == ["–", "–", "3", "–", "–"]
    boxes = [cell.bounding_box() for cell in cells.all()]
    assert all(box["width"] > 20 for box in boxes)
    assert all(box["x"] + box["width"] <= 360 for box in boxes)
