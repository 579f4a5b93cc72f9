"""A station's year, from hourly rows to the annual result, against the same in a NumPy script, in one run.

python -m benchmarks.air_year      prints the figures and puts them into docs/benchmarks.md

Both begin with the same rows in memory: (time, pm25, pm10, so2, no2, co, o3), None = missing, as a query gives them. The
NumPy script is what a person who knows NumPy would write; it has no rounding of exact halves and no checks.
"""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.sections import put_section
from indicators.standards.air_city import city_days
from indicators.standards.air_hours import Hour, station_days
from indicators.standards.air_year import AirYear, assess_year

OUT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEADING = "空气：一个站点一年"
YEAR = 2015
HOURS = 8760
ROUNDS = 40
AIM = 2.0
GAPS = {"没有缺测": 0.0, "2% 的小时值缺测": 0.02, "6% 的小时值缺测": 0.06}
Rows = Sequence[Hour]


def rows_of_year(gaps: float) -> list[Hour]:
    """A made-up year with a season and a daily course; `gaps` of the values are missing, and some whole hours.

    Real stations: Beijing 奥体中心 lacked 1.8 % of its values in 2015 and 6.4 % in 2014, and no rows.
    """
    chance = random.Random(YEAR)
    rows = []
    for number in range(HOURS):
        moment = datetime(YEAR, 1, 1) + timedelta(hours=number)
        winter = 1 + abs(6.5 - moment.month) / 6
        tops = (120 * winter, 180 * winter, 60 * winter, 70, 2 * winter, 15 * moment.hour)
        values = [
            None if chance.random() < gaps else round(chance.uniform(0.1, top + 10), 1 if at == 4 else 0)
            for at, top in enumerate(tops)
        ]
        if chance.random() >= gaps / 20:
            rows.append(Hour(moment, *values))
    return rows


def by_standards(rows: Rows) -> AirYear:
    """As the product does it."""
    return assess_year(YEAR, city_days({"station": station_days(rows)}))


def by_numpy(rows: Rows) -> dict[str, Any]:
    """The same year, by NumPy."""
    days = (date(YEAR + 1, 1, 1) - date(YEAR, 1, 1)).days
    # np.array(…, dtype="datetime64[h]") takes thirty times as long over datetimes.
    first = date(YEAR, 1, 1).toordinal()
    places = np.fromiter(
        ((row[0].toordinal() - first) * 24 + row[0].hour for row in rows), dtype=int, count=len(rows)
    )
    values = np.array([row[1:] for row in rows], dtype=float)
    grid = np.full((days * 24, 6), np.nan)
    grid[places] = values
    grid = grid.reshape(days, 24, 6)
    there = ~np.isnan(grid)
    filled = np.where(there, grid, 0.0)
    counts = there.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(counts >= 20, filled.sum(axis=1) / counts, np.nan)[:, :5]
        sums = np.concatenate([np.zeros((days, 1)), filled[:, :, 5].cumsum(axis=1)], axis=1)
        hours = np.concatenate([np.zeros((days, 1)), there[:, :, 5].cumsum(axis=1)], axis=1)
        number = hours[:, 8:] - hours[:, :-8]
        windows = np.where(number >= 6, (sums[:, 8:] - sums[:, :-8]) / number, -1.0)
    largest = windows.max(axis=1)
    enough = ((windows >= 0).sum(axis=1) >= 14) | (np.round(largest) > 160)
    ozone = np.where(enough & (largest >= 0), largest, np.nan)
    figures = np.column_stack([np.round(means[:, :4]), np.round(means[:, 4], 1), np.round(ozone)])
    above = (figures > np.array([75, 150, 150, 80, 4, 160])).any(axis=1)
    missing = np.isnan(figures).any(axis=1)
    months = (np.datetime64(f"{YEAR}-01-01") + np.arange(days)).astype("datetime64[M]").astype(int) % 12
    by_month = np.array([(~np.isnan(figures[months == month])).sum(axis=0) for month in range(12)])
    needed = np.where(np.arange(12) == 1, 25, 27)[:, None]
    return {
        "good": int((~above & ~missing).sum()),
        "valid": int((above | ~missing).sum()),
        "means": np.nanmean(figures[:, :4], axis=0),
        "co": np.nanpercentile(figures[:, 4], 95),
        "o3": np.nanpercentile(figures[:, 5], 90),
        "enough": ((by_month >= needed).all(axis=0) & (by_month.sum(axis=0) >= 324)).tolist(),
    }


def agree(ours: AirYear, theirs: dict[str, Any]) -> None:
    """Both must have done the same work. ValueError where they differ."""
    found = ours.statistics
    pairs = [
        (ours.good_days, theirs["good"]),
        (ours.valid_days, theirs["valid"]),
        *zip([found[code].value for code in ("pm25", "pm10", "so2", "no2")], theirs["means"], strict=True),
        (found["co_p95"].value, theirs["co"]),
        (found["o3_8h_p90"].value, theirs["o3"]),
        *zip(
            [found[code].valid for code in ("pm25", "pm10", "so2", "no2", "co_p95", "o3_8h_p90")],
            theirs["enough"],
            strict=True,
        ),
    ]
    # Half a figure apart: NumPy rounds a mean like 0.25000000000000006 up, which the standard calls a half.
    apart = [(one, other) for one, other in pairs if abs(float(one or 0) - float(other)) > 0.01]
    if apart:
        raise ValueError(f"the two ways differ: {apart}")


def measure(rows: Rows, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """Seconds of each way, taken in turn."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(_seconds(by_standards, rows))
        theirs.append(_seconds(by_numpy, rows))
    return ours, theirs


def _seconds(way: Callable[[Rows], object], rows: Rows) -> float:
    began = time.process_time()
    way(rows)
    return time.process_time() - began


def section(results: dict[str, tuple[int, list[float], list[float]]], on: date, load: float) -> list[str]:
    """The lines of the section. results: name → (rows, seconds of ours, seconds of NumPy's)."""
    lines = [
        "`python -m benchmarks.air_year` 生成。从内存里的小时行（时间和六项浓度，空值为缺测）算到全年结果：日均值和有效性、"
        "臭氧 8 小时、修约、优良天数、年均值和百分位数、按月的有效性。"
        "同一次运行里与一段 NumPy 脚本轮流计算，两者结果相符才计时。",
        "",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，NumPy {np.__version__}，"
        f"测量时系统负载 {load:.1f}；各 {ROUNDS} 次，CPU 时间。",
        "",
        "| 一年的小时值 | 行数 | 本系统 中位 (ms) | NumPy 中位 (ms) | 比值：中位 | 最快 | 目标 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (rows, ours, theirs) in results.items():
        ratios = (median(ours) / median(theirs), min(ours) / min(theirs))
        marked = [f"{ratio:.2f}" if round(ratio, 2) <= AIM else f"**{ratio:.2f}**" for ratio in ratios]
        lines.append(
            f"| {name} | {rows:,} | {median(ours) * 1000:.1f} | {median(theirs) * 1000:.1f} "
            f"| {marked[0]} | {marked[1]} | ≤ {AIM:g} |"
        )
    return lines


def main() -> None:
    results = {}
    load = os.getloadavg()[0]
    for name, gaps in GAPS.items():
        rows = rows_of_year(gaps)
        agree(by_standards(rows), by_numpy(rows))
        results[name] = (len(rows), *measure(rows))
    lines = section(results, date.today(), load)
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
