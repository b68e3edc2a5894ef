"""The index of words in the database: FTS5 in SQLite, GIN over lists of words in PostgreSQL.

A table keeps in `names` and in `words` the forms of words, a space between. Both databases are
asked whether a line holds a form, and for nothing else: forms and order are made in Python, so
that both answer alike.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import NotSupportedError, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

NAMES, WORDS = "names", "words"  # the words of the title, and all of them
Forms = frozenset[str]
Phrase = tuple[Forms, ...]  # a line holds it that has a form of each of its words


class Term(NamedTuple):
    """One thing that is looked for: any of these phrases."""

    phrases: tuple[Phrase, ...]


class WordsIndex(models.Index):
    """An index over `names` and `words`.

    In SQLite a table beside, which three triggers keep, so that every way to write a row is met.
    """

    suffix = "wds"

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **more: Any,
    ) -> Statement:
        table, quote = model._meta.db_table, schema_editor.quote_name
        if schema_editor.connection.vendor == "postgresql":
            columns = ", ".join(f"(string_to_array({name}, ' '))" for name in (NAMES, WORDS))
            gin = f"USING gin ({columns}) WITH (fastupdate = off)"
            return Statement(f"CREATE INDEX {quote(self.name)} ON {quote(table)} {gin}")
        if table.startswith("new__"):  # SQLite makes a table anew to change it
            raise NotSupportedError("Delete the model and create it: `index` makes its rows anew.")
        for sql in beside(table, str(model._meta.pk.column)):
            schema_editor.execute(sql)
        return Statement(f"INSERT INTO {table}_beside({table}_beside) VALUES ('rebuild')")

    def remove_sql(  # type: ignore[override] # a statement, as Django's own gives
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, **more: Any
    ) -> Statement:
        table, quote = model._meta.db_table, schema_editor.quote_name
        if schema_editor.connection.vendor == "postgresql":
            return Statement(f"DROP INDEX IF EXISTS {quote(self.name)}")
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        return Statement(f"DROP TABLE IF EXISTS {table}_beside")


TRIGGERS = ("put", "taken", "changed")


def beside(table: str, key: str) -> Iterable[str]:
    """The statements for SQLite: the table, and what puts rows in and takes them out."""
    index = f"{table}_beside"
    out = (
        f"INSERT INTO {index}({index}, rowid, names, words)"
        f" VALUES ('delete', old.{key}, old.names, old.words);"
    )
    put = f"INSERT INTO {index}(rowid, names, words) VALUES (new.{key}, new.names, new.words);"
    yield (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5(names, words,"
        f" content='{table}', content_rowid='{key}', tokenize='ascii', detail='column')"
    )
    when = ("INSERT", "DELETE", "UPDATE")
    for name, event, sql in zip(TRIGGERS, when, (put, out, out + put), strict=True):
        yield f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table} BEGIN {sql} END"


class Holds(Func):
    """Whether a row of a table with a `WordsIndex` holds every term in the column."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, terms: Sequence[Term] = (), **more: Any) -> None:
        self.column, self.terms = column, terms
        super().__init__(F("pk"), F(column), **more)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        key, _ = compiler.compile(self.source_expressions[0])
        index = f"{compiler.query.model._meta.db_table}_beside"  # type: ignore[union-attr]
        sql = f"({key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s))"
        return sql, (matched(self.column, self.terms),)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, _ = compiler.compile(self.source_expressions[1])
        sql, params = overlapping(column, self.terms)
        return f"({sql})", tuple(params)


def matched(column: str, terms: Sequence[Term]) -> str:
    """The terms as FTS5 reads them. A form is letters and digits alone, in quotes."""
    quoted = spelled(terms, lambda forms: either(f'"{form}"' for form in sorted(forms)))
    return f"{{{column}}} : {quoted}"


def overlapping(column: str, terms: Sequence[Term]) -> tuple[str, list[list[str]]]:
    """The terms as PostgreSQL reads them, and the lists that go with them."""
    params = [sorted(forms) for term in terms for phrase in term.phrases for forms in phrase]
    sql = spelled(terms, lambda forms: f"string_to_array({column}, ' ') && %s::text[]")
    return sql, params


def spelled(terms: Iterable[Term], has: Callable[[Forms], str]) -> str:
    """Every term, of which any phrase is enough, which needs every word."""
    return every(
        either(every(has(forms) for forms in phrase) for phrase in term.phrases) for term in terms
    )


def every(parts: Iterable[str]) -> str:
    return f"({' AND '.join(parts)})"


def either(parts: Iterable[str]) -> str:
    return f"({' OR '.join(parts)})"
