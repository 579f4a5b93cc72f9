"""A million hourly rows: bringing them in against the database's own bulk load, in one run, one after the other.

python -m benchmarks.readings [ROWS]     on the database of CHUANGMO_DATABASE_URL (scripts/with-postgres), else SQLite

Floor: the same rows, ready in memory, into the same table with its keys: COPY on PostgreSQL, executemany on SQLite. Ours:
from the stored file (CSV) to committed rows: decoding, every check of every cell, comparing with what stands, writing.
The days that are worked out of the hours are timed apart.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

STATION_HOURS = 35_064  # four years
ROUNDS = 3


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = tempfile.mkdtemp(prefix="chuangmo-readings-")
    given = os.environ.get("CHUANGMO_DATABASE_URL")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="chuangmo.settings",
        CHUANGMO_ENV_FILE=os.devnull,
        CHUANGMO_SECRET_KEY="benchmark",
        CHUANGMO_DATA_DIR=folder,
        CHUANGMO_TODAY="2017-06-06",
        CHUANGMO_FILE_MAX_MB="200",
        **({} if given else {"CHUANGMO_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}),
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(measure(rows), ensure_ascii=False))


def measure(rows: int) -> dict[str, Any]:
    """Median seconds of each part over the rounds; the floor and ours take turns."""
    from statistics import median

    from django.db import connection

    batch, lines, sites = _made(rows)
    _make_ready(lines, sites, batch)
    del lines
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        _emptied()
        with _timed(times, "floor"):
            _floor()
        _emptied()
        _ours(batch, times)
    with _timed(times, "again"):
        from indicators.monitoring.services.reading import read_batch

        assert read_batch(batch).unchanged == rows
    found = {name: round(median(values), 2) for name, values in times.items()}
    return {
        "database": connection.vendor,
        "rows": rows,
        "seconds": found,
        "ratio": round((found["read"] + found["write"]) / found["floor"], 2),
        "load": os.getloadavg()[0],
    }


def _made(rows: int) -> tuple[Any, list[list[Any]], list[int]]:
    """The batch with its file, the rows as they stand in it, the stations."""
    from django.core.files.base import ContentFile
    from django.core.files.uploadedfile import UploadedFile
    from django.utils import timezone

    from chuangmo.access.models import User
    from chuangmo.files.services import store
    from chuangmo.org.models import Unit
    from chuangmo.review.models import Case
    from indicators.monitoring.models import Batch
    from indicators.plan.models import Site

    county = Unit.objects.create(name="县", short_name="县", kind="county")
    bureau = Unit.objects.create(name="局", short_name="局", kind="bureau")
    person = User.objects.create(username="clerk", name="员")
    count = -(-rows // STATION_HOURS)
    sites = [
        Site.objects.create(code=f"s{n}", name=f"站{n}", kind="air", unit=county, monitored_by=bureau).pk
        for n in range(count)
    ]
    begin = datetime(2013, 3, 1)
    hours = [f"{begin + timedelta(hours=n):%Y-%m-%d %H:%M}" for n in range(STATION_HOURS)]
    lines = [
        [
            f"s{n // STATION_HOURS}",
            hours[n % STATION_HOURS],
            20 + n % 131,
            30 + n % 173,
            5 + n % 37,
            10 + n % 71,
            round(0.3 + n % 29 / 10, 1),
            n % 191,
        ]
        for n in range(rows)
    ]
    head = "station,time,pm25,pm10,so2,no2,co,o3\n"
    text = head + "".join(",".join(map(str, line)) + "\n" for line in lines)
    content = ContentFile(text.encode(), name="hours.csv")
    stored = store(UploadedFile(content, name="hours.csv", size=content.size))
    case = Case.objects.create(kind="readings", unit=bureau, step_entered_at=timezone.now())
    batch = Batch.objects.create(
        kind="air_hour", unit=bureau, case=case, file=stored, name="hours.csv", created_by=person
    )
    return batch, lines, sites


def _floor() -> None:
    """The rows were made ready before: only the database's own work is timed."""
    from django.db import connection, transaction

    columns = "site_id, batch_id, hour, pm25, pm10, so2, no2, co, o3"
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY monitoring_airhour ({columns}) FROM STDIN") as copy:
                for block in _READY:
                    copy.write(block)
        else:
            marks = ", ".join(["?"] * 9)
            cursor.connection.executemany(
                f"INSERT INTO monitoring_airhour ({columns}) VALUES ({marks})", _READY
            )


_READY: list[Any] = []


def _make_ready(lines: list[list[Any]], sites: list[int], batch: Any) -> None:
    from django.db import connection

    by_code = {f"s{n}": pk for n, pk in enumerate(sites)}
    offset = timedelta(hours=8)
    utc = {line[1]: str(datetime.fromisoformat(line[1]) - offset) for line in lines[:STATION_HOURS]}
    rows = [(by_code[line[0]], batch.pk, utc[line[1]], *map(float, line[2:])) for line in lines]
    _READY.clear()
    if connection.vendor == "postgresql":
        for start in range(0, len(rows), 10_000):
            block = rows[start : start + 10_000]
            _READY.append(
                "".join(f"{r[0]}\t{r[1]}\t{r[2]}+00\t" + "\t".join(map(repr, r[3:])) + "\n" for r in block)
            )
    else:
        _READY.extend(rows)


def _ours(batch: Any, times: dict[str, list[float]]) -> None:
    from django.db import transaction
    from django.utils import timezone

    from indicators.monitoring.services import loading
    from indicators.monitoring.services.reading import read_batch

    begun = time.perf_counter()
    with transaction.atomic():
        read = read_batch(batch)
        assert not read.parsed.faults, read.parsed.faults[:3]
        done = time.perf_counter()
        times.setdefault("read", []).append(done - begun)
        work_out, spent = loading._work_out_days, 0.0

        def timed(*given: Any) -> None:
            nonlocal spent
            start = time.perf_counter()
            work_out(*given)
            spent = time.perf_counter() - start

        loading._work_out_days = timed
        batch.loaded_at = timezone.now()
        loading.write_readings(batch, read)
        loading._work_out_days = work_out
    times.setdefault("write", []).append(time.perf_counter() - done - spent)
    times.setdefault("days", []).append(spent)


def _emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("monitoring_airhour", "monitoring_airday"):
            cursor.execute(
                f"TRUNCATE {table}" if connection.vendor == "postgresql" else f"DELETE FROM {table}"
            )


@contextmanager
def _timed(times: dict[str, list[float]], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    times.setdefault(name, []).append(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
