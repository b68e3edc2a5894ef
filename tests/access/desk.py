"""Home, work lists, help, health."""

from tests.access.table import Row, everyone, signed_in

ROWS = [
    Row("home", everyone()),
    Row("work", signed_in()),
    Row("healthz", everyone()),
    Row("readyz", everyone()),
    Row("components", everyone()),
    Row("theme", everyone(302), method="post", data=lambda world: {"theme": "dark"}),
]
