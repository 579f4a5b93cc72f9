"""The forecast of an indicator: words that a bureau understands, from the same inputs as the verdict."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from chuangmo.periods import year
from indicators.assessment.rules import Expectation, Inputs
from indicators.insight.rules.forecasting import forecast_of, part_forecasts
from tests.indicators.assessment.rules.cast import (
    COUNTIES,
    RATE_METAS,
    day,
    figures,
    meta,
    months,
    quarters,
    rate,
    rule,
)

MAY_31 = day("2017-05-31")


def waste(produced, treated, *, last_year=None, through=5) -> Inputs:
    """Five counties' months of waste; a year before if asked for."""
    some = [
        *figures("i18.produced", months(2017, 1, through), produced),
        *figures("i18.treated", months(2017, 1, through), treated),
    ]
    if last_year:
        some += figures("i18.produced", months(2016), last_year[0])
        some += figures("i18.treated", months(2016), last_year[1])
    return Inputs(plan_year=2017, elements=RATE_METAS, figures=some)


def only(inputs: Inputs, part=None, as_of=MAY_31, **fields):
    made = forecast_of(rule(part or rate(), **fields), inputs, as_of)
    assert made is not None
    assert len(made.parts) == 1
    return made.parts[0]


def test_a_rate_behind_says_what_the_rest_has_to_reach():
    part = only(waste(100, 80))
    # 85 % of 6 000 t are 5 100 t, 2 000 t are treated: 3 100 of 3 500 t.
    assert part.allowance == "后7个月平均不低于 88.58% 才能达标"
    assert (part.outlook, part.method, part.cut) == ("doubtful", "run_rate", "2017-05-31")
    assert Decimal(part.likely) == 80


def test_a_rate_ahead_says_how_low_the_rest_may_be():
    part = only(waste(100, 92))
    assert part.allowance == "后7个月平均不低于 80.00% 即可达标"
    assert part.outlook == "secure"


def test_a_rate_that_cannot_be_mended_says_so():
    part = only(waste(100, 50, through=10), as_of=day("2017-10-31"))
    assert part.allowance == "后2个月须平均达 260.00%，已不可能达标"
    assert part.outlook == "impossible"


def test_the_number_shown_is_rounded_to_the_safe_side():
    words = only(waste(100, 80)).allowance
    shown = Decimal(words.split("不低于 ")[1].split("%")[0])
    assert (2000 + shown * 35) / 60 >= 85


def test_earlier_years_show_how_the_rest_runs():
    winter = [200, 200, 100, 100, 100, 100, 100, 100, 100, 100, 100, 200]
    good_summer = [140, 140, 90, 90, 90, 90, 90, 90, 90, 90, 90, 140]
    part = only(waste(winter[:5], good_summer[:5], last_year=(winter, good_summer)))
    assert part.method == "seasonal"
    assert Decimal(part.likely) == pytest.approx(Decimal(sum(good_summer)) * 100 / sum(winter))
    assert part.outlook == "doubtful"


def test_months_that_are_missing_are_left_for_later_and_never_zero():
    inputs = waste(100, 92)
    kept = [one for one in inputs.figures if not (one.unit == "盘县" and one.period.start.month == 5)]
    owed = [one for one in inputs.figures if one.unit == "盘县" and one.period.start.month == 5]
    short = Inputs(
        plan_year=2017,
        elements=RATE_METAS,
        figures=kept,
        expectations=[Expectation(one.element, one.unit, one.period, day("2017-05-31")) for one in owed],
    )
    part = only(short)
    assert part.cut == "2017-04-30"
    assert Decimal(part.likely) == 92


def test_a_limit_of_all_counts_what_is_owed():
    part = only(waste(100, 99), rate(limit="100", margin_pct=None))
    assert part.allowance == "已欠 25.00 t，年内补齐且余下各期全部完成才能达标"
    assert part.outlook == "doubtful"
    assert (
        only(waste(100, 100), rate(limit="100", margin_pct=None)).allowance == "没有欠账，余下各期须全部完成"
    )


def test_judged_on_whole_numbers_99_and_a_half_is_all():
    rounded = rate(limit="100", margin_pct=None, rounding={"mode": "rounded", "places": 0})
    part = only(waste(100, Decimal("99.9")), rounded)
    assert part.allowance == "后7个月平均不低于 99.22% 即可达标"


def test_a_task_says_how_much_each_quarter_needs():
    part = {
        "code": "so2",
        "name": "二氧化硫减排任务",
        "kind": "COMPLETION",
        "done": "i01.so2_cut",
        "task": "i01.so2_task",
        "window": {"kind": "year"},
    }
    metas = {
        "i01.so2_cut": meta("i01.so2_cut", precision=1, frequency="quarter"),
        "i01.so2_task": meta(
            "i01.so2_task", precision=1, frequency="year", over_time="last", over_units="only"
        ),
    }
    some = [
        *figures("i01.so2_cut", quarters(2017, 1, 2), 80),
        *figures("i01.so2_task", [year(2017)], 1220, units=("市环保局",)),
    ]
    made = only(Inputs(plan_year=2017, elements=metas, figures=some), part, day("2017-06-30"))
    assert made.allowance == "余 420.0 t，后2个季度平均每季须 210.0 t"
    assert made.outlook == "secure"


def test_a_fall_compares_with_the_whole_of_last_year():
    part = {
        "code": "intensity",
        "name": "用水强度",
        "kind": "DEC",
        "numerator": "i06.water",
        "denominator": "i06.gdp",
        "unit": "m³/万元",
        "places": 1,
        "window": {"kind": "falls", "falls": 3},
    }
    metas = {code: meta(code, frequency="quarter") for code in ("i06.water", "i06.gdp")}
    some = []
    for year_number, water in ((2016, 70), (2017, 60)):
        last = 4 if year_number == 2016 else 1
        some += figures("i06.water", quarters(year_number, 1, last), water)
        some += figures("i06.gdp", quarters(year_number, 1, last), 1)
    made = only(Inputs(plan_year=2017, elements=metas, figures=some), part, day("2017-03-31"))
    assert made.allowance == "后3个季度平均不高于 73.3 m³/万元 即可达标；上年全年 70.0 m³/万元"
    assert Decimal(made.likely) == 60


def test_one_event_uses_the_allowance_up():
    part = {
        "code": "events",
        "name": "重大环境事件",
        "kind": "NOEV",
        "events": "i02.events",
        "unit": "起",
        "window": {"kind": "rolling_months", "months": 36},
    }
    metas = {"i02.events": meta("i02.events", measure="起", precision=0)}
    none = Inputs(plan_year=2017, elements=metas, figures=figures("i02.events", months(2017, 1, 5), 0))
    one = Inputs(
        plan_year=2017, elements=metas, figures=figures("i02.events", months(2017, 1, 1), 1, COUNTIES[:1])
    )
    assert only(none, part).allowance == "至今 0 起，余 0：不得再发生"
    assert only(one, part).allowance == "窗口期内已有 1 起，滚出窗口期前不能达标"


def test_what_is_not_projected_says_why():
    stock = {**RATE_METAS, "i18.treated": meta("i18.treated", over_time="last")}
    made = only(Inputs(plan_year=2017, elements=stock))
    assert (made.outlook, made.range_words) == ("none", "")
    assert made.allowance == "不作预测：还没有够推算的已审定数据"
    listed = {"code": "list", "name": "清单", "kind": "LIST", "window": {"kind": "year"}}
    assert only(Inputs(plan_year=2017), listed).allowance == "不作预测：清单还没有应答条目"
    latest = rate(kind="T", window={"kind": "latest"})
    assert only(waste(100, 80), latest).allowance == "不作预测：只看最近一期的数，没有全年累计可推算"


def test_a_part_without_forecast_does_not_speak_for_the_indicator():
    listed = {"code": "list", "name": "清单", "kind": "LIST", "window": {"kind": "year"}}
    for combine in ("all", "any"):
        made = forecast_of(
            rule(listed, rate(), combine={"op": combine, "of": ["list", "treated"]}), waste(100, 80), MAY_31
        )
        assert (made.outlook, made.line.startswith("无害化处理率：后7个月")) == ("doubtful", True)


def test_the_line_tells_of_the_part_that_stands_worst():
    metas = {**RATE_METAS, "i18.reused": meta("i18.reused", name="利用量")}
    inputs = waste(100, 92)
    some = [*inputs.figures, *figures("i18.reused", months(2017, 1, 5), 10)]
    reused = rate(
        code="reused",
        name="利用率",
        numerator="i18.reused",
        denominator="i18.treated",
        limit="20",
        margin_pct=None,
    )
    made = forecast_of(rule(rate(), reused), Inputs(plan_year=2017, elements=metas, figures=some), MAY_31)
    assert made.outlook == "doubtful"
    assert made.line.startswith("利用率：后7个月平均不低于 26.53%")


def test_a_forecast_survives_its_storage_and_is_the_same_every_time():
    inputs = waste(100, 80)
    bodies = [
        json.dumps(forecast_of(rule(rate()), inputs, MAY_31).to_json(), ensure_ascii=False) for _ in range(2)
    ]
    assert bodies[0] == bodies[1]
    (part,) = part_forecasts(json.loads(bodies[0]))
    assert part.range_words.startswith("预计全年 80.00%（")


def test_later_months_say_nothing_about_an_earlier_day():
    early = waste(100, 80, through=3)
    whole = waste([100] * 5, [80, 80, 80, 100, 100])
    as_of = day("2017-03-31")
    assert forecast_of(rule(rate()), whole, as_of) == forecast_of(rule(rate()), early, as_of)
