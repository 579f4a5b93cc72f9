"""Chinese words for what is wrong with a rule body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

__all__ = ["FIELD_NAMES", "Fault", "chinese_errors", "faults_of"]

FIELD_NAMES = {
    "parts": "部分",
    "combine": "组合关系",
    "headline_part": "主要部分",
    "code": "代码",
    "name": "名称",
    "note": "备注",
    "kind": "类型",
    "condition": "适用条件",
    "fact": "事实",
    "value": "值",
    "op": "比较关系",
    "of": "所含部分",
    "limit": "限值",
    "limit_share_pct": "比例上限",
    "standard": "标准名称",
    "unit": "计量单位",
    "window": "时间窗口",
    "months": "月数",
    "years": "年数",
    "falls": "下降次数",
    "margin_pct": "临界幅度",
    "rounding": "修约方式",
    "mode": "方式",
    "places": "小数位数",
    "scale": "换算系数",
    "amount": "数量",
    "numerator": "分子",
    "denominator": "分母",
    "done": "完成量",
    "verified": "核定量",
    "task": "任务量",
    "rank": "名次",
    "cities": "参评城市数",
    "events": "事件数",
    "checklist": "清单",
    "periods": "判定期次",
    "measure": "监测项目",
    "reads": "所用数据要素",
    "paced": "按进度判定",
    "limits": "各项限值",
    "so2": "SO₂ 年均值",
    "no2": "NO₂ 年均值",
    "pm10": "PM₁₀ 年均值",
    "pm25": "PM₂.₅ 年均值",
    "co_p95": "CO 第 95 百分位数",
    "o3_8h_p90": "O₃-8h 第 90 百分位数",
    "due": "测完期限",
    "due_days": "期末后几天应有数据",
    "sampled": "采样频次",
}
_MESSAGES = {
    "missing": "缺少此项",
    "extra_forbidden": "不认识此项",
    "decimal_parsing": "不是数字",
    "decimal_type": "不是数字",
    "int_parsing": "不是整数",
    "int_type": "不是整数",
    "int_from_float": "不是整数",
    "finite_number": "不是有限的数字",
    "bool_parsing": "应为真或假",
    "bool_type": "应为真或假",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "tuple_type": "应为列表",
    "union_tag_not_found": "缺少“类型”（kind）",
}
_BOUNDS = {
    "greater_than": ("gt", "须大于 {}"),
    "greater_than_equal": ("ge", "不得小于 {}"),
    "less_than": ("lt", "须小于 {}"),
    "less_than_equal": ("le", "不得大于 {}"),
    "string_too_long": ("max_length", "不得超过 {} 个字"),
    "too_short": ("min_length", "至少 {} 项"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field at fault. `part`: which part (from 0; None: the rule as a whole); `field`: the field of the part
    or of the rule, `window.months` where it lies deeper ("": the whole); `place`: the way to it in words; `message`:
    what is wrong."""

    part: int | None
    field: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


def chinese_errors(error: ValidationError) -> str:
    """One line per field at fault, e.g. `第1部分 · 限值（limit）：不是数字`."""
    return "\n".join(str(fault) for fault in faults_of(error))


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """The fields at fault, each place once, in the order of the body."""
    found: dict[str, Fault] = {}
    faults = error.errors(include_url=False)
    for fault in faults:
        loc = fault["loc"]
        if fault["type"] == "too_short" and any(
            other["loc"][: len(loc)] == loc != other["loc"] for other in faults
        ):
            continue  # the list is short because its items are at fault
        place = _place(loc, unknown=fault["type"] == "extra_forbidden")
        found.setdefault(place, Fault(*_field(loc), place, _message(fault)))
    return tuple(found.values())


def _field(loc: tuple[int | str, ...]) -> tuple[int | None, str]:
    """Which part, and the way to its field in the names that a person knows: `limit`, `window.months`."""
    part = loc[1] if len(loc) > 1 and loc[0] == "parts" and isinstance(loc[1], int) else None
    steps = loc[2:] if part is not None else loc
    return part, ".".join(step for step in steps if isinstance(step, str) and step in FIELD_NAMES)


def _place(loc: tuple[int | str, ...], *, unknown: bool) -> str:
    """Field names with their Chinese labels; the tags of unions that pydantic puts in between are left out."""
    words: list[str] = []
    for step in loc:
        if isinstance(step, int):
            after_parts = bool(words) and words[-1].startswith("部分")
            words[-1:] = [f"第{step + 1}部分"] if after_parts else [*words[-1:], f"第{step + 1}项"]
        elif step in FIELD_NAMES:
            words.append(f"{FIELD_NAMES[step]}（{step}）")
    if unknown and loc[-1] not in FIELD_NAMES:
        words.append(str(loc[-1]))
    return " · ".join(words)


def _message(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in _BOUNDS:
        key, text = _BOUNDS[kind]
        return text.format(context[key])
    if kind == "literal_error":
        return f"“{fault['input']}”不在可选值 {str(context['expected']).replace(' or ', ', ').replace(chr(39), '')} 之中"
    if kind == "union_tag_invalid":
        return f"没有“{context['tag']}”这种类型，可选：{str(context['expected_tags']).replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        return f"“{fault['input']}”的写法不对"
    return _MESSAGES.get(kind, f"不符合要求（{kind}）")
