"""What a part of the score says of a unit (settings.SCORE_PARTS).

A part is a function `part(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]`, both days included: the
rows of each unit that has a duty in this part, in a constant number of queries. A unit that is absent, or none of whose rows
counts, has no duty there: its weight is spread over the other parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["PartFunction", "PartResult", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was judged. `share` is what it won, from 0 to 1; `note` says why in words.

    A row that doesn't count (挂账, 免办, 数据不全) is shown with its reason and left out of the mean. `url` and `label`
    together tell which thing it is: the same in every computation.
    """

    label: str
    url: str
    share: Decimal
    note: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class PartResult:
    """The rows of one unit in one part."""

    rows: tuple[Row, ...]


PartFunction = Callable[[Sequence[int], date, date], dict[int, PartResult]]
