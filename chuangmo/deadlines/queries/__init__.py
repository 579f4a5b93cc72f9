"""Questions about what is owed."""

from chuangmo.deadlines.queries.entry import exceptions_until, is_entry_open

__all__ = ["exceptions_until", "is_entry_open"]
