"""MON, air: the edges of validity, rounding, margin and allowance (domain.md §3, §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from indicators.assessment.rules import Status

from .measured import ANNUAL, GOOD, air, days, part_of, station, verdict

APRIL = days("2017-01-01", "2017-04-30")
STATION = [station()]


def good(bad: set[date] = frozenset(), gone: set[date] = frozenset(), over=APRIL, as_of="2017-04-30"):
    rows = air([at for at in over if at not in gone], lambda at: {"pm25": 80} if at in bad else {})
    return part_of(GOOD, as_of, sites=STATION, air=rows)


# Good days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "status", "value"),
    [
        (0, Status.MET, "100.0%"),
        (12, Status.MET, "90.0%"),
        (13, Status.MARGIN, "89.2%"),
        (18, Status.MARGIN, "85.0%"),
        (19, Status.MISSED, "84.2%"),
    ],
)
def test_the_share_of_good_days_against_85(bad, status, value):
    found = good(set(APRIL[:bad]))
    assert (found.status, found.text, found.provisional) == (status, value, True)


def test_the_allowance_is_told_in_words_and_the_calendar_share_beside_it():
    found = good(set(APRIL[:12]))
    assert found.remark == "截至4月已有 12 天超标，全年最多 54 天，余 42 天；占日历天数 90.0%"
    assert found.formula.startswith("达标 108 天 ÷ 有效 120 天 × 100 = 90.00%")


def test_an_allowance_that_is_used_up_is_told():
    found = good(set(APRIL[:60]))
    assert "已多 6 天" in found.remark


def test_a_month_needs_27_valid_days():
    fine = good(gone=set(days("2017-03-01", "2017-03-04")))
    short = good(gone=set(days("2017-03-01", "2017-03-05")), as_of="2017-05-31")
    assert (fine.status, short.status) == (Status.MET, Status.PARTIAL)
    assert [one.text for one in short.missing] == [
        "市环保局 2017年3月 环境空气质量日数据（有效 26 天，需 27 天）"
    ]


def test_february_needs_25():
    fine = good(gone=set(days("2017-02-01", "2017-02-03")))
    short = good(gone=set(days("2017-02-01", "2017-02-04")))
    assert (fine.status, short.status) == (Status.MET, Status.PARTIAL)
    assert short.missing[0].text == "市环保局 2017年2月 环境空气质量日数据（有效 24 天，需 25 天）"


def test_a_month_not_due_yet_does_not_make_the_verdict_incomplete():
    """On 31 May the readings of May are not owed before 5 June: the verdict stands on April."""
    found = part_of(GOOD, "2017-05-31", sites=STATION, air=air(days("2017-01-01", "2017-05-20")))
    assert (found.status, found.cut, found.missing) == (Status.MET, date(2017, 4, 30), ())


def test_a_month_that_is_due_and_not_there_is_named():
    found = part_of(GOOD, "2017-05-31", sites=STATION, air=air(days("2017-01-01", "2017-03-31")))
    assert found.status is Status.PARTIAL
    assert [(one.text, one.due_on) for one in found.missing] == [
        ("市环保局 2017年4月 环境空气质量日数据", date(2017, 5, 5))
    ]
    assert found.value == Decimal(100)  # of the valid days; never zero for those that are missing


def test_too_many_bad_days_fail_whatever_is_missing():
    rows = air(days("2017-01-01", "2017-03-31"), {"pm25": 80})
    assert part_of(GOOD, "2017-05-31", sites=STATION, air=rows).status is Status.MISSED


def test_nothing_due_yet_is_no_verdict():
    assert part_of(GOOD, "2017-01-31", sites=STATION).status is Status.NONE


def test_a_city_without_a_station_is_a_gap_that_is_shown():
    found = verdict(GOOD, "2017-05-31")
    assert (found.status, found.value) == (Status.PARTIAL, None)


def test_the_whole_year_is_final():
    found = good(over=days("2017-01-01", "2017-12-31"), as_of="2017-12-31")
    assert (found.status, found.provisional, found.cut) == (Status.MET, False, date(2017, 12, 31))


# Several stations -----------------------------------------------------------------------------------------


def test_background_stations_do_not_count_and_three_of_four_are_enough():
    codes = ("a1", "a2", "a3", "a4")
    sites = [*(station(code) for code in codes), station("back", is_background=True)]
    rows = [row for code in codes[:3] for row in air(APRIL, site=code)]
    dirty = air(APRIL, {"pm25": 900}, site="back")
    assert part_of(GOOD, "2017-04-30", sites=sites, air=[*rows, *dirty]).value == 100
    two = [row for row in rows if row.site != "a3"]
    assert part_of(GOOD, "2017-05-31", sites=sites, air=two).status is Status.PARTIAL


def test_a_station_counts_from_the_day_it_is_in_service():
    sites = [station("a1"), station("new", valid_from=date(2017, 4, 1))]
    rows = [*air(APRIL, site="a1"), *air(days("2017-04-01", "2017-04-30"), {"pm25": 200}, site="new")]
    assert part_of(GOOD, "2017-04-30", sites=sites, air=rows).formula.startswith("达标 90 天 ÷ 有效 120 天")


# Annual values ----------------------------------------------------------------------------------------------


def annual(values, as_of="2017-04-30", **fields):
    return part_of({**ANNUAL, **fields}, as_of, sites=STATION, air=air(APRIL, values))


@pytest.mark.parametrize(
    ("pm25", "status"),
    [(33, Status.MET), (34, Status.MARGIN), (35, Status.MARGIN), (35.4, Status.MARGIN), (36, Status.MISSED)],
)
def test_an_annual_mean_is_rounded_first_then_judged(pm25, status):
    found = annual({"pm25": pm25})
    step = next(one for one in found.steps if one.label.startswith("PM₂.₅"))
    assert (step.status, found.status) == (status, status)


def test_ozone_is_judged_by_its_90th_percentile_and_carbon_monoxide_by_its_95th():
    bad = set(APRIL[:12])  # of 120 days: the 90th percentile lies at 1 + 119 × 0.9 = 108.1
    found = annual(lambda at: {"o3_8h": 200, "co": 5} if at in bad else {})
    met = {step.label.split(" ")[0]: step.status for step in found.steps}
    assert (met["O₃"], met["CO"]) == (Status.MET, Status.MISSED)
    assert "第 1 + 119 × 0.90 = 108.1 个" in found.formula


def test_the_six_values_are_counted_and_the_failing_one_named():
    found = annual({"pm10": 90})
    assert (found.status, found.text, found.value) == (Status.MISSED, "5/6 项", Decimal(5))
    assert found.remark == "PM₁₀ 年均值 90 µg/m³，超出 20 µg/m³"


def test_one_pollutant_missing_for_a_month_makes_its_value_invalid_only():
    found = annual(lambda at: {"so2": None} if at.month == 3 else {}, as_of="2017-05-31")
    statuses = {step.label.split(" ")[0]: step.status for step in found.steps}
    assert (statuses["SO₂"], statuses["NO₂"], found.status) == (Status.PARTIAL, Status.MET, Status.PARTIAL)
    assert [one.text for one in found.missing] == ["市环保局 2017年3月 SO₂日数据"]


def test_limits_of_the_rule_take_the_place_of_the_standards():
    assert annual({}, limits={"pm25": "25"}).status is Status.MISSED


def test_every_month_names_the_batches_behind_it():
    step = annual({}).steps[0]
    assert [row.label for row in step.inputs] == ["2017年1月", "2017年2月", "2017年3月", "2017年4月"]
    assert {row.batches for row in step.inputs} == {(7,)}
