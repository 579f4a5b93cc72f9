"""The report of `make bench`, from figures made up here."""

from __future__ import annotations

from datetime import date

from benchmarks.__main__ import AIMS, report

FLOORS = ("floor page", "floor cells", "floor write")


def run(values: int, seconds: float, load: float = 0.2) -> dict[str, object]:
    """Every floor takes 10 ms, every page and write the same time."""
    times = {name: {"cold": 0.01, "warm": 0.01, "best": 0.01} for name in FLOORS}
    times |= {name: {"cold": seconds, "warm": seconds, "best": seconds} for name in AIMS}
    return {"values": values, "times": times, "load": load}


def line(text: str, name: str) -> list[str]:
    """The cells of one line of the (first) table."""
    found = next(one for one in text.splitlines() if one.startswith(f"| {name} |"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_ratios_to_the_floor_and_from_one_month_to_five_years():
    text = report({"SQLite": {"一个月": run(18_200, 0.02), "五年": run(1_092_000, 0.025)}}, date(2017, 6, 6))
    assert line(text, "指标墙") == [
        "指标墙", "20.0", "25.0", "25.0", "2.50", "2.50", "2.50", "≤ 4", "1.25", "≤ 1.3"
    ]  # fmt: skip
    assert "一个月 18,200 个值；五年 1,092,000 个值。" in text


def test_what_misses_its_aim_is_marked():
    text = report({"SQLite": {"一个月": run(1, 0.02), "五年": run(1, 0.035, 1.5)}}, date(2017, 6, 6))
    assert line(text, "自动保存")[4:] == ["**3.50**", "**3.50**", "**3.50**", "≤ 3", "**1.75**", "≤ 1.3"]
    assert line(text, "填报页")[4] == "3.50"
    assert "测量时系统负载最高 1.5。" in text
