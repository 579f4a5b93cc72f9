"""What a chart says before it is drawn: gaps stay gaps, everything can be read aloud, and nothing hangs on colour."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from chuangmo.charts import (
    AirDay,
    Bar,
    NoisePoint,
    air_calendar,
    class_table,
    comparison,
    noise_map,
    trend,
    year_over_year,
)

MONTHS = [
    ("2017-01", Decimal("84.0")),
    ("2017-02", None),
    ("2017-03", Decimal("86.5")),
    ("2017-04", Decimal("88")),
]


def test_a_trend_says_its_figures_aloud_and_the_missing_one_as_missing():
    chart = trend(MONTHS, title="处理率", unit="%", threshold=85)
    assert chart.spoken == "处理率走势（%）：2017-01 84，2017-02 —，2017-03 86.5，2017-04 88；要求 ≥ 85%"
    assert chart.rows == (("2017-01", "84"), ("2017-02", "—"), ("2017-03", "86.5"), ("2017-04", "88"))
    data = chart.option["series"][0]["data"]
    assert data[:3] == [84.0, None, 86.5]
    assert data[3]["value"] == 88.0


def test_a_trend_writes_out_its_last_known_value_only():
    points = [*MONTHS, ("2017-05", None)]
    data = trend(points, title="处理率", unit="%", places=1).option["series"][0]["data"]
    labels = [point["label"]["formatter"] for point in data if isinstance(point, dict)]
    assert labels == ["88.0%"]


@pytest.mark.parametrize("points", [[], [("1", None), ("2", None)], [("1", 3), ("2", None)]])
def test_less_than_two_values_are_no_trend(points):
    assert trend(points, title="处理率") is None


def test_the_axis_reaches_over_the_threshold():
    axis = trend(MONTHS, title="处理率", threshold=95).option["yAxis"]
    assert (axis["min"] <= 84, axis["max"] >= 95) == (True, True)


def test_an_axis_of_amounts_does_not_begin_below_zero():
    axis = trend([("1", 0), ("2", 40)], title="量").option["yAxis"]
    assert axis["min"] == 0


def test_two_years_differ_in_dash_and_symbol_and_tell_both_figures():
    chart = year_over_year(
        ["1月", "2月"],
        [80, 81],
        [Decimal("83.25"), None],
        title="率",
        names=("2016年", "2017年"),
        unit="%",
        places=1,
    )
    before, now = chart.option["series"]
    assert (before["lineStyle"]["type"], now["lineStyle"]["type"]) == ("dashed", "solid")
    assert (before["symbol"], now["symbol"]) == ("emptyCircle", "circle")
    assert chart.rows == (("1月", "80.0", "83.2"), ("2月", "81.0", "—"))
    assert chart.spoken == "率，2016年与2017年同期（%）：1月 80.0 → 83.2，2月 81.0 → —"


def test_years_without_a_common_period_are_not_compared():
    assert year_over_year(["1月", "2月"], [1, None], [None, 2], title="率", names=("a", "b")) is None


def test_a_unit_that_misses_the_limit_is_an_open_bar_with_the_word():
    chart = comparison(
        [Bar("六枝", Decimal("81.2"), False), Bar("盘县", Decimal("90.1"), True), Bar("水城", None)],
        title="率",
        unit="%",
        threshold=85,
    )
    shown = {
        name: (bar["itemStyle"]["color"], bar["label"]["formatter"])
        for name, bar in zip(chart.option["yAxis"]["data"], chart.option["series"][0]["data"], strict=True)
    }
    assert shown["六枝"] == ("#ffffff", "81.2% ■ 未达")
    assert shown["盘县"] == ("#0e6e63", "90.1%")
    assert shown["水城"][1] == "— 缺"
    assert chart.spoken == "率（%）：六枝 81.2 ■ 未达，盘县 90.1，水城 —；要求 ≥ 85%"


def test_the_calendar_counts_good_days_of_its_year_by_month():
    days = [
        AirDay(date(2016, 12, 31), 40),
        AirDay(date(2017, 1, 1), 50),
        AirDay(date(2017, 1, 2), 101),
        AirDay(date(2017, 1, 3), None),
        AirDay(date(2017, 3, 1), 301),
    ]
    chart = air_calendar(days, year=2017)
    assert chart.rows == (("1月", "1", "2"), ("3月", "0", "1"))
    assert chart.spoken == (
        "2017年空气质量日历：优良 1 天，有效 3 天（优 1 天、轻度污染 1 天、严重污染 1 天）；"
        "各月优良/有效：1月 1/2 天，3月 0/1 天"
    )
    words = [cell["label"]["formatter"] for cell in chart.option["series"][0]["data"]]
    assert words == ["优", "轻", "—", "严"]


def test_a_class_above_its_target_is_crossed_and_a_missing_one_is_a_dash():
    chart = class_table(["德坞河"], ["1月", "2月", "3月"], {(0, 0): 3, (0, 1): 6}, [3], title="类别")
    assert chart.rows == (("德坞河", "Ⅲ", "Ⅲ", "劣Ⅴ×", "—"),)
    assert chart.spoken == "类别（×为劣于目标，—为无数据）：德坞河（目标Ⅲ）Ⅲ、劣Ⅴ×、—"


def test_shades_grow_darker_with_what_is_worse():
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for chart in (
        air_calendar([AirDay(date(2017, 1, day), aqi) for day, aqi in enumerate((1, 51, 101, 151, 201, 301), 1)], year=2017),
        class_table(["a"], list("123456"), {(0, at): at + 1 for at in range(6)}, [6], title="类别"),
    ):  # fmt: skip
        shades = [lightness(cell["itemStyle"]["color"]) for cell in chart.option["series"][0]["data"]]
        assert shades == sorted(shades, reverse=True)
        assert min(a - b for a, b in pairwise(shades)) > 5


def test_noise_above_the_limit_is_another_symbol_and_named():
    chart = noise_map(
        [NoisePoint("甲", 104.80, 26.60, 58.0), NoisePoint("乙", 104.90, 26.55, 61.5)],
        limit_db=60,
        title="噪声",
    )
    quiet, loud = chart.option["series"]
    assert (quiet["symbol"], loud["symbol"]) == ("circle", "rect")
    assert loud["data"][0]["label"]["formatter"] == "乙 61.5"
    assert chart.spoken == "噪声：2 个点位，算术平均 59.8 dB(A)，超过 60 dB(A) 的 1 个：乙 61.5"
    assert chart.rows[0] == ("乙", "104.9000", "26.5500", "61.5 超")


def test_equal_charts_have_equal_digests_and_others_do_not():
    one, same, other = (trend(MONTHS, title="处理率", threshold=limit) for limit in (85, 85, 86))
    assert one.digest == same.digest
    assert one.digest != other.digest
