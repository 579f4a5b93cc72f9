"""RATE and T over ratios: limits, margins, missing figures, cuts."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from indicators.assessment.rules import FigureConflict, FigureInput, Inputs, Status

from .cast import (
    COUNTIES,
    RATE_METAS,
    TREATED,
    figures,
    judged,
    meta,
    month,
    months,
    owed,
    quarters,
    rate,
    rate_inputs,
    rule,
    without,
    year,
)

RULE = rule(rate())

EDGES = [
    # treated of 100 produced, status, remark
    ("84.999999", Status.MISSED, "还差 不足 0.01 个百分点，还需 0.01 t"),
    ("85", Status.MARGIN, "恰在限值"),
    ("89.249999", Status.MARGIN, "余量 4.25 个百分点"),
    ("89.25", Status.MARGIN, "余量 4.25 个百分点"),  # 85 × 1.05, the edge counts as margin
    ("89.250001", Status.MET, "余量 4.25 个百分点"),
    ("100", Status.MET, "余量 15.00 个百分点"),
]


@pytest.mark.parametrize(("treated", "status", "remark"), EDGES)
def test_the_limit_and_the_margin_at_their_edges(treated, status, remark):
    found = judged(RULE, rate_inputs(treated, 100), "2017-05-31")
    assert (found.status, found.value) == (status, Decimal(treated))
    assert found.remark == remark


def test_what_is_lacking_is_said_in_points_and_in_tonnes():
    found = judged(RULE, rate_inputs(80, 100), "2017-05-31")
    assert (found.status, found.headline, found.threshold) == (Status.MISSED, "80.00%", "≥ 85%")
    assert found.remark == "还差 5.00 个百分点，还需 100.00 t"
    assert found.sentence == (
        "截至2017年4月，无害化处理率 80.00%（≥ 85%），不达标（进行中）；还差 5.00 个百分点，还需 100.00 t。"
    )


def test_a_ratio_is_sum_over_sum_and_never_a_mean_of_ratios():
    big, small = COUNTIES[0], COUNTIES[1]
    inputs = Inputs(
        plan_year=2017,
        elements=RATE_METAS,
        figures=[
            *figures("i18.treated", months(2017, 1, 1), 900, [big]),
            *figures("i18.produced", months(2017, 1, 1), 1000, [big]),
            *figures("i18.treated", months(2017, 1, 1), 1, [small]),
            *figures("i18.produced", months(2017, 1, 1), 10, [small]),
        ],
    )
    found = judged(RULE, inputs, "2017-01-31")
    assert round(found.value, 20) == round(Decimal(90100) / Decimal(1010), 20)
    assert found.parts[0].formula == (
        "2017年1月：无害化处理量 901.00 t ÷ 垃圾产生量 1\u2009010.00 t × 100 = 89.21%"
    )


def test_rounded_comparison_where_the_rule_says_so():
    medical = rate(limit=100, margin_pct=None, rounding={"mode": "rounded", "places": 0})
    assert judged(rule(medical), rate_inputs("99.5", 100), "2017-05-31").status is Status.MET
    assert judged(rule(medical), rate_inputs("99.4", 100), "2017-05-31").status is Status.MISSED
    unrounded = rate(limit=100, margin_pct=None)
    assert judged(rule(unrounded), rate_inputs("99.5", 100), "2017-05-31").status is Status.MISSED


def test_nothing_due_yet():
    found = judged(RULE, rate_inputs(90, 100, last=0), "2017-01-31")
    assert (found.status, found.headline, found.provisional) == (Status.NONE, "—", True)
    assert found.remark == "最早 2017年2月10日 到期：六枝特区 2017年1月 无害化处理量"
    assert found.missing == ()


def test_a_month_not_due_yet_is_not_missing():
    inputs = rate_inputs(90, 100, last=4)
    assert judged(RULE, inputs, "2017-05-31").parts[0].cut.isoformat() == "2017-04-30"
    late = judged(RULE, inputs, "2017-05-31", due_by="2017-06-10")
    assert (late.status, len(late.missing)) == (Status.PARTIAL, 10)


def test_a_month_accepted_before_its_due_day_counts():
    found = judged(RULE, rate_inputs(90, 100, last=5), "2017-05-31")
    assert found.parts[0].cut.isoformat() == "2017-05-31"


def test_a_month_accepted_from_four_of_five_counties_waits_until_it_is_due():
    inputs = rate_inputs(90, 100, last=5)
    early = Inputs(
        plan_year=2017,
        elements=RATE_METAS,
        figures=without(inputs.figures, unit="水城县", period=month(2017, 5)),
        expectations=inputs.expectations,
    )
    found = judged(RULE, early, "2017-05-31")
    assert (found.status, found.parts[0].cut.isoformat()) == (Status.MET, "2017-04-30")


def test_one_county_missing_is_shown_as_partial_over_the_others():
    given = rate_inputs(90, 100)
    kept = without(given.figures, unit="水城县", period=month(2017, 4), element="i18.treated")
    inputs = Inputs(2017, RATE_METAS, kept, given.expectations)
    found = judged(RULE, inputs, "2017-05-31")
    step = found.parts[0].steps[0]
    assert (found.status, found.partial, found.value) == (Status.PARTIAL, True, Decimal(90))
    assert step.formula.startswith("无害化处理量 1\u2009440.00 t ÷ 垃圾产生量 1\u2009600.00 t")
    assert [(one.unit, one.element, one.period.code, one.due_on.isoformat()) for one in found.missing] == [
        ("水城县", "i18.treated", "2017-04", "2017-05-10")
    ]
    assert found.remark == "缺 水城县 2017年4月 无害化处理量（应于 5月10日 报）"


def test_sides_from_different_units_show_the_last_complete_months_while_something_is_missing():
    given = rate_inputs(90, 100)
    treated = figures("i18.treated", months(2017, 1, 4), 450, ["市城管局"])
    inputs = Inputs(
        2017,
        RATE_METAS,
        [
            *treated,
            *without(without(given.figures, element="i18.treated"), unit="盘县", period=month(2017, 2)),
        ],
        [
            *owed("i18.treated", months(2017), ["市城管局"]),
            *without(given.expectations, element="i18.treated"),
        ],
    )
    found = judged(RULE, inputs, "2017-05-31")
    part = found.parts[0]
    assert (found.status, found.value, found.headline) == (Status.PARTIAL, Decimal(90), "90.00%（2017年1月）")
    assert (
        part.formula == "2017年1—4月：仅 2017年1月 无害化处理量 450.00 t ÷ 垃圾产生量 500.00 t × 100 = 90.00%"
    )
    assert part.steps[0].reason == "有数据未报，分子、分母填报单位不同，暂不计算"
    assert [one.unit for one in found.missing] == ["盘县"]


def test_a_confirmed_none_is_zero_and_not_missing():
    given = rate_inputs(90, 100)
    zero = [FigureInput("i18.treated", "盘县", month(2017, 4), None, answer="none")]
    kept = without(given.figures, unit="盘县", period=month(2017, 4), element="i18.treated")
    found = judged(RULE, Inputs(2017, RATE_METAS, [*kept, *zero], given.expectations), "2017-05-31")
    assert (found.status, found.value) == (Status.MARGIN, Decimal("85.5"))


def test_not_applicable_leaves_both_the_sum_and_the_list_of_missing():
    given = rate_inputs(90, 100)
    kept = without(given.figures, unit="盘县")
    answers = [
        FigureInput(code, "盘县", period, None, answer="not_applicable")
        for code in RATE_METAS
        for period in months(2017, 1, 4)
    ]
    found = judged(RULE, Inputs(2017, RATE_METAS, [*kept, *answers], given.expectations), "2017-05-31")
    assert (found.status, found.value, found.missing) == (Status.MET, Decimal(90), ())
    assert "1\u2009600.00" in found.parts[0].formula


def test_not_applicable_everywhere_leaves_the_part_out():
    answers = [
        FigureInput(code, unit, period, None, answer="not_applicable")
        for code in RATE_METAS
        for unit in COUNTIES
        for period in months(2017, 1, 4)
    ]
    found = judged(RULE, Inputs(2017, RATE_METAS, answers, rate_inputs(1, 1).expectations), "2017-05-31")
    assert (found.parts[0].status, found.status, found.remark) == (
        Status.NOT_APPLICABLE,
        Status.NONE,
        "各项均不适用",
    )


def test_a_zero_denominator_is_incomplete_with_its_reason():
    found = judged(RULE, rate_inputs(0, 0), "2017-05-31")
    assert (found.status, found.value, found.missing) == (Status.PARTIAL, None, ())
    assert found.parts[0].steps[0].reason == "分母为 0（垃圾产生量），无法计算"
    assert found.remark == "分母为 0（垃圾产生量），无法计算"


def test_an_element_that_nobody_owes_is_a_gap_and_not_a_zero():
    inputs = Inputs(
        2017, RATE_METAS, figures("i18.treated", months(2017, 1, 4), 90), owed("i18.treated", months(2017))
    )
    found = judged(RULE, inputs, "2017-05-31")
    assert (found.status, found.value) == (Status.PARTIAL, None)
    assert [(one.unit, one.unit_name, one.element) for one in found.missing] == [
        ("", "未落实填报单位", "i18.produced")
    ]


INVESTMENT = meta("i04.investment", name="环保投资", measure="万元")
GDP = meta(
    "i04.gdp",
    name="生产总值",
    measure="万元",
    precision=0,
    frequency="quarter",
    entry="cumulative",
    over_units="only",
)
INDEX = rule(
    rate(
        code="index",
        name="投资指数",
        kind="T",
        numerator="i04.investment",
        denominator="i04.gdp",
        scale=100,
        limit="1.7",
        window={"kind": "years_before_and_to_date", "years": 3},
    )
)


def index_inputs(gdp_2017, investment_months=5, past="1.8"):
    gdp = [*figures("i04.gdp", [year(one) for one in (2014, 2015, 2016)], 1000, ["统计局"])]
    gdp += [
        FigureInput("i04.gdp", "统计局", period, Decimal(value))
        for period, value in zip(quarters(2017), gdp_2017, strict=False)
    ]
    money = figures("i04.investment", [year(one) for one in (2014, 2015, 2016)], past, ["盘县", "水城县"])
    money = [one for one in money if one.unit == "盘县"] + figures(
        "i04.investment", [year(one) for one in (2014, 2015, 2016)], "16.2", ["水城县"]
    )
    money += figures("i04.investment", months(2017, 1, investment_months), 3, ["盘县", "水城县"])
    return Inputs(
        2017,
        {"i04.investment": INVESTMENT, "i04.gdp": GDP},
        [*gdp, *money],
        [
            *owed("i04.investment", months(2017), ["盘县", "水城县"]),
            *owed("i04.gdp", quarters(2017), ["统计局"], days=25),
        ],
    )


def test_both_sides_are_cut_at_the_quarter_of_the_slower_one():
    found = judged(INDEX, index_inputs(["1000"]), "2017-05-31")
    last = found.parts[0].steps[-1]
    assert (last.label, last.end.isoformat(), last.value) == ("2017年1—3月", "2017-03-31", Decimal("1.8"))
    assert [step.label for step in found.parts[0].steps] == ["2014年", "2015年", "2016年", "2017年1—3月"]
    assert found.status is Status.MET


def test_january_to_date_figures_are_taken_by_difference():
    inputs = index_inputs(["1000", "2500"], investment_months=6)
    found = judged(INDEX, inputs, "2017-07-31")
    assert found.parts[0].steps[-1].value == Decimal(36) / 2500 * 100
    assert [point.value for point in found.parts[0].series][-2:] == [Decimal("1.8"), Decimal("1.2")]


def test_one_year_below_misses_whatever_the_others_say():
    found = judged(INDEX, index_inputs(["1000"], past="0.1"), "2017-05-31")
    assert [step.status for step in found.parts[0].steps] == [Status.MISSED] * 3 + [Status.MET]
    assert found.status is Status.MISSED


def test_a_slower_side_that_is_overdue_is_missing():
    found = judged(INDEX, index_inputs([]), "2017-05-31")
    assert found.parts[0].steps[-1].status is Status.PARTIAL
    assert [(one.unit, one.period.label) for one in found.missing] == [("统计局", "2017年第一季度")]


def test_a_past_year_without_any_figure_is_missing_even_if_nobody_was_asked():
    given = index_inputs(["1000"])
    found = judged(
        INDEX,
        Inputs(2017, given.elements, without(given.figures, period=year(2015)), given.expectations),
        "2017-05-31",
    )
    assert {(one.element, one.period.code) for one in found.missing} == {
        ("i04.gdp", "2015"),
        ("i04.investment", "2015"),
    }
    assert found.status is Status.PARTIAL


def test_a_longer_figure_stands_for_months_that_were_asked_for():
    given = index_inputs(["1000"])
    asked = [*given.expectations, *owed("i04.investment", months(2015), ["盘县", "水城县"])]
    found = judged(INDEX, Inputs(2017, given.elements, given.figures, asked), "2017-05-31")
    assert (found.status, found.missing) == (Status.MET, ())


def test_the_year_is_provisional_until_its_last_month_is_in():
    assert judged(RULE, rate_inputs(90, 100, last=11), "2017-12-31").provisional is True
    assert judged(RULE, rate_inputs(90, 100, last=12), "2017-12-31").provisional is False
    assert judged(RULE, rate_inputs(90, 100, last=12), "2018-01-31").provisional is False


def test_the_values_beside_it_are_the_three_years_and_the_months():
    past = [*figures("i18.treated", months(2016), 80), *figures("i18.produced", months(2016), 100)]
    given = rate_inputs(90, 100)
    found = judged(RULE, Inputs(2017, RATE_METAS, [*given.figures, *past], given.expectations), "2017-05-31")
    part = found.parts[0]
    assert [(point.label, point.value) for point in part.years] == [
        ("2014年", None),
        ("2015年", None),
        ("2016年", Decimal(80)),
    ]
    assert [point.label for point in part.series] == [f"2016年{n}月" for n in range(1, 13)] + [
        f"2017年{n}月" for n in range(1, 5)
    ]
    assert (part.year_to_date.label, part.year_to_date.value) == ("2017年1—4月", Decimal(90))


def test_figures_being_corrected_keep_counting_and_are_marked():
    given = rate_inputs(90, 100)
    figures_ = [
        FigureInput(one.element, one.unit, one.period, one.value, correcting=one.period == month(2017, 2))
        for one in given.figures
    ]
    found = judged(RULE, Inputs(2017, RATE_METAS, figures_, given.expectations), "2017-05-31")
    assert (found.status, found.value, found.correcting) == (Status.MET, Decimal(90), True)


def test_sources_are_the_figures_that_were_added():
    numbered = [
        FigureInput(one.element, one.unit, one.period, one.value, figure_id=number)
        for number, one in enumerate(rate_inputs(90, 100, last=5).figures, start=1)
    ]
    kept = [one for one in numbered if one.period != month(2017, 5) or one.unit != "盘县"]
    found = judged(RULE, Inputs(2017, RATE_METAS, kept, rate_inputs(1, 1).expectations), "2017-05-31")
    assert found.figure_ids == tuple(one.figure_id for one in numbered if one.period <= month(2017, 4))


@pytest.mark.parametrize(
    ("element", "extra", "words"),
    [
        (TREATED, figures("i18.treated", [month(2017, 1)], 1, ["盘县"]), "重叠"),
        (TREATED, figures("i18.treated", [year(2017)], 1, ["盘县"]), "重叠"),
    ],
)
def test_overlapping_figures_are_refused(element, extra, words):
    given = rate_inputs(90, 100)
    with pytest.raises(FigureConflict, match=words):
        judged(RULE, Inputs(2017, RATE_METAS, [*given.figures, *extra], given.expectations), "2017-05-31")


def test_two_providers_of_a_figure_that_only_one_owes_are_refused():
    alone = {"i18.treated": TREATED, "i18.produced": meta("i18.produced", over_units="only")}
    with pytest.raises(FigureConflict, match="两个单位"):
        judged(RULE, Inputs(2017, alone, rate_inputs(90, 100).figures), "2017-05-31")


def test_a_rule_that_reads_an_unknown_element_says_so():
    with pytest.raises(ValueError, match=r"i18\.produced 没有定义"):
        judged(RULE, Inputs(2017, {"i18.treated": TREATED}), "2017-05-31")


def test_only_month_ends_are_judged():
    with pytest.raises(ValueError, match="月末"):
        judged(RULE, rate_inputs(90, 100), "2017-05-30")


def test_a_condition_that_does_not_hold_leaves_the_part_out():
    reused = rate(
        code="reused", name="再生水", condition={"fact": "water_short_city", "value": True}, limit="95"
    )
    both = rule(rate(), reused)
    given = rate_inputs(90, 100)
    dry = Inputs(2017, RATE_METAS, given.figures, given.expectations, facts={"water_short_city": True})
    assert judged(both, given, "2017-05-31").status is Status.MET
    assert judged(both, given, "2017-05-31").parts[1].status is Status.NOT_APPLICABLE
    assert judged(both, dry, "2017-05-31").status is Status.MISSED


def test_the_result_is_plain_json():
    found = judged(RULE, rate_inputs(90, 100, last=3), "2017-05-31", due_by="2017-06-06").to_json()
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
    assert (found["status"], found["status_label"], found["value"], found["as_of"]) == (
        "partial",
        "数据不全",
        "90",
        "2017-05-31",
    )
    assert found["missing"][0]["text"] == "六枝特区 2017年4月 垃圾产生量"
    assert found["missing"][0]["period"]["code"] == "2017-04"
