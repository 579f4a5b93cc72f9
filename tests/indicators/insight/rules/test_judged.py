"""Forecasts of ranks, lists, surveys, shares of sites and percentiles: what is said, and how far the range goes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chuangmo.periods import year
from indicators.assessment.rules import Inputs
from indicators.assessment.rules.readings import Readings
from indicators.insight.rules.forecasting import forecast_of
from indicators.insight.rules.judged import pass_bounds
from indicators.insight.rules.percentiles import project_percentile
from tests.indicators.assessment.rules.cast import day, rule
from tests.indicators.assessment.rules.measured import (
    ANNUAL,
    AREA,
    FIRMS,
    SECTIONS,
    SOURCES,
    air,
    days,
    firm_test,
    sample,
    site,
    station,
)
from tests.indicators.assessment.rules.test_counts import LIST_PART, RANK_PART, answer, ranks
from tests.indicators.assessment.rules.test_stocks import SATISFIED, THIS, survey_inputs


def only(part, inputs, as_of="2017-05-31"):
    made = forecast_of(part if not isinstance(part, dict) else rule(part), inputs, day(as_of))
    assert made is not None and len(made.parts) == 1
    return made.parts[0]


def measured(part, as_of="2017-05-31", **readings):
    return only(part, Inputs(2017, readings=Readings(provider="市环保局", **readings)), as_of)


@pytest.mark.parametrize(
    ("by_year", "outlook", "says", "shown"),
    [
        (
            {2014: 2, 2015: 3, 2016: 2},
            "secure",
            "2014年第 2 名、2015年第 3 名、2016年第 2 名，各年均已公布",
            "",
        ),
        ({2014: 2, 2015: 4}, "impossible", "2014年第 2 名、2015年第 4 名，已不可能改变", ""),
        ({2014: 1, 2015: 1}, "secure", "2016年尚未公布", "预计下一次名次 1 名（1 名～2 名）"),
        ({2014: 1, 2015: 3}, "likely", "2016年尚未公布", "预计下一次名次 3 名（1 名～5 名）"),
        ({}, "none", "不作预测：各年名次都还没有公布", ""),
    ],
)
def test_ranks(by_year, outlook, says, shown):
    made = only(RANK_PART, ranks(by_year))
    assert (made.outlook, made.range_words) == (outlook, shown)
    assert says in made.allowance


@pytest.mark.parametrize(
    ("given", "due_on", "outlook", "says", "ends"),
    [
        ("done", "2017-03-31", "secure", "2 项均已完成", ("2", "2", "2")),
        ("not_done", "2017-08-31", "likely", "已完成 1 项，余 1 项：第2条", ("1", "2", "2")),
        ("not_done", "2017-03-31", "doubtful", "余 1 项：第2条；其中有到期未完成的", ("1", "2", "2")),
    ],
)
def test_lists(given, due_on, outlook, says, ends):
    answers = (
        answer("1", "甲", year(2017), "done", "2017-03-31"),
        answer("2", "甲", year(2017), given, due_on),
    )
    made = only(LIST_PART, Inputs(2017, checklist=answers))
    assert made.outlook == outlook and says in made.allowance
    assert [Decimal(one) for one in (made.low, made.likely, made.high)] == [*map(Decimal, ends)]


def test_a_survey_is_as_good_as_its_sample():
    """400 answers, 81 %: ±1.28·√(0.81·0.19/400) = ±2.5 points; the limit of 80 % lies within."""
    made = only(SATISFIED, survey_inputs([("i24.yes", THIS, 324), ("i24.valid", THIS, 400)]), "2017-08-31")
    assert (made.outlook, made.method) == ("likely", "sampling")
    assert "有效问卷 400 份" in made.allowance and "抽样误差 ±2.5 个百分点" in made.allowance
    assert made.range_words == "预计再调查一次 81.00%（78.49%～83.51%）"
    assert only(SATISFIED, survey_inputs([])).outlook == "none"


SITES = (site("r1", "section", target_class=3), site("r2", "section", target_class=3))


def test_sections_may_turn_either_way():
    """r1 keeps its class by the mean though March did not; r2 fails though January did not: 0 % to 100 %."""
    samples = [
        *(sample("r1", f"2017-0{month}-08", nh3n="1.4" if month == 3 else "0.3") for month in range(1, 6)),
        *(sample("r2", f"2017-0{month}-08", nh3n="0.4" if month == 1 else "1.6") for month in range(1, 6)),
    ]
    made = measured(SECTIONS, sites=SITES, samples=samples)
    assert [Decimal(one) for one in (made.low, made.likely, made.high)] == [0, 50, 100]
    assert (made.outlook, made.allowance) == ("doubtful", "r2不达标，余下 7 个月均值降到目标以内才算达标")


@pytest.mark.parametrize(("second", "outlook"), [(True, "likely"), (False, "impossible")])
def test_a_firm_that_failed_once_has_failed_the_year(second, outlook):
    firms = (site("f1", "firm"), site("f2", "firm"))
    tests = (firm_test("f1", 1, True), firm_test("f2", 1, second))
    made = measured(FIRMS, "2017-04-30", sites=firms, tests=tests)
    low, likely, high = (Decimal(one) for one in (made.low, made.likely, made.high))
    assert made.outlook == outlook
    assert (low < likely <= high <= (100 if second else 50)) if second else (low < likely < high < 50)


def test_water_that_failed_stays_in_the_year():
    sources = (site("s1", "source"),)
    samples = [
        sample("s1", f"2017-0{month}-05", nh3n="1.4" if month == 2 else "0.2", volume="100")
        for month in range(1, 6)
    ]
    made = measured(SOURCES, sites=sources, samples=samples)
    assert (made.outlook, made.allowance) == ("impossible", "s1不达标，已计入全年、不能消除，余下 7 个月")
    # Five of twelve months at 80 %, the rest at 80 % as well.
    assert round(Decimal(made.likely), 6) == 80
    assert round(Decimal(made.high), 6) < Decimal(80) * 5 / 12 + Decimal(100) * 7 / 12


def test_nothing_measured_and_noise_say_so():
    assert measured(SECTIONS, sites=SITES).allowance == "不作预测：还没有可判定的监测数据"
    assert measured(AREA).allowance == "不作预测：噪声一年测一次，没有年内的走势可推算"


def test_the_chance_of_failing_is_no_certainty_either_way():
    low, seen, high = pass_bounds(0, 20)
    assert (low, seen) == (0, 0) and 0.07 < high < 0.08  # z²/(n + z²)
    low, seen, high = pass_bounds(5, 10)
    assert low < seen == Decimal("0.5") < high and round(low + high, 20) == 1
    assert pass_bounds(0, 0) == (0, 0, 0)


# Percentiles ------------------------------------------------------------------------------------------

SHARE = Decimal("0.9")


def test_the_rest_of_the_year_is_filled_with_each_earlier_year():
    month = [Decimal(value) for value in range(100, 130)]
    lower = [[value - 50 for value in month]] * 12
    made = project_percentile([month] * 6, {2015: [month] * 12, 2016: lower}, SHARE)
    assert made is not None
    # As 2015: the percentile of the month itself; as 2016: of half high, half low days.
    assert made.low < made.likely < made.high
    assert made.likely == (Decimal("126.1") + Decimal("123.1")) / 2


def test_a_year_that_is_over_has_no_range_and_one_without_a_past_no_projection():
    month = [Decimal(value) for value in range(100, 130)]
    over = project_percentile([month] * 12, {}, SHARE)
    assert over is not None and over.low == over.likely == over.high == Decimal("126.1")
    assert project_percentile([month] * 5, {2016: [month] * 11}, SHARE) is None
    assert project_percentile([], {2016: [month] * 12}, SHARE) is None


def test_ozone_is_shown_where_it_stands_worst_with_the_days_that_are_left():
    def values(at: date) -> dict[str, float | None]:
        return {"o3_8h": 170.0 if at.month in (5, 6, 7) else 90.0}

    over = [*days("2016-01-01", "2016-12-31"), *days("2017-01-01", "2017-05-31")]
    made = measured(ANNUAL, sites=(station(),), air=air(over, values))
    assert made.threshold == "O₃-8h 第 90 百分位数 ≤ 160 µg/m³"
    assert "高于限值的已有 31 天，全年不超过 36 天即达标，余 5 天" in made.allowance
    assert (made.outlook, Decimal(made.likely)) == ("doubtful", 170)
