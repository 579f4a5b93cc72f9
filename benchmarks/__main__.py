"""Measures SQLite and PostgreSQL with one month and with five years, and writes docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
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
    OUT.write_text(_report(results), encoding="utf-8")
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


def _report(results: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# 有多快",
        "",
        "`make bench` 生成。每个数都是与同一进程、同一次运行里的下限之比，所以换一台机器也能比较。",
        "下限：页面＝已登录、只有页面框架、正文为空；报送情况表＝同一框架里同样多的常数格；"
        "自动保存＝已登录、事务里一次按主键的 UPDATE。",
        "数据：100 个单位 × 26 项指标 × 每月 7 个数；“五年”是 60 个月。没有整页缓存。"
        "“冷”是进程里的第一次，“热”是其余各次的中位数。",
        "",
        f"{date.today():%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}。",
    ]
    for database, sizes in results.items():
        lines += ["", f"## {database}", ""]
        counts = "；".join(f"{size} {run['values']:,} 个值" for size, run in sizes.items())
        lines += [counts + "。", ""]
        lines += [
            "| 页面 | 一个月 热 (ms) | 五年 热 (ms) | 比下限（五年，热） | 比下限（五年，冷） | 目标 | 五年 ÷ 一个月 | 目标 |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        small, large = sizes["一个月"]["times"], sizes["五年"]["times"]
        for name, (floor, aim) in AIMS.items():
            warm = large[name]["warm"] / large[floor]["warm"]
            cold = large[name]["cold"] / large[floor]["cold"]
            growth = large[name]["warm"] / small[name]["warm"]
            lines.append(
                f"| {NAMES[name]} | {small[name]['warm'] * 1000:.1f} | {large[name]['warm'] * 1000:.1f} "
                f"| {_marked(warm, aim)} | {cold:.1f} | ≤ {aim:g} | {_marked(growth, GROWTH_AIM)} | ≤ {GROWTH_AIM} |"
            )
        lines += [
            f"| {NAMES[name]} | {small[name]['warm'] * 1000:.1f} | {large[name]['warm'] * 1000:.1f} | 1 | 1 | | | |"
            for name in ("floor page", "floor cells", "floor write")
        ]
    return "\n".join(lines) + "\n"


def _marked(ratio: float, aim: float) -> str:
    return f"{ratio:.2f}" if ratio <= aim else f"**{ratio:.2f}**"


if __name__ == "__main__":
    main()
