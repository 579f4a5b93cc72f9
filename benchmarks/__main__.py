"""Measures SQLite and PostgreSQL with one month and with five years, and writes docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import air_year

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
REMARKS = ROOT / "benchmarks" / "remarks.md"
Run = Mapping[str, Any]  # values, load, times: name → cold, warm, best (seconds)
Results = Mapping[str, Mapping[str, Run]]  # database → size → run
SIZES = {"一个月": 1, "五年": 60}

# name → (floor, aim)
AIMS = {
    "home": ("floor page", 4.0),
    "home office": ("floor page", 4.0),
    "wall": ("floor page", 4.0),
    "queue": ("floor page", 4.0),
    "entry": ("floor page", 4.0),
    "matrix": ("floor cells", 4.0),
    "autosave": ("floor write", 3.0),
}
NAMES = {
    "home": "首页（填报员）",
    "home office": "首页（创模办）",
    "wall": "指标墙",
    "queue": "审核队列",
    "entry": "填报页",
    "matrix": "报送情况表",
    "autosave": "自动保存",
    "floor page": "空页（下限）",
    "floor cells": "同样多常数格的页（下限）",
    "floor write": "一次按主键更新（下限）",
}
GROWTH_AIM = 1.3


def main() -> None:
    results = {
        database: {size: _run(database, months) for size, months in SIZES.items()}
        for database in ("SQLite", "PostgreSQL")
    }
    OUT.write_text(report(results, date.today()), encoding="utf-8")
    air_year.main()
    print(OUT.read_text(encoding="utf-8"))


def _run(database: str, months: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="chuangmo-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
            "CHUANGMO_TODAY": "2017-06-06",
        }
        command = [sys.executable, "-m", "benchmarks.one", str(months)]
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        if database == "PostgreSQL":
            command = [str(ROOT / "scripts" / "with-postgres"), *command]
        print(f"{database}, {months} months …", file=sys.stderr, flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(done.stdout))


def report(results: Results, on: date) -> str:
    """The text of docs/benchmarks.md from database → size → what `benchmarks.one` measured."""
    load = max(run["load"] for sizes in results.values() for run in sizes.values())
    lines = [
        "# 有多快",
        "",
        "`make bench` 生成。每个数都是与同一进程、同一次运行里的下限之比，所以换一台机器也能比较；**粗体**是没有达到目标的。",
        "",
        "- 下限。页面：已登录、只有页面框架、正文为空。报送情况表：同一框架里同样多的常数格。"
        "自动保存：已登录、一个事务里一次按主键的 UPDATE。",
        "- 数据：100 个单位 × 26 项指标 × 每月 7 个数；“五年”是 60 个月，每份报表都有稿次和审核经过；"
        "最新一月的报表分布在审核的各步。",
        "- 热：页面与下限轮流请求，各 25 次的中位数；“最快”是其中最快的一次。"
        "冷：新进程的第一个请求，连同载入地址和模板（三次的中位数）。没有整页缓存。",
        "- 五年 ÷ 一个月：两次各除以自己那次的下限再相比，两次测量之间机器的快慢不算在内。",
        "- SQLite 与正式运行的设置相同；PostgreSQL 在同一台机器上，临时建立，不落盘（`scripts/with-postgres`）。",
        "",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载最高 {load:.1f}。",
    ]
    for database, sizes in results.items():
        lines += ["", f"## {database}", "", *_table(sizes)]
    return "\n".join([*lines, *_remarks()]) + "\n"


def _table(sizes: Mapping[str, Run]) -> list[str]:
    small, large = (sizes[size]["times"] for size in SIZES)
    lines = [
        "；".join(f"{size} {run['values']:,} 个值" for size, run in sizes.items()) + "。",
        "",
        "| 页面 | 一个月 热 (ms) | 五年 热 (ms) | 五年 冷 (ms) | 比下限：热 | 最快 | 冷 | 目标 | 五年 ÷ 一个月 | 目标 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (floor, aim) in AIMS.items():
        ratios = [_marked(large[name][kind] / large[floor][kind], aim) for kind in ("warm", "best", "cold")]
        # Each against the floor of its own run: the two sizes are measured minutes apart, and the floor knows no data.
        growth = _marked(
            large[name]["warm"] / large[floor]["warm"] / (small[name]["warm"] / small[floor]["warm"]),
            GROWTH_AIM,
        )
        lines.append(
            f"| {NAMES[name]} | {_ms(small[name]['warm'])} | {_ms(large[name]['warm'])} "
            f"| {_ms(large[name]['cold'])} | {' | '.join(ratios)} | ≤ {aim:g} | {growth} | ≤ {GROWTH_AIM:g} |"
        )
    return lines + [
        f"| {NAMES[name]} | {_ms(small[name]['warm'])} | {_ms(large[name]['warm'])} "
        f"| {_ms(large[name]['cold'])} | 1 | 1 | 1 | | | |"
        for name in ("floor page", "floor cells", "floor write")
    ]


def _remarks() -> list[str]:
    """What the keeper of the benchmarks wrote about the figures, kept from one run to the next."""
    return ["", *REMARKS.read_text(encoding="utf-8").splitlines()] if REMARKS.exists() else []


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _marked(ratio: float, aim: float) -> str:
    return f"{ratio:.2f}" if round(ratio, 2) <= aim else f"**{ratio:.2f}**"


if __name__ == "__main__":
    main()
