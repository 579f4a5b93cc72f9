"""What a chart is, before anybody draws it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

__all__ = ["Chart"]


@dataclass(frozen=True)
class Chart:
    """One chart. `option`: of ECharts, JSON values only. `spoken`: the alternative text, with the numbers.

    `head` and `rows`: the same figures as a table, texts as shown. Width and height in px.
    """

    title: str
    spoken: str
    option: Mapping[str, Any]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: int = 640
    height: int = 240

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that decides what is drawn."""
        return sha256(self.drawn.encode()).hexdigest()

    @property
    def drawn(self) -> str:
        """Option and size as one JSON text, the same for equal charts."""
        return json.dumps(
            [self.option, self.width, self.height], ensure_ascii=False, sort_keys=True, allow_nan=False
        )
