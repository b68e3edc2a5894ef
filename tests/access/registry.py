"""The register is open to all; what is not listed has no page for anybody."""

import uuid

from tests.access.table import Row, everyone


def listed(world):
    return [world.listed.pk]


def unlisted(world):
    return [world.unlisted.pk]


def certificate(world):
    return [world.certificate.number]


def declaration(world):
    return [world.declaration.number]


NOBODY = [uuid.UUID(int=0)]

ROWS = [
    Row("solutions", everyone()),
    Row("solutions", everyone(), query="?q=%00&page=x&least=9&country=Kenyia"),
    Row("solution", everyone(), args=listed, unknown=NOBODY),
    Row("solution", everyone(404), args=unlisted, unknown=NOBODY),
    Row("solution-linked", everyone(), args=listed, unknown=NOBODY),
    Row("solution-linked", everyone(404), args=unlisted, unknown=NOBODY),
    Row("market", everyone()),
    Row("market-csv", everyone()),
    Row("compare", everyone()),
    Row("compare", everyone(), query="?s=x&s=%00&s=00000000-0000-0000-0000-000000000000"),
    Row("api-solutions", everyone()),
    Row("api-solutions", everyone(400), query="?least=9"),
    Row("api-solution", everyone(), args=listed, unknown=NOBODY),
    Row("api-solution", everyone(404), args=unlisted, unknown=NOBODY),
    Row("api-certificates", everyone()),
    Row("api-accreditations", everyone()),
    Row("api-certificate", everyone(404), args=lambda world: ["CC-2026-999999"]),
    Row("api-match", everyone(405)),
    Row("api-match", everyone(415), method="post", data=lambda world: {}),
    Row("credential", everyone(), args=certificate, unknown=["CC-2026-999999"]),
    Row("credential-token", everyone(), args=certificate, unknown=["CC-2026-999999"]),
    Row("declaration-paper", everyone(), args=declaration, unknown=["DC-2026-999999"]),
    Row("declaration-credential", everyone(), args=declaration, unknown=["DC-2026-999999"]),
    Row("status-list", everyone(), args=lambda world: [1], unknown=[99]),
    Row("credential-context", everyone()),
    Row("did-document", everyone()),
    Row("verify", everyone(422), method="post"),
    Row("api-verify", everyone(405)),
    Row("api-verify", everyone(415), method="post"),
]
