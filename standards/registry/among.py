"""A set of places, asked of the database row by row: lists filtered by sets stay lists in SQL."""

from typing import Any

from django.db.models import BinaryField, BooleanField, Expression, F, Func, Value


class Among(Func):
    """Whether a standing's key is in the set. The set travels as one value, whatever its size."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, place: str | Expression, members: int = 0, **more: Any) -> None:
        self.members = members
        super().__init__(F(place) if isinstance(place, str) else place, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """One bit for each place, the lowest first in each byte."""
        place, params = compiler.compile(self.source_expressions[0])
        size = (self.members.bit_length() + 7) // 8
        bits = self._value(compiler, self.members.to_bytes(size, "little"))
        sql = f"(CASE WHEN {place} < %s THEN get_bit({bits[0]}, ({place})::int) = 1 ELSE false END)"
        return sql, [*params, size * 8, *bits[1], *params]

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """One byte for each place, since SQLite takes a byte of a blob at once."""
        place, params = compiler.compile(self.source_expressions[0])
        digits = self._value(compiler, f"{self.members:b}"[::-1].encode())
        return f"(substr({digits[0]}, {place} + 1, 1) = x'31')", [*digits[1], *params]

    @staticmethod
    def _value(compiler: Any, value: bytes) -> Any:
        return compiler.compile(Value(value, output_field=BinaryField()))
