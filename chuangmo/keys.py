"""Keys and versions as addresses and forms send them."""

from __future__ import annotations

__all__ = ["key_in", "version_in"]


def key_in(text: str) -> int | None:
    """A row's key; None for what no page of ours sends. Fifteen digits fit into every column."""
    return int(text) if text.isdecimal() and len(text) < 16 else None


def version_in(text: str) -> int:
    """The version that a form was filled in from; -1, which no row has, for what no page of ours sends."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
