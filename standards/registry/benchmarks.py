"""What the register may cost (rule R50)."""

from django.urls import reverse

from certcentre.measuring import Ground, Measured, Row
from standards.registry.seeding import key


def register(ground: Ground) -> Measured:
    return ground.page(reverse("solutions"), beside_template=True)


def narrowed(ground: Ground) -> Measured:
    return ground.page(reverse("solutions") + "?q=example&country=KE", beside_template=True)


def detail(ground: Ground) -> Measured:
    return ground.page(reverse("solution", args=[key("solution", 7)]), beside_template=True)


def api_list(ground: Ground) -> Measured:
    return ground.page(reverse("api-solutions"))


def api_detail(ground: Ground) -> Measured:
    return ground.page(reverse("api-solution", args=[key("solution", 7)]))


ROWS = [
    Row("register page", register, ratio=0.40, statements=6, same_at_any_size=True),
    Row("register page, narrowed", narrowed, statements=6, same_at_any_size=True),
    Row("detail page", detail, ratio=0.40, statements=8, same_at_any_size=True),
    Row("API: solutions", api_list, statements=3, same_at_any_size=True),
    Row("API: one solution", api_detail, same_at_any_size=True),
]
