"""Texts with {variables}: which code knows which, what is wrong with a text, how it is filled. Pure.

A variable is written {name} and stands for plain text; {{ and }} are braces. Nothing else of Python's format language
is allowed: an administrator's text must not reach into objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What a template is for, and its variables with what each says."""

    label: str
    variables: Mapping[str, str]


_RUNG = {
    "unit": "欠报单位",
    "subject": "事项，如“生活垃圾无害化处理率 2017 年 5 月”",
    "due": "应办日期，如“6 月 5 日”",
    "days": "离应办日期还有几个工作日；逾期后为已逾期的工作日数",
    "locks": "锁定日期；没有时为“—”",
}
_REVIEW = {
    "subject": "材料名称",
    "unit": "报送单位",
    "by": "经办人",
    "reason": "退回、解锁的原因",
    "due": "应办日期；没有时为“—”",
}
CODES: Mapping[str, CodeRule] = {
    "reminder_3": CodeRule("提醒（到期前 3 个工作日）", _RUNG),
    "reminder_1": CodeRule("提醒（到期前 1 个工作日）", _RUNG),
    "chase": CodeRule("催办（逾期 1 个工作日）", _RUNG),
    "order": CodeRule("督办单建议（逾期 3 个工作日）", _RUNG),
    "criticism": CodeRule("通报建议（逾期 7 个工作日）", _RUNG),
    "talk": CodeRule("约谈建议（逾期 15 个工作日）", _RUNG),
    "account": CodeRule("问责建议（逾期 30 个工作日）", _RUNG),
    "returned": CodeRule("退回", _REVIEW),
    "unlocked": CodeRule("解锁更正", _REVIEW),
    "waiting": CodeRule(
        "待审核",
        {name: meaning for name, meaning in _REVIEW.items() if name != "reason"}
        | {"step": "步骤，如“单位审核”"},
    ),
    "digest": CodeRule(
        "每日汇总邮件",
        {
            "name": "收件人姓名",
            "date": "日期",
            "count": "事项数",
            "today": "今天到期数",
            "late": "已逾期数",
            "back": "退回数",
        },
    ),
}


def variables_of(code: str) -> Mapping[str, str]:
    """The variables that a code declares; none for a code that nobody knows."""
    rule = CODES.get(code)
    return rule.variables if rule is not None else {}


def text_fault(code: str, text: str) -> str:
    """What is wrong with a text of that code, as a sentence; empty if nothing."""
    known = variables_of(code)
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return "花括号不成对。变量写成 {名称}；要显示花括号本身，请写两个。"
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if form or conversion or name not in known:
            return f"不认识变量“{{{name}}}”。可用的变量：{listed(code)}。"
    return ""


def listed(code: str) -> str:
    """The known variables for a person: {unit} 欠报单位、…"""
    return "、".join(f"{{{name}}} {meaning}" for name, meaning in variables_of(code).items()) or "无"


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its variables replaced. KeyError for one that has no value."""
    written = []
    for literal, name, _, _ in Formatter().parse(text):
        written.append(literal)
        if name is not None:
            written.append(str(values[name]))
    return "".join(written)
