"""A rule in words, and what differs between two rules: for the page on which people read and change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .expressions import parse_expression
from .schema import Combine, IndicatorRule, Part, rule_json
from .schema_words import FIELD_NAMES
from .wording import OP_SIGNS

__all__ = [
    "FACTS",
    "KINDS",
    "MEASURES",
    "WINDOWS",
    "Difference",
    "combine_words",
    "differences",
    "part_facts",
    "window_words",
]

# Facts of a plan that conditions ask for (Plan.facts).
FACTS = {"water_short_city": "本市认定为缺水城市"}
KINDS = {
    "T": "数量或比值与限值比较",
    "RATE": "比率（分子合计 ÷ 分母合计）",
    "SURVEY": "调查比率",
    "DEC": "强度逐年下降",
    "COMPLETION": "任务完成率",
    "RANK": "名次",
    "NOEV": "不得发生",
    "LIST": "清单逐项完成",
    "MON": "由监测数据计算",
    "SITES": "达标点位的比例",
}
MEASURES = {
    "air_annual": "六项污染物年评价值",
    "air_good_days": "达到二级标准的天数比例",
    "area_noise": "区域环境噪声昼间平均值",
    "road_noise": "道路交通噪声昼间平均值（按路长加权）",
    "sources": "水源地取水水质达标率（按取水量）",
    "sections": "断面水质达标率（按累计均值判类）",
    "outflow": "出境断面水质达标率（按累计均值判类）",
    "firms": "重点工业企业达标率（每次监测都达标）",
}
# kind → (in words, with the number in it; the field that holds the number)
WINDOWS: dict[str, tuple[str, str]] = {
    "year": ("本年 1 月至今", ""),
    "latest": ("最近一期", ""),
    "school_year": ("本学年（上年 9 月至本年 8 月）", ""),
    "rolling_months": ("近 {} 个月", "months"),
    "years_before": ("本年之前的 {} 个整年，逐年判定", "years"),
    "years_before_and_to_date": ("本年之前的 {} 个整年逐年判定，加本年至今", "years"),
    "falls": ("连续 {} 次逐年下降，加本年至今低于上年同期", "falls"),
    "year_before_and_to_date": ("上年 1 月至今", ""),
}
_TEXTS = ("amount", "numerator", "denominator", "done", "events", "verified", "task", "rank", "cities")
_ANSWERS = {"latest": "看最近一期的回答", "every": "每一期都要完成"}


def window_words(window: Any) -> str:
    """近 36 个月 · 本年 1 月至今."""
    words, field = WINDOWS[window.kind]
    return words.format(getattr(window, field)) if field else words


def combine_words(rule: IndicatorRule) -> str:
    """各部分全部达到 · 任一达到 · (甲 且 乙) 或 丙; empty for a rule of one part."""
    if len(rule.parts) == 1:
        return ""
    names = {part.code: part.name for part in rule.parts}

    def words(node: Combine) -> str:
        joint = " 且 " if node.op == "all" else " 或 "
        return joint.join(f"（{words(one)}）" if isinstance(one, Combine) else names[one] for one in node.of)

    return words(rule.tree)


def part_facts(part: Part, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a part says, as (term, words) pairs. `names`: data element code → name."""
    facts = [("类型", KINDS[part.kind])]
    measure = getattr(part, "measure", None)
    if measure:
        facts.append(("算什么", MEASURES[measure]))
    facts += [
        (FIELD_NAMES[field], _in_names(text, names))
        for field in _TEXTS
        if (text := getattr(part, field, None))
    ]
    facts.append(("要求", _demand(part, names)))
    if getattr(part, "margin_pct", None) is not None:
        facts.append(("临界幅度", f"限值的 {part.margin_pct:f}% 以内为临界"))  # type: ignore[union-attr]
    facts.append(("时间窗口", window_words(part.window)))
    rounding = getattr(part, "rounding", None)
    if rounding is not None:
        facts.append(("判定时的修约", _rounding_words(rounding)))
    if part.kind == "SITES" or getattr(part, "measure", "").startswith("air"):
        facts.append(("应有数据", f"期末后 {part.due_days} 天"))  # type: ignore[union-attr]
    if part.kind == "LIST":
        facts.append(("判定期次", _ANSWERS[part.periods]))
    if part.condition is not None:
        fact = FACTS.get(part.condition.fact, part.condition.fact)
        facts.append(("适用条件", f"“{fact}”为{'是' if part.condition.value else '否'}时"))
    if part.note:
        facts.append(("备注", part.note))
    return facts


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was; an empty text: there is none."""

    place: str
    before: str
    after: str


def differences(before: IndicatorRule, after: IndicatorRule) -> list[Difference]:
    """What differs between two rules, field by field, parts matched by their code; in order of the later rule."""
    names = {part.code: part.name for rule in (before, after) for part in rule.parts}
    old, new = dict(_flat(rule_json(before), names)), dict(_flat(rule_json(after), names))
    places = [*new, *(place for place in old if place not in new)]
    return [
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def _flat(value: Any, names: Mapping[str, str], place: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a body with the way to each in words; `names`: what to call a part."""
    if isinstance(value, dict):
        for key, one in value.items():
            label: str = FIELD_NAMES.get(key) or str(key)
            yield from _flat(one, names, f"{place} · {label}" if place else label)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and "code" in value[0]:
        for one in value:
            yield from _flat(one, names, names[one["code"]])
    elif isinstance(value, list):
        yield place, "、".join(str(one) for one in value)
    else:
        yield place, ("是" if value else "否") if isinstance(value, bool) else str(value)


def _in_names(text: str, names: Mapping[str, str]) -> str:
    words = ""
    for position, (code, factor) in enumerate(parse_expression(text)):
        sign = ("−" if factor < 0 else "") if position == 0 else (" − " if factor < 0 else " + ")
        times = "" if abs(factor) == 1 else f" × {abs(factor):f}"
        words += f"{sign}{names.get(code, code)}{times}"
    return words


def _demand(part: Any, names: Mapping[str, str]) -> str:
    match part.kind:
        case "LIST":
            return "全部完成"
        case "DEC":
            return "逐年下降"
        case "RANK":
            return f"前 {part.limit} {part.unit}" if part.limit else f"前 {part.limit_share_pct:f}%"
    if getattr(part, "standard", None):
        return f"达到 {part.standard}"
    limit = names.get(part.limit, part.limit) if isinstance(part.limit, str) else f"{part.limit:f}"
    unit = part.unit if part.unit in ("%", "") else f" {part.unit}"
    paced = "，年内按进度判定" if getattr(part, "paced", False) or part.kind == "COMPLETION" else ""
    return f"{OP_SIGNS[part.op]} {limit}{unit}{paced}"


def _rounding_words(rounding: Any) -> str:
    if rounding.mode == "full":
        return "不修约，用全部位数比较（全数值比较法）"
    return f"先修约到 {rounding.places} 位小数再比较（修约值比较法）"
