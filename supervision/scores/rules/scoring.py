"""From shares to points, from points to ranks. Pure and exact: fractions until the one rounding at the end.

Source: domain.md §8 [D], docs/scores.md. GB/T 8170-2008 3.3: a total is rounded once, never from rounded parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from indicators.standards.rounding import round_half_even

__all__ = [
    "SHARE_PLACES",
    "PartPoints",
    "PartSpec",
    "UnitPoints",
    "clipped",
    "drop_lowest",
    "score_unit",
    "shared_ranks",
    "stored_share",
]

SHARE_PLACES = 6
_ENOUGH = (
    60  # digits of a quotient: beyond those a tie can't be told from a near one, and no share has so many
)


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A part as the round holds it; `weight` in points."""

    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class PartPoints:
    """One part of one unit. Everything is None where the unit has no duty in it."""

    code: str
    effective: Decimal | None  # the weight with what came over from parts without duty
    points: Decimal | None  # rounded, for the page; totals don't add these up
    won: Decimal
    counted: int


@dataclass(frozen=True, slots=True)
class UnitPoints:
    """What a unit comes to; `total` is None where nothing of it could be judged."""

    parts: tuple[PartPoints, ...]
    base: Decimal | None
    bonus: Decimal
    total: Decimal | None


def stored_share(share: Decimal) -> Decimal:
    """A share as it is kept and counted: six places."""
    return round_half_even(share, SHARE_PLACES)


def clipped(amounts: Iterable[Decimal], limit: Decimal) -> Decimal:
    """Bonus and malus together, within ±limit."""
    return max(-limit, min(limit, sum(amounts, Decimal(0))))


def score_unit(
    parts: Sequence[PartSpec],
    shares: Mapping[str, Sequence[Decimal]],
    *,
    amounts: Iterable[Decimal] = (),
    limit: Decimal = Decimal(5),
    places: int = 2,
) -> UnitPoints:
    """Points of one unit: each part's effective weight times the mean of its shares, plus bonus and malus.

    `shares` holds what counts, by part. The weight of parts without any is spread over the others in proportion to
    their own, so that everybody is measured against the same sum. Never below zero.
    """
    whole = sum((Fraction(part.weight) for part in parts), Fraction(0))
    judged = sum((Fraction(part.weight) for part in parts if shares.get(part.code)), Fraction(0))
    bonus = clipped(amounts, limit)
    exact = Fraction(0)
    found = []
    for part in parts:
        mine = shares.get(part.code) or ()
        if not mine or not judged:
            found.append(PartPoints(part.code, None, None, Decimal(0), 0))
            continue
        effective = Fraction(part.weight) * whole / judged
        won = sum(mine, Decimal(0))
        points = effective * Fraction(won) / len(mine)
        exact += points
        found.append(
            PartPoints(
                part.code,
                _rounded(effective, SHARE_PLACES),
                _rounded(points, places),
                won,
                len(mine),
            )
        )
    if not judged:
        return UnitPoints(tuple(found), None, bonus, None)
    total = max(Fraction(0), exact + Fraction(bonus))
    return UnitPoints(tuple(found), _rounded(exact, places), bonus, _rounded(total, places))


def shared_ranks(totals: Mapping[int, Decimal]) -> dict[int, int]:
    """Ranks from the highest total down; equals share a rank and the next ones are left out (1, 1, 3)."""
    ordered = sorted(totals.values(), reverse=True)
    return {key: ordered.index(total) + 1 for key, total in totals.items()}


def drop_lowest(totals: Sequence[Decimal]) -> int | None:
    """The place of the lowest month (the first of equals) that a yearly score leaves out; None with fewer than two."""
    return totals.index(min(totals)) if len(totals) > 1 else None


def _rounded(value: Fraction, places: int) -> Decimal:
    scaled = 10**_ENOUGH
    whole, rest = divmod(abs(value.numerator) * scaled, value.denominator)
    digits = Decimal(whole) if not rest else Decimal(whole * 10 + 1).scaleb(-1)  # never a tie that is none
    return round_half_even(digits.scaleb(-_ENOUGH) * (1 if value >= 0 else -1), places)
