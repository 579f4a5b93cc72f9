"""The forecast of one part of a rule, ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from indicators.assessment.rules.wording import value_text

__all__ = ["PartForecast", "plain"]


@dataclass(frozen=True, slots=True)
class PartForecast:
    """One part's outlook. Texts are ready to show; `low` ≤ `likely` ≤ `high` are plain decimal texts, or empty."""

    code: str
    name: str
    outlook: str
    likely: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    places: int = 2
    allowance: str = ""
    method: str = ""
    cut: str = ""
    threshold: str = ""
    head: str = "预计全年"

    @property
    def range_words(self) -> str:
        """预计全年 86.9%（84.1%～88.8%）."""
        if not self.likely:
            return ""
        likely, low, high = (
            value_text(Decimal(text), self.places, self.unit) for text in (self.likely, self.low, self.high)
        )
        return f"{self.head} {likely}" + (f"（{low}～{high}）" if low != high else "")


def plain(value: Decimal) -> str:
    """As it is stored: nine decimals are more than anybody shows."""
    return f"{value.quantize(Decimal('1e-9')):f}"
