"""The benchmark of a station's year: both ways agree, and its section takes its own place in the document."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.air_year import agree, by_numpy, by_standards, rows_of_year, section
from benchmarks.sections import put_section


@pytest.mark.parametrize("gaps", [0.0, 0.02, 0.1])
def test_both_ways_do_the_same_work(gaps: float):
    rows = rows_of_year(gaps)
    agree(by_standards(rows), by_numpy(rows))


def test_ways_that_differ_are_not_timed():
    rows = rows_of_year(0.0)
    with pytest.raises(ValueError, match="differ"):
        agree(by_standards(rows), by_numpy(rows[: len(rows) // 2]))


def test_ratios_are_of_ours_to_numpy_and_a_miss_is_marked():
    results = {"甲": (8760, [0.02, 0.03, 0.01], [0.02, 0.01, 0.015]), "乙": (8000, [0.05], [0.01])}
    lines = section(results, date(2017, 6, 6), 0.3)
    assert lines[-2:] == [
        "| 甲 | 8,760 | 20.0 | 15.0 | 1.33 | 1.00 | ≤ 2 |",
        "| 乙 | 8,000 | 50.0 | 10.0 | **5.00** | **5.00** | ≤ 2 |",
    ]


def test_a_section_is_put_in_its_place():
    text = "# 有多快\n\n## 一\n\n旧\n\n## 二\n\n留\n"
    assert put_section(text, "一", ["新"]) == "# 有多快\n\n## 一\n\n新\n\n## 二\n\n留\n"
    assert put_section(text, "二", ["新"]) == "# 有多快\n\n## 一\n\n旧\n\n## 二\n\n新\n"
    assert put_section(text, "三", ["新"]).endswith("## 二\n\n留\n\n## 三\n\n新\n")
    assert put_section(put_section(text, "一", ["新"]), "一", ["新"]) == put_section(text, "一", ["新"])
