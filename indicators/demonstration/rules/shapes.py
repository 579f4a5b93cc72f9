"""How a series runs: each shape answers for one month of one reporter (a unit or a site), before rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .chance import noise, pick

__all__ = ["FLAT", "Amount", "Counted", "Given", "Level", "Made", "Part", "Shape", "winter"]

FLAT: tuple[Decimal, ...] = (Decimal(1),) * 12
Ask = Callable[[str, str, int, int], Decimal]  # code, reporter, year, month → that month's figure, rounded


def winter(strength: str) -> tuple[Decimal, ...]:
    """Twelve weights, highest in January, lowest in July, without a step of more than a third of the strength."""
    waves = ("1", "0.8", "0.4", "0", "-0.4", "-0.8", "-1", "-0.8", "-0.4", "0", "0.4", "0.8")
    return tuple(1 + Decimal(strength) * Decimal(wave) for wave in waves)


@dataclass(frozen=True)
class Amount:
    """A yearly amount of the city, divided by reporter, month and a little noise. Shares need not add up to 1."""

    totals: Mapping[int, int]
    shares: Mapping[str, int]
    season: tuple[Decimal, ...] = FLAT
    jitter: str = "0.03"

    @property
    def reporters(self) -> tuple[str, ...]:
        return tuple(self.shares)

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        share = Decimal(self.shares[who]) / sum(self.shares.values())
        wobble = 1 + Decimal(self.jitter) * noise(code, who, year, month)
        return Decimal(self.totals[year]) * share * self.season[month - 1] / 12 * wobble


@dataclass(frozen=True)
class Part:
    """A share of another element, by year: of the same reporter's, or of the city's, divided anew by `shares`."""

    of: str
    rates: Mapping[int, str]
    of_reporters: tuple[str, ...] = ()
    shares: Mapping[str, int] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    jitter: str = "0.004"

    @property
    def reporters(self) -> tuple[str, ...]:
        return tuple(self.shares) or self.same

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        rate = Decimal(self.rates[year]) * (1 + Decimal(self.jitter) * noise(code, who, year, month))
        if not self.shares:
            return ask(self.of, who, year, month) * rate
        whole = sum((ask(self.of, one, year, month) for one in self.of_reporters), Decimal(0))
        return whole * rate * self.shares[who] / sum(self.shares.values())


@dataclass(frozen=True)
class Level:
    """A stock: a base by reporter, growing by so much a year, with a little noise."""

    bases: Mapping[str, str]
    growth: str = "0"
    jitter: str = "0"
    since: int = 2016

    @property
    def reporters(self) -> tuple[str, ...]:
        return tuple(self.bases)

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        years = Decimal(year - self.since) + Decimal((month - 1) // 3) / 4
        grown = Decimal(self.bases[who]) * (1 + Decimal(self.growth) * years)
        return grown * (1 + Decimal(self.jitter) * noise(code, who, year, month))


@dataclass(frozen=True)
class Counted:
    """Whole numbers around a base; some months (year, month, reporter) are fewer by so many."""

    bases: Mapping[str, int]
    spread: int = 1
    of: str = ""
    fewer: Mapping[tuple[int, int, str], int] = field(default_factory=dict)

    @property
    def reporters(self) -> tuple[str, ...]:
        return tuple(self.bases)

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        if self.of:
            return ask(self.of, who, year, month) - self.fewer.get((year, month, who), 0)
        if not self.spread:
            return Decimal(self.bases[who])
        return Decimal(
            max(0, self.bases[who] + pick(2 * self.spread + 1, code, who, year, month) - self.spread)
        )


@dataclass(frozen=True)
class Given:
    """Said outright, by year; a year that is not named has no figure."""

    years: Mapping[int, str]
    who: tuple[str, ...]

    @property
    def reporters(self) -> tuple[str, ...]:
        return self.who

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        return Decimal(self.years[year])


@dataclass(frozen=True)
class Made:
    """Worked out from others: `make(who, year, month, ask)`."""

    who: tuple[str, ...]
    make: Callable[[str, int, int, Ask], Decimal]

    @property
    def reporters(self) -> tuple[str, ...]:
        return self.who

    def at(self, code: str, who: str, year: int, month: int, ask: Ask) -> Decimal:
        return self.make(who, year, month, ask)


Shape = Amount | Part | Level | Counted | Given | Made
