"""The wording of a letter with its {variables}. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

__all__ = ["VARIABLES", "filled", "text_fault"]

VARIABLES: Mapping[str, str] = {
    "unit": "责任单位",
    "year": "年度",
    "city": "城市",
    "office": "创模办",
    "indicators": "指标数",
    "projects": "工程数",
    "tasks": "任务数",
}


def text_fault(text: str, known: Mapping[str, str] = VARIABLES) -> str:
    """What is wrong with a text, as a sentence; empty if nothing."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return "花括号不成对。变量写成 {unit}；要显示花括号本身，请写两个。"
    for _, name, form, conversion in parts:
        if name is not None and (form or conversion or name not in known):
            listed = "、".join(f"{{{one}}} {meaning}" for one, meaning in known.items())
            return f"不认识变量“{{{name}}}”。可用的变量：{listed}。"
    return ""


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its variables replaced."""
    written = []
    for literal, name, _, _ in Formatter().parse(text):
        written.append(literal)
        if name is not None:
            written.append(str(values[name]))
    return "".join(written)
