"""The full-text index: the table texts_index, one line for each chunk under its number.

SQLite: an FTS5 table of terms parted by blanks. PostgreSQL: a tsvector with a GIN index, made of the same terms, so that
no dictionary or locale of the server has a say. Django knows neither kind of table, therefore the SQL.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from archives.texts.models import Chunk, FileText
from archives.texts.rules.terms import terms_of

__all__ = ["forget_lines", "write_lines"]

BATCH = 200


def write_lines(chunks: Sequence[Chunk]) -> None:
    """Index the chunks; a line that stood under such a number is replaced."""
    with connection.cursor() as cursor:
        for start in range(0, len(chunks), BATCH):
            some = chunks[start : start + BATCH]
            cursor.execute(
                f"DELETE FROM texts_index WHERE {_number()} IN ({', '.join(['%s'] * len(some))})",
                [chunk.pk for chunk in some],
            )
            cursor.executemany(
                f"INSERT INTO texts_index ({_number()}, terms) VALUES (%s, {_terms()})",
                [(chunk.pk, _line(terms_of(chunk.body + chunk.tail))) for chunk in some],
            )


def forget_lines(text: FileText) -> None:
    """Take the text's lines out of the index; before its chunks are deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM texts_index WHERE {_number()} IN (SELECT id FROM texts_chunk WHERE text_id = %s)",
            [text.pk],
        )


def _number() -> str:
    return "id" if connection.vendor == "postgresql" else "rowid"


def _terms() -> str:
    return "%s::tsvector" if connection.vendor == "postgresql" else "%s"


def _line(terms: list[str]) -> str:
    """Terms hold letters, digits and characters only, so that nothing has to be escaped in either notation."""
    if connection.vendor == "postgresql":
        return " ".join(f"'{term}':{place}" for place, term in enumerate(terms, start=1))
    return " ".join(terms)
