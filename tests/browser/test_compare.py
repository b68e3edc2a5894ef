"""Solutions on a telephone: one at a time, chosen in view; nothing lies over anything."""

from tests import make

OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.table--side tbody :is(th, td)')]
    .map(e => e.getBoundingClientRect()).filter(b => b.width && b.height);
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.filter((a, i) => boxes.slice(i + 1).some(b => over(a, b))).length;
}"""


NAMES = ["A very long name of a reader", "Another very long name", "A third long name of all"]
TALLEST = "Math.max(...[...document.querySelectorAll('tbody tr')].map(e => e.offsetHeight))"


def test_at_360_pixels(site, visit):
    provider = make.organisation()
    made = [make.listed(name, organisation=provider) for name in NAMES]
    for level, one in enumerate(made, 1):
        for number in range(15):
            make.claim(one.current_release, f"side:{number}", level=level, valid_until=None)
    query = "&".join(f"s={one.pk}" for one in made)
    page = visit(f"/solutions/compare/?{query}", viewport={"width": 360, "height": 800})
    assert page.evaluate(OVERLAPS) == 0
    assert page.evaluate(TALLEST) < 60
    page.get_by_text("Criterion 14").scroll_into_view_if_needed()
    shown = page.locator("tbody td:visible b")
    assert {*shown.all_inner_texts()} == {"AL1"}
    page.get_by_role("radio", name=NAMES[1]).check()  # in view however far down
    assert {*shown.all_inner_texts()} == {"AL2"}
    page.emulate_media(media="print")
    assert {*shown.all_inner_texts()} == {"AL1", "AL2", "AL3"}
