"""Measures the daily sweep over 10,000 and 100,000 obligations on both databases; writes its part of docs/benchmarks.md.

  python -m benchmarks.sweep            both databases, in throw-away ones
  python -m benchmarks.sweep one COUNT  the database of the settings (empty), as JSON; what the first form calls

The floor is a plain SELECT of the same rows, read to the end: whoever looks at each obligation can't be faster.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.sections import put_section

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
HEADING = "期限巡检"
COUNTS = (10_000, 100_000)
UNITS, ROUNDS = 100, 5
DAY = date(2017, 6, 6)


def main() -> None:
    if sys.argv[1:2] == ["one"]:
        json.dump(_measure(int(sys.argv[2])), sys.stdout)
        return
    results = {
        database: {count: _run(database, count) for count in COUNTS} for database in ("SQLite", "PostgreSQL")
    }
    lines = report(results, date.today())
    print("\n".join(lines))
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, lines), encoding="utf-8")


def _run(database: str, count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="chuangmo-sweep-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
            "CHUANGMO_TODAY": DAY.isoformat(),
        }
        command = [sys.executable, "-m", "benchmarks.sweep", "one", str(count)]
        if database == "PostgreSQL":
            command = [str(ROOT / "scripts" / "with-postgres"), *command]
        print(f"{database}, {count} obligations …", file=sys.stderr, flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(done.stdout))


def _measure(count: int) -> dict[str, Any]:
    """Seconds and statements of the first sweep of a day on which every tenth obligation moves, and of the second."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from chuangmo.deadlines.models import Firing, Obligation
    from chuangmo.deadlines.services import sweep
    from chuangmo.notices.models import Notice

    call_command("migrate", verbosity=0)
    _fill(count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def select() -> None:
        rows = Obligation.objects.open().filter(due_on__isnull=False).values_list()
        assert sum(1 for _ in rows.iterator(chunk_size=2000)) == count

    # Nobody swept for two months: everything that was passed, at once. Then an ordinary day.
    late, late_statements = _timed(lambda: sweep(DAY - timedelta(days=1)))
    late_moved = Obligation.objects.filter(level__isnull=False).count()
    fired, told = Firing.objects.count(), Notice.objects.count()
    floor = [_timed(select)[0] for _ in range(ROUNDS)]
    first, statements = _timed(lambda: sweep(DAY))
    moved = Firing.objects.count() - fired
    notices = Notice.objects.count() - told
    quiet = [_timed(lambda: sweep(DAY)) for _ in range(ROUNDS)]
    assert Firing.objects.count() - fired == moved
    return {
        "select": median(floor),
        "first": first,
        "first_statements": statements,
        "moved": moved,
        "late": late,
        "late_statements": late_statements,
        "late_moved": late_moved,
        "late_notices": told,
        "notices": notices,
        "second": median(seconds for seconds, _ in quiet),
        "second_statements": quiet[0][1],
        "again": Notice.objects.count() - told - notices,
        "load": os.getloadavg()[0],
    }


def _fill(count: int) -> None:
    """Obligations of 100 units, with a person each, due over a hundred days around the day."""
    from django.db import transaction

    from chuangmo import periods
    from chuangmo.access.models import Role, User
    from chuangmo.access.services import add_membership
    from chuangmo.deadlines.models import Obligation, Rung
    from chuangmo.org.models import Unit, UnitKind
    from chuangmo.period_fields import period_columns

    fixture = json.loads((ROOT / "fixtures/common/10-ladder.json").read_text(encoding="utf-8"))
    with transaction.atomic():
        Rung.objects.bulk_create(Rung(**entry["fields"]) for entry in fixture)
        units = [
            Unit.objects.create(name=f"单位{n:03d}", short_name=f"单位{n:03d}", kind=UnitKind.BUREAU, order=n)
            for n in range(UNITS)
        ]
        for unit in units:
            person = User.objects.create(username=f"p{unit.pk}", name=f"人{unit.pk}")
            add_membership(user=person, unit=unit, role=Role.REPORTER, by=None)
        columns = period_columns(periods.month(2017, 5))
        for start in range(0, count, 5_000):
            Obligation.objects.bulk_create(
                Obligation(
                    kind="report",
                    unit=units[n % UNITS],
                    subject_kind="report",
                    subject_id=n,
                    subject_label=f"事项 {n}",
                    subject_url="/reports/1/",
                    due_on=(due := DAY + timedelta(days=n // UNITS % 100 - 60)),
                    original_due_on=due,
                    locks_on=due + timedelta(days=7),
                    opened_on=date(2017, 1, 1),
                    **columns,
                )
                for n in range(start, min(start + 5_000, count))
            )


def _timed(job: Callable[[], object]) -> tuple[float, int]:
    """Seconds and statements."""
    from django.db import connection

    seen = [0]

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen[0] += 1
        return execute(sql, params, many, context)

    begun = time.perf_counter()
    with connection.execute_wrapper(count):
        job()
    return time.perf_counter() - begun, seen[0]


def report(results: Mapping[str, Mapping[int, Mapping[str, Any]]], on: date) -> list[str]:
    """The section of docs/benchmarks.md from database → count → what was measured."""
    load = max(run["load"] for sizes in results.values() for run in sizes.values())
    lines = [
        "`python -m benchmarks.sweep` 生成。下限是把同样的事项全部读一遍的 SELECT；比值是巡检时间 ÷ 下限。",
        "首次：当天第一次巡检，推进到了时点的事项、写触发记录和建议、逐人写通知；再次：同一天的第二次，没有可推进的。",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载最高 {load:.1f}。",
        "",
        "| 数据库 | 事项 | 读一遍 (ms) | 再次 (ms) | ÷ 下限 | 语句 | 首次 (ms) | ÷ 下限 | 语句 | 触发 | 通知 | 再次的通知 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for database, sizes in results.items():
        for count, run in sizes.items():
            lines.append(
                f"| {database} | {count:,} | {_ms(run['select'])} | {_ms(run['second'])} "
                f"| {run['second'] / run['select']:.2f} | {run['second_statements']} | {_ms(run['first'])} "
                f"| {run['first'] / run['select']:.2f} | {run['first_statements']} | {run['moved']:,} "
                f"| {run['notices']:,} | {run['again']} |"
            )
    lines.append("")
    lines += [
        "补两个月（从未巡检过，一次补齐）：",
        "",
        "| 数据库 | 事项 | 推进 | 通知 | 用时 (s) | ÷ 下限 | 语句 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {database} | {count:,} | {run['late_moved']:,} | {run['late_notices']:,} | {run['late']:.1f} "
        f"| {run['late'] / run['select']:.1f} | {run['late_statements']} |"
        for database, sizes in results.items()
        for count, run in sizes.items()
    ]
    lines.append("")
    for database, sizes in results.items():
        small, large = (sizes[count] for count in COUNTS)
        lines.append(
            f"{database}：事项增加到 10 倍，再次巡检 {large['second'] / small['second']:.1f} 倍，"
            f"首次 {large['first'] / small['first']:.1f} 倍，读一遍 {large['select'] / small['select']:.1f} 倍。"
        )
    return [*lines, "", "语句数：再次巡检与事项多少无关；首次只随通知增加（通知每 500 条一句）。"]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


if __name__ == "__main__":
    main()
