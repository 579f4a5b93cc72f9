"""T, RATE and SURVEY over stocks, minima and long periods: latest, school year, drills, either of two."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chuangmo.periods import survey
from indicators.assessment.rules import FigureInput, Inputs, Status

from .cast import (
    COUNTIES,
    LATEST,
    YEAR,
    day,
    figures,
    judged,
    meta,
    month,
    months,
    owed,
    quarter,
    quarters,
    rate,
    rule,
    term,
    without,
    year,
)

COVER = rate(
    code="cover",
    name="绿化覆盖率",
    kind="T",
    numerator="i13.cover",
    denominator="i13.built",
    scale=100,
    limit=35,
    window=LATEST,
)
PER_HEAD = rate(
    code="per_head",
    name="人均绿地",
    kind="T",
    numerator="i13.park",
    denominator="i13.people",
    limit="i13.mean",
    unit="m²/人",
    window=LATEST,
)
STOCK = {"frequency": "quarter", "over_time": "last", "over_units": "sum", "measure": "km²"}
YEARLY = {"frequency": "year", "over_time": "last", "over_units": "only"}
GREEN = {
    "i13.cover": meta("i13.cover", **STOCK),
    "i13.built": meta("i13.built", **STOCK),
    "i13.park": meta("i13.park", **YEARLY),
    "i13.people": meta("i13.people", **YEARLY),
    "i13.mean": meta("i13.mean", due="publication", **YEARLY),
}
EITHER = rule(COVER, PER_HEAD, combine={"op": "any", "of": ["cover", "per_head"]}, headline_part="cover")


def green(cover, built=100, extra=(), last=1):
    kept = quarters(2017, 1, last)
    return Inputs(
        2017,
        GREEN,
        [*figures("i13.cover", kept, cover), *figures("i13.built", kept, built), *extra],
        [
            *owed("i13.cover", quarters(2017), days=15),
            *owed("i13.built", quarters(2017), days=15),
            *owed("i13.park", [year(2017)], ["城管局"], due_on=day("2017-08-31")),
            *owed("i13.people", [year(2017)], ["城管局"], due_on=day("2017-08-31")),
            *owed("i13.mean", [year(2016)], ["城管局"], days=None),
        ],
    )


def parks(area, people=10, mean="13.5"):
    found = figures("i13.park", [year(2017)], area, ["城管局"]) + figures(
        "i13.people", [year(2017)], people, ["城管局"]
    )
    return found + (figures("i13.mean", [year(2015)], mean, ["城管局"]) if mean else [])


def test_a_stock_is_the_sum_over_units_of_the_last_value():
    found = judged(EITHER, green([40, 50], last=2), "2017-07-31")
    part = found.parts[0]
    assert (part.value, part.steps[0].label) == (Decimal(50), "截至2017年6月")
    assert [point.value for point in part.series] == [Decimal(40), Decimal(50)]


def test_a_stock_overdue_from_one_county_is_partial_over_the_others():
    given = green([40, 50], last=2)
    kept = without(given.figures, unit="盘县", period=quarter(2017, 2))
    found = judged(EITHER, Inputs(2017, GREEN, kept, given.expectations), "2017-07-31")
    assert (found.status, found.value) == (Status.PARTIAL, Decimal(50))
    assert {(one.unit, one.period.code) for one in found.missing} == {("盘县", "2017Q2")}


EITHER_CASES = [
    # cover, park figures, status of the indicator
    (40, [], Status.MET),
    (36, [], Status.MARGIN),
    (30, [], Status.MISSED),  # parks are not due before 31 August
    (30, parks(150), Status.MET),
    (30, parks(136), Status.MARGIN),
    (30, parks(100), Status.MISSED),
    (30, parks(150, mean=None), Status.MISSED),  # the national mean is not published: that part is 未到期
]


@pytest.mark.parametrize(("cover", "extra", "status"), EITHER_CASES)
def test_either_of_two(cover, extra, status):
    assert judged(EITHER, green(cover, extra=extra), "2017-05-31").status is status


def test_the_other_alternative_overdue_makes_it_incomplete():
    found = judged(EITHER, green([30, 30], last=2), "2017-08-31")
    assert [part.status for part in found.parts] == [Status.MISSED, Status.PARTIAL]
    assert found.status is Status.PARTIAL


def test_a_limit_from_a_figure_is_shown_with_its_source():
    part = judged(EITHER, green(30, extra=parks(150)), "2017-05-31").parts[1]
    assert (part.threshold, part.value, part.text) == ("≥ 13.5 m²/人", Decimal(15), "15.00 m²/人")
    assert part.formula.endswith("；限值：i13.mean 13.50 t")


OVERDUE = rule(
    {
        "code": "hazardous",
        "name": "超期贮存",
        "kind": "T",
        "amount": "i20.overdue",
        "op": "=",
        "limit": 0,
        "unit": "t",
        "window": LATEST,
    }
)


def overdue_inputs(amounts):
    code = "i20.overdue"
    given = [
        FigureInput(code, unit, month(2017, 4), Decimal(value))
        for unit, value in zip(COUNTIES, amounts, strict=False)
    ]
    return Inputs(2017, {code: meta(code, over_time="last")}, given, owed(code, months(2017)))


@pytest.mark.parametrize(
    ("amounts", "status", "remark"),
    [
        ([0, 0, 0, 0, 0], Status.MET, ""),
        ([0, 0, "0.001", 0, 0], Status.MISSED, "超出 不足 0.01 t"),
        ([0, 0, 0, 0], Status.PARTIAL, "缺 钟山经济开发区 2017年4月 i20.overdue（应于 5月10日 报）"),
        ([0, 5, 0, 0], Status.MISSED, "超出 5.00 t"),  # the missing one cannot mend it
    ],
)
def test_nothing_may_be_left(amounts, status, remark):
    found = judged(OVERDUE, overdue_inputs(amounts), "2017-05-31")
    assert (found.status, found.remark) == (status, remark)


DRILLS = rule(
    {
        "code": "drills",
        "name": "演练",
        "kind": "T",
        "amount": "i02.drills",
        "op": ">=",
        "limit": 1,
        "unit": "次",
        "places": 0,
        "window": YEAR,
    }
)


def drill_inputs(counts):
    code = "i02.drills"
    given = [
        FigureInput(code, unit, year(2017), Decimal(n))
        for unit, n in zip(COUNTIES, counts, strict=False)
        if n is not None
    ]
    metas = {code: meta(code, name="演练", measure="次", precision=0, frequency="year", over_units="min")}
    return Inputs(2017, metas, given, owed(code, [year(2017)], due_on=day("2017-08-31")))


@pytest.mark.parametrize(
    ("counts", "as_of", "status", "value"),
    [
        ([2, 1, 3, 1, 1], "2017-05-31", Status.MET, 1),  # all in before the due day
        ([2, 1], "2017-05-31", Status.NONE, None),
        ([2, 1], "2017-08-31", Status.PARTIAL, 1),
        ([2, 0, 1, 1, 1], "2017-08-31", Status.MISSED, 0),
        ([2, 0], "2017-08-31", Status.MISSED, 0),
    ],
)
def test_every_unit_has_its_drill(counts, as_of, status, value):
    found = judged(DRILLS, drill_inputs(counts), as_of)
    assert (found.status, found.value) == (status, None if value is None else Decimal(value))


def test_the_unit_with_the_least_is_named():
    assert judged(DRILLS, drill_inputs([2, 0, 1, 1, 1]), "2017-08-31").remark == "还差 1 次，最少的是盘县"


HOURS = rule(
    {
        "code": "hours",
        "name": "课时",
        "kind": "T",
        "amount": "i25.hours",
        "op": ">=",
        "limit": 12,
        "unit": "课时",
        "places": 0,
        "window": {"kind": "school_year"},
        "paced": True,
    }
)


def hours_inputs(autumn, spring=None):
    code = "i25.hours"
    given = [
        FigureInput(code, unit, term(2016, 1), Decimal(n)) for unit, n in zip(COUNTIES, autumn, strict=False)
    ]
    if spring:
        given += [
            FigureInput(code, unit, term(2016, 2), Decimal(n))
            for unit, n in zip(COUNTIES, spring, strict=False)
        ]
    expected = [
        *owed(code, [term(2016, 1)], due_on=day("2017-01-31")),
        *owed(code, [term(2016, 2)], due_on=day("2017-07-15")),
    ]
    return Inputs(
        2017, {code: meta(code, frequency="term", over_units="min", measure="课时")}, given, expected
    )


@pytest.mark.parametrize(
    ("autumn", "spring", "as_of", "status", "value"),
    [
        ([6, 6, 6, 6, 7], None, "2017-05-31", Status.MET, 6),  # 5 of 12 months gone: 5 are enough so far
        ([5, 6, 6, 6, 7], None, "2017-05-31", Status.MET, 5),
        ([4, 6, 6, 6, 7], None, "2017-05-31", Status.MISSED, 4),
        ([6, 6, 6, 6, 7], None, "2017-07-31", Status.PARTIAL, 6),
        ([6, 6, 6, 6, 7], [6, 7, 6, 6, 5], "2017-07-31", Status.MET, 12),
        ([6, 6, 6, 6, 7], [5, 9, 9, 9, 9], "2017-08-31", Status.MISSED, 11),
    ],
)
def test_class_hours_sum_over_the_school_year_and_take_the_least_county(autumn, spring, as_of, status, value):
    found = judged(HOURS, hours_inputs(autumn, spring), as_of)
    assert (found.status, found.value) == (status, Decimal(value))


def test_the_pace_is_shown_beside_the_limit():
    assert judged(HOURS, hours_inputs([6] * 5), "2017-05-31").threshold == "≥ 12 课时（按进度 ≥ 5 课时）"
    assert judged(HOURS, hours_inputs([6] * 5, [6] * 5), "2017-08-31").threshold == "≥ 12 课时"


SATISFIED = rule(
    rate(
        code="satisfied",
        name="满意率",
        kind="SURVEY",
        numerator="i24.yes",
        denominator="i24.valid",
        limit=80,
        window=LATEST,
    )
)


def survey_inputs(given, due_on=None):
    metas = {
        code: meta(code, frequency="survey", over_time="last", over_units="only", due="event")
        for code in ("i24.yes", "i24.valid")
    }
    asked = [
        item
        for code in metas
        for item in owed(code, [survey(day("2017-08-01"), day("2017-08-20"))], ["环保局"], None, due_on)
    ]
    return Inputs(
        2017, metas, [FigureInput(code, "环保局", period, Decimal(n)) for code, period, n in given], asked
    )


LAST = survey(day("2016-09-01"), day("2016-09-20"))
THIS = survey(day("2017-08-01"), day("2017-08-20"))


def test_the_latest_survey_counts():
    both = [
        ("i24.yes", LAST, 700),
        ("i24.valid", LAST, 1000),
        ("i24.yes", THIS, 850),
        ("i24.valid", THIS, 1000),
    ]
    assert judged(SATISFIED, survey_inputs(both[:2]), "2017-05-31").value == Decimal(70)
    found = judged(SATISFIED, survey_inputs(both), "2017-08-31")
    assert (found.value, found.status, found.provisional) == (Decimal(85), Status.MET, True)


def test_no_survey_yet():
    assert judged(SATISFIED, survey_inputs([]), "2017-05-31").status is Status.NONE
    late = judged(SATISFIED, survey_inputs([], due_on=day("2017-09-30")), "2017-09-30")
    assert (late.status, len(late.missing)) == (Status.PARTIAL, 2)


def test_sites_of_one_unit_are_added():
    metas = {"i18.treated": meta("i18.treated"), "i18.produced": meta("i18.produced")}
    given = [
        FigureInput("i18.treated", "城管局", month(2017, 1), Decimal(45), site=site)
        for site in ("甲场", "乙场")
    ]
    given += figures("i18.produced", [month(2017, 1)], 20)
    asked = [
        *owed("i18.treated", months(2017), ["城管局"], site="甲场"),
        *owed("i18.treated", months(2017), ["城管局"], site="乙场"),
    ]
    asked += owed("i18.produced", months(2017))
    found = judged(
        rule(rate()), Inputs(2017, metas, given, asked, site_names={"甲场": "岔河填埋场"}), "2017-02-28"
    )
    assert found.value == Decimal(90)
    gone = judged(
        rule(rate()), Inputs(2017, metas, given[1:], asked, site_names={"甲场": "岔河填埋场"}), "2017-02-28"
    )
    assert gone.missing[0].text == "城管局（岔河填埋场） 2017年1月 i18.treated"
