"""Home, work lists, help, health."""

from certcentre.desk.help import PAGES
from tests.access.table import Row, everyone, signed_in

ROWS = [
    Row("home", everyone()),
    Row("search", everyone()),
    Row("search", everyone(), query="?q=reading"),
    Row("work", signed_in()),
    Row("help", everyone()),
    *(
        Row("help-page", everyone(), args=lambda world, slug=slug: [slug], unknown=["no-such-page"])
        for slug in PAGES
    ),
    Row("healthz", everyone()),
    Row("readyz", everyone()),
    Row("components", everyone()),
    Row("theme", everyone(302), method="post", data=lambda world: {"theme": "dark"}),
]
