"""The moment that builders and tests agree on."""

from datetime import UTC, datetime

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
