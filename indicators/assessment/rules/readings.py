"""Accepted readings that a verdict is computed from: plain values, handed in by the caller, never fetched here.

A site is named by its code. `reading` and `batch` say which row it was and what brought it, so that the derivation leads
back to file and person. What was not measured is not there; it is never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from indicators.standards.air_city import city_days
from indicators.standards.air_day import CityDay, DayValues, StationDay

__all__ = ["AirInput", "FirmInput", "NoiseInput", "Readings", "SampleInput", "SiteInput"]


@dataclass(frozen=True, slots=True)
class SiteInput:
    """A site in service at some time. `target_class` 1–5, `water_body` "river", "lake", "ground" or "",
    `length_m` of a road segment, `unit` the name of the county in which it lies."""

    code: str
    name: str
    kind: str
    unit: str = ""
    target_class: int | None = None
    water_body: str = ""
    is_outflow: bool = False
    is_background: bool = False
    length_m: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def in_service(self, start: date, end: date) -> bool:
        """Whether the site was in service on any of the days."""
        return (self.valid_from is None or self.valid_from <= end) and (
            self.valid_to is None or start <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class AirInput:
    """A station's day: CO in mg/m³, the rest in µg/m³; None = not valid."""

    site: str
    day: date
    values: DayValues[float]
    reading: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class SampleInput:
    """A water sample; `values` as typed (“0.013”, “0.01L”), `volume` the month's intake (万m³) of a source,
    `conclusion` "yes", "no" or "" (judge by the values)."""

    site: str
    taken_on: date
    values: Mapping[str, str]
    volume: Decimal | None = None
    conclusion: str = ""
    reading: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class NoiseInput:
    """A point's or segment's daytime level of a year, dB(A); `length_m` of the segment."""

    site: str
    year: int
    taken_on: date
    leq_db: Decimal
    length_m: Decimal | None = None
    reading: int = 0
    batch: int = 0


@dataclass(frozen=True, slots=True)
class FirmInput:
    """A firm's quarter: stood still, or tested and compliant or not."""

    site: str
    quarter_start: date
    in_production: bool
    compliant: bool | None
    reading: int = 0
    batch: int = 0


@dataclass(frozen=True)
class Readings:
    """Everything measured that a rule reads. `provider`: name of the unit that owes readings of this indicator."""

    sites: Iterable[SiteInput] = ()
    air: Iterable[AirInput] = ()
    samples: Iterable[SampleInput] = ()
    noise: Iterable[NoiseInput] = ()
    tests: Iterable[FirmInput] = ()
    provider: str = ""
    names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        for name in ("sites", "air", "samples", "noise", "tests"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "names", {site.code: site.name for site in self.sites})

    @cached_property
    def _samples(self) -> dict[str, list[SampleInput]]:
        found: dict[str, list[SampleInput]] = defaultdict(list)
        for sample in sorted(self.samples, key=lambda one: (one.taken_on, one.reading)):
            found[sample.site].append(sample)
        return dict(found)

    def samples_at(self, site: str) -> list[SampleInput]:
        """The samples of a site, by day."""
        return self._samples.get(site, [])

    @cached_property
    def tests_by_quarter(self) -> dict[tuple[str, date], FirmInput]:
        """(site, first day of the quarter) → the test."""
        return {(test.site, test.quarter_start): test for test in self.tests}

    def of_kind(self, kind: str, start: date, end: date) -> list[SiteInput]:
        """Sites of a kind that were in service on any of the days, in the register's order."""
        return [site for site in self.sites if site.kind == kind and site.in_service(start, end)]

    @cached_property
    def city_days(self) -> list[CityDay]:
        """The city's days in order (HJ 663-2013 6.3): means of the stations that count, of those in service."""
        counted = [site for site in self.sites if site.kind == "air" and not site.is_background]
        stations: dict[str, list[StationDay]] = defaultdict(list)
        for row in self.air:
            stations[row.site].append(StationDay(row.day, row.values))
        codes = {site.code for site in counted}
        return city_days(
            {code: rows for code, rows in stations.items() if code in codes},
            counting=lambda day: sum(site.in_service(day, day) for site in counted),
        )

    @cached_property
    def air_batches(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """(year, month) → batches that brought days of it."""
        found: dict[tuple[int, int], set[int]] = defaultdict(set)
        for row in self.air:
            found[row.day.year, row.day.month].add(row.batch)
        return {month: tuple(sorted(batches)) for month, batches in found.items()}

    def lines(self, as_of: date) -> Iterator[str]:
        """One line for each site and each reading up to the day, for the digest."""
        for site in self.sites:
            yield (
                f"S|{site.code}|{site.name}|{site.kind}|{site.unit}|{site.target_class}|{site.water_body}"
                f"|{site.is_outflow:d}{site.is_background:d}|{site.length_m}|{site.valid_from}|{site.valid_to}"
            )
        for air in self.air:
            if air.day <= as_of:
                yield f"A|{air.site}|{air.day}|{'|'.join(map(str, air.values))}|{air.reading}|{air.batch}"
        for sample in self.samples:
            if sample.taken_on <= as_of:
                values = "|".join(f"{code}={sample.values[code]}" for code in sorted(sample.values))
                yield (
                    f"W|{sample.site}|{sample.taken_on}|{values}|{sample.volume}|{sample.conclusion}"
                    f"|{sample.reading}|{sample.batch}"
                )
        for noise in self.noise:
            if noise.taken_on <= as_of:
                yield (
                    f"N|{noise.site}|{noise.year}|{noise.taken_on}|{noise.leq_db}|{noise.length_m}"
                    f"|{noise.reading}|{noise.batch}"
                )
        for test in self.tests:
            if test.quarter_start <= as_of:
                yield (
                    f"T|{test.site}|{test.quarter_start}|{test.in_production:d}|{test.compliant}"
                    f"|{test.reading}|{test.batch}"
                )
