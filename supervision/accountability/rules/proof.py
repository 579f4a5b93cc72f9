"""One link of the chain of proof. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Link:
    """What happened on a day, from a real row: `what` names the kind of row, `url` leads to it."""

    on: date
    what: str
    text: str
    url: str = ""
    place: int = 0  # of the same day: what comes first

    def as_row(self) -> list[str]:
        return [self.on.isoformat(), self.what, self.text, self.url]
