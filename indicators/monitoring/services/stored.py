"""What stands in the tables, side by side with what a batch says: each kind's columns, and how a row is made.

A `Shelf` is the one place that knows a kind's table: which rows lie in a batch's span, what they say in the same shape
as the parsed records, and how records become rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from indicators.monitoring.models import (
    AirDay,
    AirHour,
    FirmTest,
    NoiseReading,
    Reading,
    WaterSample,
)
from indicators.monitoring.rules.parameters import AIR_DAY, AIR_HOUR, WATER_BY_CODE
from indicators.monitoring.rules.parsing import FirmRow, NoiseRow, WaterRow

__all__ = ["SHELVES", "Shelf", "day_of", "shown"]

_AIR = ("so2", "no2", "pm10", "pm25", "co")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind's table. `key`: the column of the time; `columns`: those of what is said; `said(row)`: the record that a
    row of `columns` stands for; `columns_of(when, record)`: key and columns as the table holds them."""

    model: type[Reading]
    key: str
    columns: tuple[str, ...]
    when: Callable[[Any], Any]
    said: Callable[[Sequence[Any]], Any]
    columns_of: Callable[[Any, Any], tuple[Any, ...]]
    stored_when: Callable[[Any], Any]

    def standing(self, sites: Iterable[int], first: Any, last: Any) -> Iterator[tuple[int, int, Any, Any]]:
        """Current rows of these sites in the span: row id, site, when, record."""
        rows: QuerySet[Any] = self.model._default_manager.filter(
            superseded_at__isnull=True,
            site__in=list(sites),
            **{f"{self.key}__range": (self.stored_when(first), self.stored_when(last))},
        )
        if self.model is AirDay:
            rows = rows.filter(source=AirDay.Source.DAY)
        found = rows.order_by().values_list("pk", "site_id", self.key, *self.columns)
        for pk, site, when, *said in found.iterator(chunk_size=10000):
            yield pk, site, self.when(when), self.said(said)


def _local(hour: datetime) -> datetime:
    return hour.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)


def _aware(hour: datetime) -> datetime:
    return hour.replace(tzinfo=timezone.get_default_timezone())


def _water_said(row: Sequence[Any]) -> WaterRow:
    values, volume, conclusion, month_only = row
    return WaterRow(dict(values), volume, conclusion, month_only)


SHELVES: dict[str, Shelf] = {
    "air_hour": Shelf(
        AirHour,
        "hour",
        tuple(one.code for one in AIR_HOUR),
        _local,
        tuple,
        lambda when, said: (when, *said[:6]),
        _aware,
    ),
    "air_day": Shelf(
        AirDay,
        "day",
        tuple(one.code for one in AIR_DAY),
        lambda day: day,
        tuple,
        lambda when, said: (when, *said[:6]),
        lambda day: day,
    ),
    "water": Shelf(
        WaterSample,
        "taken_on",
        ("values", "volume", "conclusion", "month_only"),
        lambda day: day,
        _water_said,
        lambda when, said: (when, dict(said.values), said.volume, said.conclusion, said.month_only),
        lambda day: day,
    ),
    "noise": Shelf(
        NoiseReading,
        "year",
        ("taken_on", "leq_day", "length_m"),
        lambda year: year,
        lambda row: NoiseRow(*row),
        lambda when, said: (when, said.taken_on, said.leq_day, said.length_m),
        lambda year: year,
    ),
    "firm": Shelf(
        FirmTest,
        "quarter_start",
        ("tested_on", "in_production", "compliant", "results", "note"),
        lambda day: day,
        lambda row: FirmRow(*row),
        lambda when, said: (
            when,
            said.tested_on,
            said.in_production,
            said.compliant,
            dict(said.results),
            said.note,
        ),
        lambda day: day,
    ),
}


def same(kind: str, stored: Any, said: Any) -> bool:
    """Whether a batch's record says what is stored already (air records carry their line behind the values)."""
    return bool(stored == (said[:6] if kind in ("air_hour", "air_day") else said))


def day_of(kind: str, when: Any, record: Any) -> date:
    """The day that a record is about: of a year's measurement the day on which it was taken."""
    if isinstance(when, datetime):
        return when.date()
    return record.taken_on if kind == "noise" else when  # type: ignore[no-any-return]


def last_day_of(kind: str, when: Any, record: Any) -> date:
    """The last day that a record speaks for: a quarter's end, a month's end where only the month is known."""
    day = day_of(kind, when, record)
    if kind == "firm":
        return (day.replace(day=28) + timedelta(days=4 + 62)).replace(day=1) - timedelta(days=1)
    return day


def shown(kind: str, record: Any) -> list[tuple[str, str]]:
    """A record in words: pairs of label and text, blanks left out."""
    if kind in ("air_hour", "air_day"):
        parameters = AIR_HOUR if kind == "air_hour" else AIR_DAY
        return [
            (one.label, f"{value:g}")
            for one, value in zip(parameters, record, strict=False)
            if value is not None
        ]
    if kind == "water":
        pairs = [
            (WATER_BY_CODE[code].label, text) for code, text in record.values.items() if code in WATER_BY_CODE
        ]
        pairs += [("取水量", _plain(record.volume))] if record.volume is not None else []
        return pairs + (
            [("结论", "达标" if record.conclusion == "yes" else "不达标")] if record.conclusion else []
        )
    if kind == "noise":
        pairs = [("昼间等效声级", f"{record.leq_day}"), ("监测日期", str(record.taken_on))]
        return pairs + ([("路段长度", _plain(record.length_m))] if record.length_m is not None else [])
    state = "停产" if not record.in_production else "达标" if record.compliant else "不达标"
    pairs = [("结果", state), *record.results.items()]
    return pairs + ([("说明", record.note)] if record.note else [])


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
