"""Lights, forecasts and money: cases computed by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from projects.works.rules.light import (
    Light,
    PlanStage,
    Reported,
    Thresholds,
    money_standing,
    planned_percent,
    real_percent,
    standing,
)

RULE = Thresholds()
# Two stages of 20 and 80 working days: April (30 calendar days), then May to August (123 calendar days).
STAGES = (
    PlanStage("tender", "招标", 20, date(2017, 4, 1), date(2017, 4, 30)),
    PlanStage("works", "施工", 80, date(2017, 5, 1), date(2017, 8, 31)),
)
AUGUST_31, JUNE_6 = date(2017, 8, 31), date(2017, 6, 6)
MAY_31 = date(2017, 5, 31)


def stands(reported: Reported | None, today: date = JUNE_6, finish_on: date = AUGUST_31, rule=RULE):
    return standing(STAGES, reported, finish_on=finish_on, today=today, rule=rule)


def said(
    tender: int, works: int, as_of: date = MAY_31, started_on: date | None = date(2017, 4, 1)
) -> Reported:
    return Reported(as_of, {"tender": tender, "works": works}, started_on)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2017, 3, 31), Decimal(0)),
        (date(2017, 4, 15), Decimal(10)),  # half of 20
        (date(2017, 4, 30), Decimal(20)),
        (MAY_31, 20 + Decimal(80) * 31 / 123),
        (AUGUST_31, Decimal(100)),
        (date(2018, 1, 1), Decimal(100)),
    ],
)
def test_the_plan_runs_evenly_within_a_stage(day, expected):
    assert planned_percent(STAGES, day).quantize(Decimal("1e-9")) == expected.quantize(Decimal("1e-9"))


def test_real_per_cent_is_weighed_and_never_guessed():
    assert real_percent(STAGES, {"tender": 100, "works": 25}) == Decimal(40)
    assert real_percent(STAGES, {"tender": 100}) is None
    assert planned_percent((), MAY_31) is None


@pytest.mark.parametrize(
    ("reported", "today", "light", "why"),
    [
        # 31 May plans 40.16 %: 40 is on schedule, 30 is 10.16 behind, 31 is 9.16 behind.
        (said(100, 25), JUNE_6, Light.GREEN, ()),
        (said(100, 14), JUNE_6, Light.GREEN, ()),
        (said(100, 12), JUNE_6, Light.YELLOW, ("进度落后计划 11 个百分点",)),
        # 招标 should have ended on 30 April: on 15 May it is 15 days late, on 16 May 16.
        (said(99, 14, date(2017, 5, 15)), JUNE_6, Light.YELLOW, ("“招标”晚 15 天",)),
        (said(99, 14, date(2017, 5, 16)), JUNE_6, Light.RED, ("“招标”晚 16 天",)),
        # The finish date itself is not passed yet.
        (said(100, 99, AUGUST_31), AUGUST_31, Light.GREEN, ()),
        (said(100, 99, AUGUST_31), date(2017, 9, 1), Light.RED, ("已过完成日期 1 天",)),
        (said(100, 100, AUGUST_31), date(2017, 12, 1), Light.DONE, ("各阶段都已完成",)),
        (None, date(2017, 3, 31), Light.WAITING, ("4 月 1 日起",)),
        (None, date(2017, 4, 1), Light.UNKNOWN, ("还没有审定过进度",)),
        (None, date(2017, 9, 1), Light.RED, ("已过完成日期 1 天，没有审定过进度",)),
        (Reported(MAY_31, {"tender": 100}), JUNE_6, Light.UNKNOWN, ("有的阶段没有审定的进度",)),
    ],
)
def test_the_light(reported, today, light, why):
    found = stands(reported, today)
    assert (found.light, found.why) == (light, why)


def test_without_a_schedule_there_is_no_light():
    assert standing((), said(1, 1), finish_on=AUGUST_31, today=JUNE_6, rule=RULE).light == Light.NONE


def test_thresholds_are_data():
    assert stands(said(100, 12), rule=Thresholds(behind_points=12)).light == Light.GREEN
    assert stands(said(99, 14, date(2017, 5, 16)), rule=Thresholds(yellow_days=16)).light == Light.YELLOW


def test_the_expected_finish_goes_on_at_the_pace_so_far():
    # 40 % in 61 days (1 April to 31 May): the other 60 % take 91.5 days, so 92 from 31 May: 31 August.
    found = stands(said(100, 25))
    assert (found.expected, found.expected_late) == (AUGUST_31, 0)
    # 30 % in 61 days: 142.33 → 143 days: 21 October, 51 days after 31 August.
    found = stands(Reported(MAY_31, {"tender": 70, "works": 20}, date(2017, 4, 1)))
    assert (found.real, found.expected, found.expected_late) == (Decimal(30), date(2017, 10, 21), 51)


def test_no_pace_no_forecast():
    assert stands(said(0, 0)).expected is None
    assert stands(said(1, 0, started_on=date(2017, 6, 30))).expected is None


# Money ------------------------------------------------------------------------------------------------


def money(planned=None, arrived=None, paid=None, real=None, today=date(2017, 4, 15)):
    amounts = {
        name: None if value is None else Decimal(value)
        for name, value in {"planned": planned, "arrived": arrived, "paid": paid, "real": real}.items()
    }
    return money_standing(STAGES, **amounts, today=today, rule=RULE)


def test_rates_and_balance():
    found = money(1000, 400, 250, 25)
    assert (found.balance, found.arrived_rate, found.paid_rate) == (150, Decimal("0.4"), Decimal("0.25"))


def test_what_is_not_known_stays_unknown():
    found = money()
    assert (found.balance, found.arrived_rate, found.paid_rate, found.warnings) == (None, None, None, ())


@pytest.mark.parametrize(
    ("amounts", "today", "warnings"),
    [
        # Payment 35 % of the plan against 25 % of the work is not more than 10 ahead; 36 % is.
        ((1000, 1000, 350, 25), date(2017, 6, 1), ()),
        ((1000, 1000, 360, 25), date(2017, 6, 1), ("支付比例超过进度 11 个百分点",)),
        ((1000, 100, "100.5", 25), date(2017, 6, 1), ("累计支付 100.5 大于累计到位 100 万元",)),
        # 施工 begins on 1 May: 30 days before is 1 April. It needs everything (both stages begin no later).
        ((1000, 999, 0, 10), date(2017, 4, 1), ("“施工”5 月 1 日开始，需到位 1000 万元，到位 999",)),
        ((1000, 1000, 0, 10), date(2017, 4, 1), ()),
        ((1000, 999, 0, 10), date(2017, 3, 31), ("“招标”4 月 1 日开始，需到位 200 万元，到位 999",)[:0]),
        (
            (1000, None, None, None),
            date(2017, 3, 15),
            ("“招标”4 月 1 日开始，需到位 200 万元，还没有审定的到位数",),
        ),
        ((1000, None, None, None), date(2017, 3, 1), ()),
        ((1000, 999, 0, 10), date(2017, 5, 1), ()),
    ],
)
def test_warnings(amounts, today, warnings):
    assert money(*amounts, today=today).warnings == warnings
