"""Accepted readings as plain values, for assessment: a fixed number of queries whatever the size.

Every function takes `known_at`: None = as they stand now; an instant = as they stood then (“what did we know on
31 May”). Every row names itself (`reading`) and the batch that brought it, so that a verdict can be traced to file and
person (`batch_sources`). Missing is None or not there, never zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from chuangmo.review.models import ReviewEvent
from indicators.monitoring.models import (
    AirDay,
    AirHour,
    Batch,
    FirmTest,
    NoiseReading,
    WaterSample,
)
from indicators.plan.models import Site

__all__ = [
    "BatchSource",
    "NoiseLevel",
    "Sample",
    "SiteFacts",
    "StationDay",
    "StationHour",
    "Test",
    "air_days",
    "air_hours",
    "batch_sources",
    "firm_tests",
    "noise_readings",
    "sites_in_service",
    "water_samples",
]


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as far as verdicts ask. `county` is the short name of the unit in which it lies, `target_class` 1–5,
    `water_body` "river", "lake", "ground" or "", `length_m` of a road segment."""

    id: int
    code: str
    name: str
    kind: str
    county: str
    county_id: int
    target_class: int | None
    water_body: str
    is_outflow: bool
    is_background: bool
    length_m: Decimal | None
    longitude: Decimal | None
    latitude: Decimal | None
    valid_from: date | None
    valid_to: date | None

    def in_service(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class StationDay:
    """One station's day: 24 h means in µg/m³ (CO mg/m³) and the highest 8 h mean of ozone; None = not valid.
    `source` is "day" (reported as such) or "hours" (worked out of hourly rows)."""

    site: int
    day: date
    so2: float | None
    no2: float | None
    pm10: float | None
    pm25: float | None
    co: float | None
    o3_8h: float | None
    source: str
    reading: int
    batch: int


class StationHour(NamedTuple):
    """One station's hour, `hour` = the local beginning of it (naive, Asia/Shanghai); units as in `StationDay`."""

    site: int
    hour: datetime
    so2: float | None
    no2: float | None
    pm10: float | None
    pm25: float | None
    co: float | None
    o3: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One water sample; `values` maps parameter codes to what was typed (“0.013”, “0.01L”, “<0.01”, “未检出”), `volume`
    is the month's intake (万m³) of a source, `conclusion` "yes", "no" or "" (judge by the values)."""

    site: int
    taken_on: date
    values: Mapping[str, str]
    volume: Decimal | None
    conclusion: str
    reading: int
    batch: int

    @property
    def month(self) -> date:
        """The first day of the sample's month."""
        return self.taken_on.replace(day=1)


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """One year's daytime level at a point or segment, dB(A); `length_m` of the segment when it was measured, else the
    register's."""

    site: int
    year: int
    taken_on: date
    leq_day: Decimal
    length_m: Decimal | None
    reading: int
    batch: int


@dataclass(frozen=True, slots=True)
class Test:
    """One quarter of one firm: `compliant` is None exactly where it stood still. No row = not tested."""

    __test__ = False  # pytest would take the name for a test

    site: int
    quarter_start: date
    tested_on: date | None
    in_production: bool
    compliant: bool | None
    results: Mapping[str, str]
    note: str
    reading: int
    batch: int


@dataclass(frozen=True, slots=True)
class BatchSource:
    """Where readings came from: file, who brought it, which revision was accepted, by whom and when."""

    id: int
    kind: str
    kind_label: str
    file_name: str
    unit: str
    url: str
    brought_by: str
    brought_at: datetime
    revision_no: int | None
    accepted_by: str
    accepted_at: datetime | None
    reason: str = ""
    steps: tuple[str, ...] = field(default=())


def sites_in_service(kinds: Collection[str], start: date, end: date) -> list[SiteFacts]:
    """The sites of these kinds that were in service on any day of the span, in the register's order. One query."""
    rows = (
        Site.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=end),
            Q(valid_to__isnull=True) | Q(valid_to__gte=start),
            kind__in=list(kinds),
        )
        .select_related("unit")
        .order_by("kind", "order", "code")
    )
    return [site_facts(row) for row in rows]


def site_facts(row: Site) -> SiteFacts:
    """The plain values of a site (its unit at hand)."""
    return SiteFacts(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        county=row.unit.short_name,
        county_id=row.unit_id,
        target_class=row.target_class,
        water_body=row.water_body,
        is_outflow=row.is_outflow,
        is_background=row.is_background,
        length_m=row.length_m,
        longitude=row.longitude,
        latitude=row.latitude,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def air_days(
    start: date,
    end: date,
    *,
    sites: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> list[StationDay]:
    """The days of air stations, by site and day; a day that has hourly rows comes from these. One query."""
    rows = _known(AirDay.objects.filter(day__range=(start, end)), known_at)
    if sites is not None:
        rows = rows.filter(site__in=list(sites))
    columns = ("site_id", "day", "so2", "no2", "pm10", "pm25", "co", "o3_8h", "source", "pk", "batch_id")
    found: dict[tuple[int, date], StationDay] = {}
    # "day" < "hours": where a day has both, the one worked out of the hours comes last and stays.
    for row in rows.order_by("site_id", "day", "source").values_list(*columns).iterator(chunk_size=5000):
        found[row[0], row[1]] = StationDay(*row)
    return list(found.values())


def air_hours(
    start: date,
    end: date,
    *,
    sites: Collection[int] | None = None,
    known_at: datetime | None = None,
) -> Iterator[StationHour]:
    """The hours of air stations over whole local days, by site and time. One query, read in chunks."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(start, time.min, zone)
    last = datetime.combine(end + timedelta(days=1), time.min, zone)
    rows = _known(AirHour.objects.filter(hour__gte=first, hour__lt=last), known_at)
    if sites is not None:
        rows = rows.filter(site__in=list(sites))
    columns = ("site_id", "hour", "so2", "no2", "pm10", "pm25", "co", "o3")
    for site, hour, *values in (
        rows.order_by("site_id", "hour").values_list(*columns).iterator(chunk_size=10000)
    ):
        yield StationHour(site, hour.astimezone(zone).replace(tzinfo=None), *values)


def water_samples(
    kind: str | Collection[str], start: date, end: date, *, known_at: datetime | None = None
) -> list[Sample]:
    """The samples of sites of a kind ("section", "source", "pond"), by site and date. One query."""
    kinds = [kind] if isinstance(kind, str) else list(kind)
    rows = _known(WaterSample.objects.filter(site__kind__in=kinds, taken_on__range=(start, end)), known_at)
    columns = ("site_id", "taken_on", "values", "volume", "conclusion", "pk", "batch_id")
    return [Sample(*row) for row in rows.order_by("site_id", "taken_on").values_list(*columns)]


def noise_readings(
    kind: str, year: int, *, until: date | None = None, known_at: datetime | None = None
) -> list[NoiseLevel]:
    """The year's levels at sites of a kind ("noise_grid", "noise_road") measured up to a day. One query."""
    rows = _known(NoiseReading.objects.filter(site__kind=kind, year=year), known_at)
    if until is not None:
        rows = rows.filter(taken_on__lte=until)
    columns = (
        "site_id",
        "year",
        "taken_on",
        "leq_day",
        "length_m",
        "pk",
        "batch_id",
        "site__length_m",
    )
    found = rows.order_by("site__order", "site__code").values_list(*columns)
    return [
        NoiseLevel(site, at, taken, leq, length if length is not None else own, pk, batch)
        for site, at, taken, leq, length, pk, batch, own in found
    ]


def firm_tests(year: int, *, until: date | None = None, known_at: datetime | None = None) -> list[Test]:
    """The year's quarterly tests by firm and quarter; with `until`, of quarters that ended by that day. One query."""
    last = date(year, 10, 1) if until is None else _last_quarter_start(until)
    rows = _known(
        FirmTest.objects.filter(quarter_start__gte=date(year, 1, 1), quarter_start__lte=date(year, 12, 31)),
        known_at,
    ).filter(quarter_start__lte=last)
    columns = (
        "site_id",
        "quarter_start",
        "tested_on",
        "in_production",
        "compliant",
        "results",
        "note",
        "pk",
        "batch_id",
    )
    return [
        Test(*row)
        for row in rows.order_by("site__order", "site__code", "quarter_start").values_list(*columns)
    ]


def batch_sources(ids: Collection[int]) -> dict[int, BatchSource]:
    """Where these batches came from, by id, with the people who passed them. Two queries."""
    batches = list(
        Batch.objects.filter(pk__in=set(ids)).select_related("unit", "case", "created_by", "accepted_by")
    )
    steps: dict[int, list[str]] = {}
    events = ReviewEvent.objects.filter(case__in=[one.case_id for one in batches]).order_by("id")
    for event in events:
        at = timezone.localtime(event.at)
        steps.setdefault(event.case_id, []).append(f"{at:%Y-%m-%d %H:%M} {event.by_name} {event.action}")
    return {
        one.pk: BatchSource(
            id=one.pk,
            kind=one.kind,
            kind_label=one.get_kind_display(),
            file_name=one.name,
            unit=one.unit.short_name,
            url=one.get_absolute_url(),
            brought_by=one.created_by.get_full_name(),
            brought_at=one.created_at,
            revision_no=one.case.accepted_revision_no,
            accepted_by=one.accepted_by.get_full_name() if one.accepted_by else "",
            accepted_at=one.loaded_at,
            reason=one.reason,
            steps=tuple(steps.get(one.case_id, ())),
        )
        for one in batches
    }


def _known(rows: QuerySet[Any], at: datetime | None) -> QuerySet[Any]:
    """The rows that stood at an instant (now)."""
    if at is None:
        return rows.filter(superseded_at__isnull=True)
    return rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=at), batch__loaded_at__lte=at)


def _last_quarter_start(day: date) -> date:
    """The first day of the last quarter that was over by the end of `day`."""
    after = day + timedelta(days=1)
    start = date(after.year, (after.month - 1) // 3 * 3 + 1, 1)
    return date(start.year - 1, 10, 1) if start.month == 1 else date(start.year, start.month - 3, 1)
