"""A batch's file against what stands: what is new, what is the same, what it corrects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from django.conf import settings

from chuangmo import clock
from chuangmo.errors import Invalid
from indicators.monitoring.models import Batch
from indicators.monitoring.rules.layouts import LAYOUTS
from indicators.monitoring.rules.parsing import Fault, Parsed, parse
from indicators.monitoring.services.files import open_sheets
from indicators.monitoring.services.sites import closed_days, places_of
from indicators.monitoring.services.stored import SHELVES, day_of, same

__all__ = ["Correction", "Read", "no_collection", "read_batch"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A stored row that the batch says otherwise about."""

    pk: int
    site: int
    when: Any
    before: Any
    after: Any


@dataclass
class Read:
    """A batch's content, compared: `fresh` are site, when and record of what is new."""

    parsed: Parsed
    fresh: list[tuple[int, Any, Any]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    unchanged: int = 0
    first_day: date | None = None
    last_day: date | None = None


def read_batch(batch: Batch) -> Read:
    """Read the batch's file and compare it with the tables: one query per site span at most a few hundred sites.

    Faults are in `parsed.faults`; a file that can't be opened is one fault of the whole.
    """
    content = (Path(settings.MEDIA_ROOT) / batch.file.path).read_bytes()
    layout = LAYOUTS[batch.kind]
    today = clock.today()
    with no_collection():
        try:
            sheets = open_sheets(batch.name, content)
            parsed = parse(
                sheets,
                layout,
                places_of(batch.kind, batch.unit_id, today),
                today=today,
                closed=closed_days(),
            )
        except Invalid as broken:
            parsed = Parsed()
            parsed.add_fault(Fault("", 0, None, str(broken)))
        read = Read(parsed)
        _measure_span(batch.kind, read)
        _compare(batch.kind, read)
    return read


@contextmanager
def no_collection() -> Iterator[None]:
    """A million small tuples, none of them in a circle: the collector would walk over them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _measure_span(kind: str, read: Read) -> None:
    for found in read.parsed.records.values():
        first, last = min(found), max(found)
        days = (
            [day_of(kind, when, record) for when, record in found.items()]
            if kind == "noise"
            else [day_of(kind, first, None), day_of(kind, last, None)]
        )
        read.first_day = min(days + ([read.first_day] if read.first_day else []))
        read.last_day = max(days + ([read.last_day] if read.last_day else []))


def _compare(kind: str, read: Read) -> None:
    records = {site: found for site, found in read.parsed.records.items() if found}
    if not records:
        return
    shelf = SHELVES[kind]
    first = min(min(found) for found in records.values())
    last = max(max(found) for found in records.values())
    if kind == "water":
        first, last = first.replace(day=1), _month_end(last)
    standing: dict[int, dict[Any, tuple[int, Any]]] = {}
    for pk, site, when, said in shelf.standing(records, first, last):
        standing.setdefault(site, {})[when] = (pk, said)
    for site, found in records.items():
        there = standing.get(site)
        if not there:
            read.fresh.extend(zip(repeat(site), found, found.values(), strict=False))
            continue
        for when, record in found.items():
            before = there.get(when)
            if before is None:
                read.fresh.append((site, when, record))
            elif same(kind, before[1], record):
                read.unchanged += 1
            else:
                read.corrections.append(Correction(before[0], site, when, before[1], record))
    if kind == "water":
        _refuse_double_months(read, standing)


def _refuse_double_months(read: Read, standing: dict[int, dict[Any, tuple[int, Any]]]) -> None:
    """A sample of which only the month is known may be the dated one of that month, or not: refused."""
    dated: dict[tuple[int, date], date] = {}
    months: dict[tuple[int, date], date] = {}
    for site, found in standing.items():
        for when, (_, said) in found.items():
            (months if said.month_only else dated)[site, when.replace(day=1)] = when
    for site, mine in read.parsed.records.items():
        for when, said in mine.items():
            (months if said.month_only else dated)[site, when.replace(day=1)] = when
    for key in months.keys() & dated.keys():
        words = f"{key[1]:%Y-%m} 同一点位既有只写月份的样品，又有 {dated[key]} 的样品，可能是同一份"
        read.parsed.add_fault(Fault("", 0, None, f"{words}；请都写采样日期"))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
