"""Reaching one indicator's verdicts again after one acceptance, against reaching all verdicts of five years, in one run.

python -m benchmarks.refresh       prints the figures and puts them into docs/benchmarks.md

Five years of figures (100 units × 26 indicators × 7 elements × 60 months, as in `benchmarks.data`); a plan for each of
the five years with rules that read them. “All” is every indicator of every plan at every month end, from nothing. “One”
is what a person waits for who accepts one report of the newest month: the marker, and after the commit the verdict.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.sections import put_section

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
HEADING = "评定：审定一份报表后重评一项指标"
MONTHS, YEARS, ROUNDS = 60, range(2013, 2018), 5
AIM_PCT = 1.0
Run = Mapping[str, Any]


def main() -> None:
    results = {database: _run(database) for database in ("SQLite", "PostgreSQL")}
    lines = section(results, date.today())
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, lines), encoding="utf-8")
    print("\n".join(lines))


def _run(database: str) -> Run:
    with tempfile.TemporaryDirectory(prefix="chuangmo-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
            "CHUANGMO_TODAY": "2017-06-06",
        }
        command = [sys.executable, "-m", "benchmarks.refresh", "measure"]
        if database == "PostgreSQL":
            command = [str(ROOT / "scripts" / "with-postgres"), *command]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        found: Run = json.loads(done.stdout)
        return found


def section(results: Mapping[str, Run], on: date) -> list[str]:
    """The lines of the section."""
    load = max(run["load"] for run in results.values())
    lines = [
        "`python -m benchmarks.refresh` 生成。“全部”：五年五个方案、每年 26 项、到每个月末，从头评定。"
        "“一项”：审定最近一月的一份报表，从写下待重评标记到新结论入库。",
        "",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载最高 {load:.1f}；“一项”是 {ROUNDS} 次的中位数。",
        "",
        "| 数据库 | 数据 | 全部结论 | 全部 (s) | 一项 (ms) | 一项 ÷ 全部 | 目标 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for database, run in results.items():
        share = median(run["one"]) / run["all"] * 100
        marked = f"{share:.2f}%" if share <= AIM_PCT else f"**{share:.2f}%**"
        lines.append(
            f"| {database} | {run['figures']:,} | {run['verdicts']:,} | {run['all']:.1f} "
            f"| {median(run['one']) * 1000:.0f} | {marked} | ≤ {AIM_PCT:g}% |"
        )
    return lines


# In the process that has the database -----------------------------------------------------------------------


def measure() -> Run:
    """Fill, reach everything once, then one indicator after each of some acceptances."""
    from benchmarks.data import fill
    from indicators.assessment.models import Verdict
    from indicators.assessment.services import refresh_all
    from indicators.plan.models import Plan
    from indicators.reporting.models import Figure

    world = fill(MONTHS)
    _plans_of_other_years(world.plan)
    began = time.perf_counter()
    for plan in Plan.objects.order_by("year"):
        refresh_all(plan=plan)
    everything = time.perf_counter() - began
    return {
        "figures": Figure.objects.count(),
        "verdicts": Verdict.objects.count(),
        "all": everything,
        "one": [_one(world.plan, number) for number in range(1, ROUNDS + 1)],
        "load": os.getloadavg()[0],
    }


def _one(plan: Any, number: int) -> float:
    """Correct an accepted figure of the newest month of an indicator; seconds until its verdicts are there."""
    from django.db import transaction
    from django.utils import timezone

    from indicators.assessment.models import StaleVerdict, Verdict
    from indicators.assessment.services import figures_changed
    from indicators.reporting.models import Figure

    code = f"i{number:02d}.b0"
    old = Figure.objects.current().filter(element__code=code).order_by("-period_end", "pk").first()
    assert old is not None
    before = Verdict.objects.count()
    began = time.perf_counter()
    with transaction.atomic():
        Figure.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
        value = (old.value or 0) + 1
        old.pk, old.value, old.accepted_at = None, value, timezone.now()
        old.save(force_insert=True)
        figures_changed(element_codes={code}, indicator_ids=(), from_day=old.period_end)
    taken = time.perf_counter() - began
    assert Verdict.objects.count() > before and not StaleVerdict.objects.exists()
    return taken


def _plans_of_other_years(plan: Any) -> None:
    """The plan's indicators, report items and rules once more for each of the years before."""
    from indicators.plan.models import Category, Indicator, Plan, ReportItem, RuleVersion

    for year in YEARS:
        if year == plan.year:
            continue
        other = Plan.objects.create(
            code=str(year),
            name=f"{year} 年方案",
            year=year,
            window_start=date(year, 1, 1),
            window_end=date(year, 12, 31),
            is_current=False,
        )
        category = Category.objects.create(plan=other, code="1", name="测速", order=1)
        for indicator in plan.indicators.all():
            copy = Indicator.objects.create(
                plan=other,
                number=indicator.number,
                name=indicator.name,
                short_name=indicator.short_name,
                category=category,
            )
            ReportItem.objects.bulk_create(
                ReportItem(
                    indicator=copy,
                    element_id=item.element_id,
                    reporter=item.reporter,
                    due=item.due,
                    order=item.order,
                )
                for item in indicator.items.all()
            )
            body = RuleVersion.objects.get(indicator=indicator).body
            RuleVersion.objects.create(indicator=copy, version=1, body=body)


def _measure_here() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(measure(), sys.stdout)


def run(arguments: Sequence[str]) -> None:
    """`measure` is called by this module itself, in a process that has the database."""
    if list(arguments) == ["measure"]:
        _measure_here()
    else:
        main()


if __name__ == "__main__":
    run(sys.argv[1:])
