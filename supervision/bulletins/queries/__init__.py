"""Reading for circulars: the rows that they name."""

from supervision.bulletins.queries.rows import late_row, rows_of

__all__ = ["late_row", "rows_of"]
