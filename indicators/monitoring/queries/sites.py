"""Sites as the register shows them: with their latest reading, on the map, and one site's year. Constant queries."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Max, OuterRef, QuerySet, Subquery, When

from indicators.monitoring.models import AirDay, FirmTest, NoiseReading, Reading, WaterSample
from indicators.monitoring.rules.judging import Judged, day_judged, sample_judged
from indicators.monitoring.rules.parameters import WATER, Parameter
from indicators.plan.models import Site, SiteKind

__all__ = [
    "MONITORED",
    "Latest",
    "MonthLine",
    "SiteYear",
    "latest_of",
    "missing_months",
    "monitored_sites",
    "site_year",
    "years_of",
]

# The kinds of site that readings are about, in the order of the register.
MONITORED = (
    SiteKind.AIR,
    SiteKind.SECTION,
    SiteKind.SOURCE,
    SiteKind.POND,
    SiteKind.FIRM,
    SiteKind.NOISE_ROAD,
    SiteKind.NOISE_GRID,
)
WATERS = (SiteKind.SECTION, SiteKind.SOURCE, SiteKind.POND)
NOISES = (SiteKind.NOISE_GRID, SiteKind.NOISE_ROAD)
_AIR_VALUES = ("so2", "no2", "pm10", "pm25", "co", "o3_8h")


@dataclass(frozen=True, slots=True)
class Latest:
    """A site's last reading: when, and what it says."""

    when: str
    judged: Judged


def monitored_sites() -> QuerySet[Site]:
    """Sites that readings are about, with their county and monitoring unit."""
    return (
        Site.objects.filter(kind__in=MONITORED)
        .select_related("unit", "monitored_by")
        .annotate(place=Case(*(When(kind=kind, then=at) for at, kind in enumerate(MONITORED)), default=99))
        .order_by("place", "order", "code")
    )


def latest_of(sites: Sequence[Site]) -> dict[int, Latest]:
    """The last reading of each of these sites that has one: one query a family of readings."""
    by_id = {site.pk: site for site in sites}
    found: dict[int, Latest] = {}
    air = [pk for pk, site in by_id.items() if site.kind == SiteKind.AIR]
    if air:
        for row in _last(AirDay, "day", air).order_by("source"):
            values = [getattr(row, code) for code in _AIR_VALUES]
            found[row.site_id] = Latest(f"{row.day}", day_judged(values))
    water = [pk for pk, site in by_id.items() if site.kind in WATERS]
    if water:
        for row in _last(WaterSample, "taken_on", water):
            found[row.site_id] = Latest(_sample_day(row), judge_sample(row, by_id[row.site_id]))
    noise = [pk for pk, site in by_id.items() if site.kind in NOISES]
    if noise:
        for row in _last(NoiseReading, "year", noise):
            found[row.site_id] = Latest(f"{row.year} 年", Judged("", f"{row.leq_day} dB(A)"))
    firms = [pk for pk, site in by_id.items() if site.kind == SiteKind.FIRM]
    if firms:
        for row in _last(FirmTest, "quarter_start", firms):
            found[row.site_id] = Latest(_quarter(row.quarter_start), judge_test(row))
    return found


def _last(model: type[Reading], column: str, ids: list[int]) -> QuerySet[Any]:
    current = model._default_manager.filter(superseded_at__isnull=True)
    last = (
        current.filter(site=OuterRef("site"))
        .order_by()
        .values("site")
        .annotate(last=Max(column))
        .values("last")
    )
    return current.filter(site__in=ids, **{column: Subquery(last)})


def judge_sample(row: WaterSample, site: Site) -> Judged:
    return sample_judged(
        row.values,
        kind=site.kind,
        water_body=site.water_body,
        target=site.target_class,
        conclusion=row.conclusion,
    )


def judge_test(row: FirmTest) -> Judged:
    if not row.in_production:
        return Judged("not_applicable", "停产")
    return Judged("met", "达标") if row.compliant else Judged("missed", "不达标")


def _sample_day(row: WaterSample) -> str:
    return f"{row.taken_on:%Y-%m}" if row.month_only else f"{row.taken_on}"


def _quarter(start: date) -> str:
    return f"{start.year} 年第 {(start.month + 2) // 3} 季度"


# One site's year ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of an air station: how many days there are, good and bad; `is_missing`: over, and short of days."""

    month: date
    days: int
    good: int
    bad: int
    of: int
    is_missing: bool

    @property
    def share(self) -> str:
        return f"{self.days} / {self.of}"


@dataclass
class SiteYear:
    """A site's year: `head` and `lines` of its readings (cells of texts, with batch and sign), months of air, months
    that have nothing, and what was corrected."""

    head: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    months: list[MonthLine] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)


def years_of(site: Site, today: date) -> list[int]:
    """The years with readings, and this one; newest first. One query."""
    model, column = _table(site.kind)
    values = model._default_manager.filter(site=site, superseded_at__isnull=True)
    if column == "year":
        years = set(values.order_by().values_list("year", flat=True).distinct())
    else:
        years = {day.year for day in values.order_by().dates(column, "year")}
    return sorted(years | {today.year}, reverse=True)


def site_year(site: Site, year: int, today: date, month: int | None = None) -> SiteYear:
    """The readings of one site in one year (of an air station: the days of one month besides the months). Two queries."""
    model, column = _table(site.kind)
    if column == "year":
        span: dict[str, Any] = {"year": year}
    else:
        span = {f"{column}__range": (date(year, 1, 1), date(year, 12, 31))}
    rows: list[Any] = list(
        model._default_manager.filter(site=site, **span)
        .select_related("batch", "superseded_by")
        .defer("batch__facts", "superseded_by__facts")
        .order_by(column, "pk")
    )
    current = [row for row in rows if row.superseded_at is None]
    found = SiteYear(corrected=[_corrected(row, site) for row in rows if row.superseded_at is not None])
    if site.kind == SiteKind.AIR:
        _air_year(found, _preferred(current), site, year, today, month)
    elif site.kind in WATERS:
        _water_year(found, current, site, year, today)
    elif site.kind in NOISES:
        _noise_year(found, current, site, year, today)
    else:
        _firm_year(found, current, site, year, today)
    return found


def _table(kind: str) -> tuple[type[Any], str]:
    if kind == SiteKind.AIR:
        return AirDay, "day"
    if kind in WATERS:
        return WaterSample, "taken_on"
    return (NoiseReading, "year") if kind in NOISES else (FirmTest, "quarter_start")


def _preferred(rows: Sequence[AirDay]) -> list[AirDay]:
    """One row a day: those worked out of hours before reported ones."""
    by_day: dict[date, AirDay] = {}
    for row in sorted(rows, key=lambda one: (one.day, one.source)):
        by_day[row.day] = row
    return list(by_day.values())


def _line(row: Reading, when: str, cells: list[str], judged: Judged | None = None) -> dict[str, Any]:
    return {"when": when, "cells": cells, "judged": judged, "batch": row.batch}


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}".rstrip("0").rstrip(".")


def _air_cells(row: AirDay) -> list[str]:
    return [_number(getattr(row, code)) for code in _AIR_VALUES]


def _air_year(
    found: SiteYear, rows: list[AirDay], site: Site, year: int, today: date, month: int | None
) -> None:
    found.head = ["SO₂", "NO₂", "PM₁₀", "PM₂.₅", "CO", "O₃-8h"]
    by_month: dict[int, list[AirDay]] = defaultdict(list)
    for row in rows:
        by_month[row.day.month].append(row)
    judged = {row.pk: day_judged([getattr(row, code) for code in _AIR_VALUES]) for row in rows}
    for number in range(1, 13):
        first = date(year, number, 1)
        last = date(year, number, monthrange(year, number)[1])
        if first > today or not _in_service(site, first, last):
            continue
        days = by_month.get(number, [])
        of = min(last, today).day if first.year == today.year and number == today.month else last.day
        good = sum(judged[row.pk].status == "met" for row in days)
        bad = sum(judged[row.pk].status == "missed" for row in days)
        line = MonthLine(first, len(days), good, bad, of, last < today and len(days) < of)
        found.months.append(line)
        if not days and last < today:
            found.missing.append(f"{number} 月")
    shown = month or max(by_month, default=0)
    found.lines = [
        _line(row, f"{row.day}", _air_cells(row), judged[row.pk]) for row in by_month.get(shown, [])
    ]


def measured_parameters(rows: Sequence[WaterSample]) -> list[Parameter]:
    """The parameters that any of the samples has, in the table's order."""
    present = {code for row in rows for code in row.values}
    return [one for one in WATER if one.code in present]


def _water_year(found: SiteYear, rows: list[WaterSample], site: Site, year: int, today: date) -> None:
    parameters = measured_parameters(rows)
    is_source = site.kind == SiteKind.SOURCE
    found.head = [one.heading for one in parameters] + (["取水量(万m³)"] if is_source else [])
    for row in rows:
        cells = [str(row.values.get(one.code, "")) for one in parameters]
        if is_source:
            cells.append("" if row.volume is None else f"{row.volume.normalize():f}")
        found.lines.append(_line(row, _sample_day(row), cells, judge_sample(row, site)))
    found.missing = missing_months(site, year, today, {row.taken_on.month for row in rows})


def missing_months(site: Site, year: int, today: date, there: set[int]) -> list[str]:
    """The months of the year that are over, lie in the site's service, and have no reading."""
    found = []
    for number in range(1, 13):
        first = date(year, number, 1)
        last = date(year, number, monthrange(year, number)[1])
        if last < today and number not in there and _in_service(site, first, last):
            found.append(f"{number} 月")
    return found


def _in_service(site: Site, first: date, last: date) -> bool:
    return (site.valid_from is None or site.valid_from <= last) and (
        site.valid_to is None or site.valid_to >= first
    )


def _noise_year(found: SiteYear, rows: list[NoiseReading], site: Site, year: int, today: date) -> None:
    found.head = ["昼间等效声级 dB(A)", "路段长度 m"]
    for row in rows:
        length = row.length_m if row.length_m is not None else site.length_m
        cells = [f"{row.leq_day}", "" if length is None else f"{length.normalize():f}"]
        found.lines.append(_line(row, f"{row.taken_on}", cells))
    if not rows and year < today.year:
        found.missing = [f"{year} 年"]


def _firm_year(found: SiteYear, rows: list[FirmTest], site: Site, year: int, today: date) -> None:
    found.head = ["监测日期", "监测结果", "说明"]
    for row in rows:
        results = "，".join(f"{name} {value}" for name, value in row.results.items())
        cells = ["" if row.tested_on is None else f"{row.tested_on}", results, row.note]
        found.lines.append(_line(row, _quarter(row.quarter_start), cells, judge_test(row)))
    there = {row.quarter_start.month for row in rows}
    for quarter, start in enumerate((1, 4, 7, 10), 1):
        last = date(year, start + 2, monthrange(year, start + 2)[1])
        if last < today and start not in there and _in_service(site, date(year, start, 1), last):
            found.missing.append(f"第 {quarter} 季度")


def _corrected(row: Any, site: Site) -> dict[str, Any]:
    """A row that no longer counts: what it said, when and by which batch it was corrected."""
    if isinstance(row, AirDay):
        when, text = (
            f"{row.day}",
            "，".join(f"{code.upper()} {_number(getattr(row, code))}" for code in _AIR_VALUES),
        )
    elif isinstance(row, WaterSample):
        pairs: Mapping[str, str] = row.values
        names = {one.code: one.label for one in WATER}
        when = _sample_day(row)
        text = "，".join(f"{names.get(code, code)} {value}" for code, value in pairs.items())
    elif isinstance(row, NoiseReading):
        when, text = f"{row.year} 年", f"{row.leq_day} dB(A)"
    else:
        when, text = _quarter(row.quarter_start), judge_test(row).text
    return {"when": when, "text": text, "at": row.superseded_at, "by": row.superseded_by, "batch": row.batch}
