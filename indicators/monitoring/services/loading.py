"""An accepted batch becomes readings: new rows, corrected ones marked, days worked out of hours, verdicts told.

All in one transaction: a batch counts as a whole or not at all. Loading the same batch twice changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo.audit.services import record
from chuangmo.errors import Invalid
from indicators.monitoring.models import AirDay, AirHour, Batch
from indicators.monitoring.rights import indicator_numbers
from indicators.monitoring.services.bulk import CHUNK, insert_blocks, insert_rows, supersede
from indicators.monitoring.services.reading import Read, no_collection, read_batch
from indicators.monitoring.services.stored import SHELVES
from indicators.plan.models import Site
from indicators.standards.air_hours import HOURS, Hour, station_days

__all__ = ["load_batch", "write_readings"]

_OFFSET = timedelta(hours=8)


@transaction.atomic
def load_batch(batch: Batch) -> Read | None:
    """Write the accepted batch's readings; None if that was done before.

    Raises Invalid (what the file says is no longer right: a month locked, a site closed meanwhile) and Stale.
    """
    if not Batch.objects.filter(pk=batch.pk, loaded_at__isnull=True).update(loaded_at=timezone.now()):
        return None
    batch.refresh_from_db(fields=["loaded_at", "file", "name", "reason"])
    read = read_batch(batch)
    if read.parsed.faults:
        raise Invalid(
            {"file": "；".join(f"{one.place} {one.message}".strip() for one in read.parsed.faults[:5])}
        )
    if read.corrections and not batch.reason:
        raise Invalid({"reason": "有更正而没有写明原因"})
    write_readings(batch, read)
    return read


def write_readings(batch: Batch, read: Read) -> None:
    """The rows of a compared batch, within the caller's transaction; then the audit row, and the verdicts are told."""
    with no_collection():
        _write(batch, read, batch.loaded_at or timezone.now())
    record(
        by=batch.accepted_by,
        action="监测数据入库",
        object_kind="readings",
        object_id=batch.pk,
        label=str(batch),
        unit_id=batch.unit_id,
        reason=batch.reason,
        changes={
            "新增": [0, len(read.fresh)],
            "更正": [0, len(read.corrections)],
            "不变": [read.unchanged, read.unchanged],
        },
    )
    _tell(read)


def _write(batch: Batch, read: Read, at: datetime) -> None:
    shelf = SHELVES[batch.kind]
    supersede(shelf.model, [one.pk for one in read.corrections], at=at, batch_id=batch.pk)
    rows = chain(read.fresh, ((one.site, one.when, one.after) for one in read.corrections))
    columns = ["site", "batch", shelf.key, *shelf.columns]
    if batch.kind == "air_hour":
        insert_blocks(AirHour, columns, _blocks_of_hours(rows, batch.pk))
        _work_out_days(batch, read, at)
        return
    extra = ["source"] if batch.kind == "air_day" else []
    more = (AirDay.Source.DAY.value,) if extra else ()
    insert_rows(
        shelf.model,
        [*columns, *extra],
        ((site, batch.pk, *shelf.columns_of(when, said), *more) for site, when, said in rows),
    )


def _blocks_of_hours(
    rows: Iterable[tuple[int, datetime, Any]], batch_id: int
) -> Iterator[tuple[Sequence[Any], ...]]:
    """Blocks of hours as their columns; the instant is written once for all stations."""
    instants = _Instants("+00" if connection.vendor == "postgresql" else "")
    rows = iter(rows)
    while block := list(islice(rows, CHUNK)):
        sites, hours, records = zip(*block, strict=True)
        columns = list(zip(*records, strict=True))[:6]
        yield (sites, [batch_id] * len(block), [*map(instants.__getitem__, hours)], *columns)


class _Instants(dict[datetime, str]):
    """Beijing hours as both databases keep them: UTC, eight hours behind without summer time since 1992."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, hour: datetime) -> str:
        text = self[hour] = (hour - _OFFSET).isoformat(" ") + self.zone
        return text


# Days out of hours -------------------------------------------------------------------------------------


def _work_out_days(batch: Batch, read: Read, at: datetime) -> None:
    """The days that the batch touches, from all their current hours; one that comes out as it stands stays."""
    touched: dict[int, set[date]] = defaultdict(set)
    for site, rows in groupby(read.fresh, key=itemgetter(0)):
        touched[site].update(map(datetime.date, map(itemgetter(1), rows)))
    for one in read.corrections:
        touched[one.site].add(one.when.date())
    gone: list[int] = []
    fresh: list[tuple[Any, ...]] = []
    for site, days in touched.items():
        before = {
            row[1]: (row[0], row[2:])
            for row in AirDay.objects.current()
            .filter(site=site, source=AirDay.Source.HOURS, day__range=(min(days), max(days)))
            .values_list("pk", "day", "so2", "no2", "pm10", "pm25", "co", "o3_8h")
        }
        for day, values in station_days(_hours_of(site, days, read)):
            if day in before:
                if before[day][1] == tuple(values):
                    continue
                gone.append(before[day][0])
            fresh.append((site, batch.pk, day, AirDay.Source.HOURS.value, *values))
    supersede(AirDay, gone, at=at, batch_id=batch.pk)
    insert_rows(
        AirDay, ["site", "batch", "day", "source", "so2", "no2", "pm10", "pm25", "co", "o3_8h"], fresh
    )


def _hours_of(site: int, days: set[date], read: Read) -> list[Hour]:
    """The hours of these days as they stand now: what the batch says, and what else was there."""
    said = read.parsed.records[site]
    counts = Counter(map(datetime.date, said))
    if len(days) < len(counts):
        said = {hour: record for hour, record in said.items() if hour.date() in days}
    partial = {day for day in days if counts[day] < HOURS}
    if partial:
        first = datetime.combine(min(partial), time.min)
        last = datetime.combine(max(partial), time.max)
        standing = SHELVES["air_hour"].standing([site], first, last)
        said = {hour: record for _, _, hour, record in standing if hour.date() in partial} | said
    so2, no2, pm10, pm25, co, o3 = list(zip(*(record[:6] for record in said.values()), strict=True))
    return [*map(Hour._make, zip(said, pm25, pm10, so2, no2, co, o3, strict=True))]


def _tell(read: Read) -> None:
    """Tell the floors above which indicators' readings changed, from which day on; in the same transaction."""
    changed = {site for site, _, _ in read.fresh} | {one.site for one in read.corrections}
    if not changed or read.first_day is None:
        return
    kinds = set(Site.objects.filter(pk__in=changed).values_list("kind", flat=True))
    for path in settings.READINGS_CHANGED:
        import_string(path)(indicator_numbers=indicator_numbers(kinds), from_day=read.first_day)
