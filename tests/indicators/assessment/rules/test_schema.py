"""Rule bodies: what is accepted, what is refused and in which words."""

from __future__ import annotations

import json

import pytest

from indicators.assessment.rules import elements_read, rule_json, validate_rule

from .cast import LATEST, YEAR, rate, rule

FALLS = {"kind": "falls", "falls": 3}
PARTS = {
    "T ratio": {
        "code": "cover",
        "name": "绿化覆盖率",
        "kind": "T",
        "numerator": "i13.green_cover",
        "denominator": "i13.built_up",
        "scale": 100,
        "op": ">=",
        "limit": 35,
        "unit": "%",
        "window": LATEST,
        "margin_pct": 5,
    },
    "T limit from an element": {
        "code": "per_head",
        "name": "人均公园绿地",
        "kind": "T",
        "numerator": "i13.park_green",
        "denominator": "i13.urban_population",
        "op": ">=",
        "limit": "i13.national_mean",
        "unit": "m²/人",
        "window": LATEST,
    },
    "T amount": {
        "code": "hours",
        "name": "课时",
        "kind": "T",
        "amount": "i25.class_hours",
        "op": ">=",
        "limit": 12,
        "unit": "课时",
        "window": {"kind": "school_year"},
        "paced": True,
    },
    "RATE": rate(),
    "DEC": {
        "code": "cod",
        "name": "强度",
        "kind": "DEC",
        "numerator": "i07.cod",
        "denominator": "i07.value_added",
        "scale": 1000,
        "unit": "kg/万元",
        "window": FALLS,
    },
    "COMPLETION": {
        "code": "so2",
        "name": "减排",
        "kind": "COMPLETION",
        "done": "i01.so2_cut",
        "verified": "i01.so2_verified",
        "task": "i01.so2_task",
        "window": YEAR,
    },
    "RANK": {
        "code": "rank",
        "name": "名次",
        "kind": "RANK",
        "rank": "i03.rank",
        "cities": "i03.cities",
        "limit": 3,
        "window": {"kind": "years_before", "years": 3},
    },
    "NOEV": {
        "code": "events",
        "name": "事件",
        "kind": "NOEV",
        "events": "i02.events",
        "unit": "起",
        "window": {"kind": "rolling_months", "months": 36},
    },
    "LIST": {"code": "list", "name": "清单", "kind": "LIST", "window": YEAR},
    "SURVEY": {
        "code": "satisfied",
        "name": "满意率",
        "kind": "SURVEY",
        "numerator": "i24.satisfied",
        "denominator": "i24.valid",
        "op": ">=",
        "limit": "80",
        "unit": "%",
        "window": LATEST,
    },
    "MON": {
        "code": "air",
        "name": "年评价值",
        "kind": "MON",
        "measure": "air_annual",
        "op": "<=",
        "standard": "GB 3095-2012 二级",
        "window": YEAR,
    },
    "SITES": {
        "code": "firms",
        "name": "企业",
        "kind": "SITES",
        "measure": "firms",
        "reads": ["i15.tests", "i15.tests_compliant"],
        "window": YEAR,
    },
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
def test_a_body_survives_the_round_trip_through_json(part):
    once = rule_json(rule(part))
    again = rule_json(validate_rule(json.loads(json.dumps(once))))
    assert again == once
    assert validate_rule(once) == rule(part)


def test_elements_read_are_those_of_all_sides_limits_and_tasks():
    read = {
        name: elements_read(rule(PARTS[name]))
        for name in ("T limit from an element", "COMPLETION", "RANK", "LIST")
    }
    assert read == {
        "T limit from an element": {"i13.park_green", "i13.urban_population", "i13.national_mean"},
        "COMPLETION": {"i01.so2_cut", "i01.so2_verified", "i01.so2_task"},
        "RANK": {"i03.rank", "i03.cities"},
        "LIST": set(),
    }


def test_elements_of_a_sum_with_factors_are_found():
    body = rate(numerator="i16.gas * 13.3 + i16.clean_other", denominator="i16.final")
    assert elements_read(rule(body)) == {"i16.gas", "i16.clean_other", "i16.final"}


REFUSED = {
    "nothing": ({}, "部分（parts）：缺少此项"),
    "no parts": ({"parts": []}, "部分（parts）：至少 1 项"),
    "unknown kind": ({"parts": [{"kind": "AVG"}]}, "没有“AVG”这种类型"),
    "no kind": ({"parts": [{"code": "a"}]}, "第1部分：缺少“类型”（kind）"),
    "limit is text": ({"parts": [rate(limit="很高")]}, "第1部分 · 限值（limit）：不是数字"),
    "unknown comparison": ({"parts": [rate(op="=>")]}, "比较关系（op）：“=>”不在可选值"),
    "unknown field": ({"parts": [rate(colour="red")]}, "第1部分 · colour：不认识此项"),
    "window without its number": (
        {"parts": [rate(window={"kind": "rolling_months"})]},
        "时间窗口（window） · 月数（months）：缺少此项",
    ),
    "window of another kind": ({"parts": [{**PARTS["DEC"], "window": YEAR}]}, "时间窗口（window）"),
    "not a sum": (
        {"parts": [rate(numerator="i18.treated / 2")]},
        "分子（numerator）：表达式“i18.treated / 2”从“/ 2”起",
    ),
    "code instead of text": ({"parts": [rate(numerator="__import__('os')")]}, "看不懂"),
    "element twice": ({"parts": [rate(numerator="i18.treated + i18.treated")]}, "同一数据要素出现了两次"),
    "margin at 100 %": ({"parts": [rate(limit=100)]}, "限值为 0 或 100% 时不设临界幅度"),
    "margin at zero": ({"parts": [rate(limit=0)]}, "限值为 0 或 100% 时不设临界幅度"),
    "rounded without places": ({"parts": [rate(rounding={"mode": "rounded"})]}, "修约到几位小数"),
    "amount and ratio": ({"parts": [{**PARTS["T ratio"], "amount": "i13.built_up"}]}, "须写且只写一种"),
    "two rank limits": ({"parts": [{**PARTS["RANK"], "limit_share_pct": 30}]}, "须写且只写一种"),
    "part twice": ({"parts": [rate(), rate()]}, "各部分的代码不能重复"),
    "part left out of the tree": (
        {"parts": [rate(), PARTS["LIST"]], "combine": {"op": "any", "of": ["treated"]}},
        "每个部分须出现且只出现一次",
    ),
    "unknown headline": ({"parts": [rate()], "headline_part": "other"}, "没有代码为“other”的部分"),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_body_is_refused_in_chinese_naming_the_field(body, words):
    with pytest.raises(ValueError) as caught:
        validate_rule(body)
    assert words in str(caught.value)


def test_every_fault_of_a_body_is_named_at_once():
    with pytest.raises(ValueError) as caught:
        validate_rule({"parts": [rate(limit="很高", op="?"), rate(code="X")]})
    assert [line.split("：")[0] for line in str(caught.value).splitlines()] == [
        "第1部分 · 比较关系（op）",
        "第1部分 · 限值（limit）",
        "第2部分 · 代码（code）",
    ]
