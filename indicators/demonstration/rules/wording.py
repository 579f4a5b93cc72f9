"""The shape of the words about one indicator."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences to choose from: progress by who writes (the lead, a county, anybody else), problems, measures."""

    lead: tuple[str, ...]
    county: tuple[str, ...]
    bureau: tuple[str, ...]
    problems: tuple[str, ...]
    measures: tuple[str, ...]
