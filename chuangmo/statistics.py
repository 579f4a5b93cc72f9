"""What the database knows about how its tables are filled; it chooses its indexes by that."""

from __future__ import annotations

from django.db import connection


def gather_statistics() -> None:
    """Count the tables anew after a bulk load: within the loading transaction no server does it by itself.

    Without it PostgreSQL takes the tables for empty and reads them once for every row that it joins.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
