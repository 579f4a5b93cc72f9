"""RANK, NOEV, LIST, and the kinds that the measurement engine will bring."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.assessment.rules import ChecklistInput, FigureInput, Inputs, Status

from .cast import (
    COUNTIES,
    YEAR,
    day,
    figures,
    judged,
    meta,
    month,
    months,
    owed,
    quarter,
    rule,
    without,
    year,
)

# RANK -------------------------------------------------------------------------------------------------

RANK_PART = {
    "code": "rank",
    "name": "名次",
    "kind": "RANK",
    "rank": "i03.rank",
    "cities": "i03.cities",
    "limit": 3,
    "window": {"kind": "years_before", "years": 3},
}
YEARLY = {"frequency": "year", "over_time": "last", "over_units": "only", "due": "publication"}
RANK_METAS = {"i03.rank": meta("i03.rank", **YEARLY), "i03.cities": meta("i03.cities", **YEARLY)}


def ranks(by_year, due_on=None):
    given = []
    for number, place in by_year.items():
        given += figures("i03.rank", [year(number)], place, ["环保局"]) + figures(
            "i03.cities", [year(number)], 9, ["环保局"]
        )
    return Inputs(2017, RANK_METAS, given, owed("i03.rank", [year(2016)], ["环保局"], None, due_on))


@pytest.mark.parametrize(
    ("by_year", "status", "headline", "provisional"),
    [
        ({2014: 2, 2015: 3, 2016: 2}, Status.MET, "2·3·2 名", False),
        ({2014: 2, 2015: 4, 2016: 2}, Status.MISSED, "2·4·2 名", False),
        ({2014: 2, 2015: 3}, Status.MET, "2·3·— 名", True),  # not published yet
        ({}, Status.NONE, "—·—·— 名", True),
    ],
)
def test_ranks_of_three_years(by_year, status, headline, provisional):
    found = judged(rule(RANK_PART), ranks(by_year), "2017-05-31")
    assert (found.status, found.headline, found.threshold, found.provisional) == (
        status,
        headline,
        "前 3 名",
        provisional,
    )


def test_a_rank_overdue_is_missing():
    found = judged(rule(RANK_PART), ranks({2014: 2, 2015: 3}, due_on=day("2017-04-30")), "2017-05-31")
    assert (found.status, [one.period.code for one in found.missing]) == (Status.PARTIAL, ["2016"])


def test_the_cities_are_shown_and_may_set_the_limit():
    share = {key: value for key, value in RANK_PART.items() if key != "limit"}
    given = ranks({2014: 2, 2015: 3, 2016: 2})
    found = judged(rule({**share, "limit_share_pct": 30}), given, "2017-05-31")  # 30 % of 9 cities: 2.7
    assert [step.status for step in found.parts[0].steps] == [Status.MET, Status.MISSED, Status.MET]
    assert found.parts[0].formula.splitlines()[0] == "2014年：第 2 名（参评 9 个城市）"
    assert found.threshold == "前 30%"


# NOEV -------------------------------------------------------------------------------------------------

EVENTS = rule(
    {
        "code": "events",
        "name": "事件",
        "kind": "NOEV",
        "events": "i02.events",
        "unit": "起",
        "window": {"kind": "rolling_months", "months": 36},
    }
)
EVENT_METAS = {"i02.events": meta("i02.events", name="事件数", measure="起", precision=0)}


def events(extra=(), drop=None, first=2015):
    kept = [period for number in range(first, 2018) for period in months(number)]
    kept = [period for period in kept if period <= month(2017, 4)]
    given = [
        FigureInput("i02.events", unit, period, None, answer="none") for period in kept for unit in COUNTIES
    ]
    if drop:
        given = without(given, unit=drop[0], period=drop[1])
    years = [FigureInput("i02.events", unit, year(2014), None, answer="none") for unit in COUNTIES]
    asked = owed("i02.events", [p for n in range(2015, 2018) for p in months(n)], days=5)
    return Inputs(2017, EVENT_METAS, [*given, *(years if first == 2015 else []), *extra], asked)


def test_no_event_in_36_months():
    found = judged(EVENTS, events(), "2017-05-31")
    assert (found.status, found.headline, found.threshold, found.value) == (
        Status.MET,
        "0 起 / 36 个月",
        "= 0 起",
        Decimal(0),
    )
    assert found.parts[0].steps[0].label == "近 36 个月（2014年6月—2017年5月）"
    assert found.provisional is True


def one_event(period, **drop):
    given = events(**drop)
    spared = [one for one in given.figures if (one.unit, one.period) != ("盘县", period)]
    happened = FigureInput("i02.events", "盘县", period, Decimal(1))
    return Inputs(2017, EVENT_METAS, [*spared, happened], given.expectations)


@pytest.mark.parametrize(
    ("period", "status", "estimated"),
    [
        (month(2017, 4), Status.MISSED, False),
        (month(2017, 5), Status.MISSED, False),  # accepted early, beyond the cut
        (month(2015, 1), Status.MISSED, False),
        (year(2014), Status.MISSED, True),  # the year's figure reaches back before June 2014
    ],
)
def test_one_event_misses(period, status, estimated):
    found = judged(EVENTS, one_event(period), "2017-05-31")
    assert (found.status, found.estimated, found.value) == (status, estimated, Decimal(1))
    assert found.remark == "窗口期内已发生 1 起"


def test_an_event_before_the_window_does_not_count():
    assert judged(EVENTS, one_event(year(2013)), "2017-05-31").status is Status.MET


def test_a_month_overdue_is_missing_but_an_event_is_decisive():
    drop = ("水城县", month(2016, 3))
    found = judged(EVENTS, events(drop=drop), "2017-05-31")
    assert (found.status, found.remark) == (Status.PARTIAL, "缺 水城县 2016年3月 事件数（应于 4月5日 报）")
    assert judged(EVENTS, one_event(month(2016, 2), drop=drop), "2017-05-31").status is Status.MISSED


def test_the_year_before_and_to_date_is_one_stretch():
    cases = rule(
        {
            "code": "cases",
            "name": "案件",
            "kind": "NOEV",
            "events": "i02.cases",
            "unit": "件",
            "window": {"kind": "year_before_and_to_date"},
        }
    )
    metas = {"i02.cases": meta("i02.cases", over_units="only")}
    given = [
        FigureInput("i02.cases", "环保局", year(2016), Decimal(1)),
        FigureInput("i02.cases", "环保局", year(2015), Decimal(3)),
    ]
    asked = owed("i02.cases", months(2017), ["环保局"], 5)
    found = judged(cases, Inputs(2017, metas, given, asked), "2017-01-31")
    assert (found.status, found.value, found.headline) == (Status.MISSED, Decimal(1), "1 件")


# LIST -------------------------------------------------------------------------------------------------

LIST_PART = {"code": "list", "name": "清单", "kind": "LIST", "window": YEAR}


def answer(item, unit, period, given, due_on):
    return ChecklistInput(item, f"第{item}条", unit, period, given, day(due_on) if due_on else None)


def listed(*answers, **fields):
    return judged(rule({**LIST_PART, **fields}), Inputs(2017, checklist=answers), "2017-05-31")


def test_all_items_done():
    found = listed(
        answer("1", "甲", year(2017), "done", "2017-08-31"),
        answer("2", "甲", year(2017), "done", "2017-03-31"),
    )
    assert (found.status, found.headline, found.threshold) == (Status.MET, "2/2 项", "全部完成")


LISTS = [
    ("not_done", "2017-03-31", Status.MISSED, "1/2 项", "第2条：乙未完成"),
    ("not_done", None, Status.MISSED, "1/2 项", "第2条：乙未完成"),
    ("not_done", "2017-08-31", Status.MET, "1/2 项", "另有 1 项未到期"),
    (None, "2017-03-31", Status.PARTIAL, "1/2 项", "第2条：缺 乙 2017年 第2条（应于 3月31日 报）"),
    (None, "2017-08-31", Status.MET, "1/2 项", "另有 1 项未到期"),
    ("not_applicable", "2017-03-31", Status.MET, "2/2 项", "各项均已完成"),
]


@pytest.mark.parametrize(("given", "due_on", "status", "headline", "remark"), LISTS)
def test_one_unit_of_one_item(given, due_on, status, headline, remark):
    found = listed(
        answer("1", "甲", year(2017), "done", "2017-03-31"),
        answer("2", "甲", year(2017), "done", "2017-03-31"),
        answer("2", "乙", year(2017), given, due_on),
    )
    assert (found.status, found.headline, found.remark) == (status, headline, remark)


def test_an_item_that_no_unit_needs_leaves_the_count():
    found = listed(
        answer("1", "甲", year(2017), "done", "2017-03-31"),
        answer("2", "甲", year(2017), "not_applicable", "2017-03-31"),
    )
    assert (found.status, found.headline) == (Status.MET, "1/1 项")


def test_nothing_on_the_list_was_due():
    found = listed(answer("1", "甲", year(2017), None, "2017-08-31"))
    assert (found.status, found.remark) == (Status.NONE, "最早 2017年8月31日 到期：甲 2017年 第1条")
    assert listed().remark == "清单尚无应答条目"


@pytest.mark.parametrize(("periods", "status"), [("latest", Status.MET), ("every", Status.MISSED)])
def test_what_was_put_right_later_counts_unless_every_period_must_hold(periods, status):
    found = listed(
        answer("1", "甲", month(2017, 1), "not_done", "2017-02-05"),
        answer("1", "甲", month(2017, 2), "done", "2017-03-05"),
        answer("1", "甲", month(2017, 5), None, "2017-06-05"),
        periods=periods,
    )
    assert found.status is status


def test_answers_of_other_years_are_not_looked_at():
    found = listed(
        answer("1", "甲", quarter(2016, 4), "not_done", "2017-01-15"),
        answer("1", "甲", quarter(2017, 1), "done", "2017-04-15"),
    )
    assert found.status is Status.MET
