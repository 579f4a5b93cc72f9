"""How one link of the chain is made: a digest over everything that an audit row says and the digest before. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

__all__ = ["FIRST", "canonical", "link_digest"]

# What stands before the first link.
FIRST = "0" * 64


def canonical(fields: Mapping[str, Any]) -> str:
    """The fields as JSON that has one spelling only: keys sorted, no spaces, instants in UTC to the microsecond."""
    return json.dumps(
        {name: _plain(value) for name, value in fields.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def link_digest(seal_no: int, previous: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the number of the link, the digest before it and the row."""
    return hashlib.sha256(f"{seal_no}\n{previous}\n{canonical(fields)}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
