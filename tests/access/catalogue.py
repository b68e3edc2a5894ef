"""The catalogue is public: everybody gets the same answer."""

from tests.access.table import Row, everyone

ROWS = [
    Row("api-standards", everyone()),
    Row("api-editions", everyone()),
    Row("api-edition", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row("api-criteria", everyone()),
    Row("api-criterion", everyone(), lambda w: [w.criterion.key], unknown=["none:1"]),
    Row("api-applies", everyone(405)),
    Row("api-applies", everyone(415), method="post"),
    Row("openapi", everyone()),
    Row("api-docs", everyone()),
]
