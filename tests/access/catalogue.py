"""The catalogue is public: everybody gets the same answer."""

from tests.access.table import Row, everyone

ROWS = [
    Row("standards", everyone()),
    Row("edition", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row("edition-csv", everyone(), lambda w: [w.edition.key], unknown=["none-such"]),
    Row(
        "criterion",
        everyone(),
        lambda w: [w.edition.key, w.criterion.ref],
        unknown=["none-such", "1.1"],
    ),
    Row("needs", everyone()),
    Row("need", everyone(), lambda w: [w.need.key], unknown=["none_such"]),
    Row("applies", everyone()),
    Row("applies", everyone(302), query="?group=product", method="post"),
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
