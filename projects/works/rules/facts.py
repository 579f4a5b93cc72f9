"""What the plan says of a project in figures and standards: the kinds of facts, and what each may hold. Pure.

Source: plan 三（一）; domain.md §7 (capacity, households, people, standard).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FACTS", "FactKind", "fact_faults", "fact_lines"]


@dataclass(frozen=True, slots=True)
class FactKind:
    """One kind of fact: what it is called, the type of its value, the unit in which a number counts."""

    label: str
    type: type
    unit: str = ""


# `capacity` counts in `capacity_unit`, which stands beside it: plants, lines and furnaces each have their own.
FACTS: Mapping[str, FactKind] = {
    "capacity": FactKind("能力", float),
    "capacity_unit": FactKind("能力单位", str),
    "households": FactKind("户数", int, "户"),
    "people": FactKind("人数", int, "人"),
    "sections": FactKind("监测断面", int, "个"),
    "generator_sets": FactKind("火电机组", int, "台"),
    "centres": FactKind("处置中心", int, "个"),
    "standard": FactKind("执行标准", str),
    "permit": FactKind("须取得的许可", str),
    "area": FactKind("服务范围", str),
    "content": FactKind("建设内容", str),
    "result": FactKind("须达到的结果", str),
}


def fact_faults(facts: Mapping[str, Any]) -> list[str]:
    """Why these facts may not be stored, each in a sentence; an empty list when they may."""
    faults = [f"不认识的内容“{code}”" for code in facts if code not in FACTS]
    for code, kind in FACTS.items():
        if code not in facts:
            continue
        value = facts[code]
        if kind.type is str:
            if not isinstance(value, str) or not value.strip():
                faults.append(f"“{kind.label}”应为文字")
        elif not _is_number(value, kind.type) or value <= 0:
            whole = "大于零的整数" if kind.type is int else "大于零的数"
            faults.append(f"“{kind.label}”应为{whole}")
    if ("capacity" in facts) != ("capacity_unit" in facts):
        faults.append("“能力”和“能力单位”要一起填")
    return faults


def _is_number(value: object, kind: type) -> bool:
    allowed = (int,) if kind is int else (int, float)
    return isinstance(value, allowed) and not isinstance(value, bool)


def fact_lines(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts as (term, what it is) for a reader, in the order of FACTS; the unit of the capacity beside its number."""
    lines = []
    for code, kind in FACTS.items():
        if code not in facts or code == "capacity_unit":
            continue
        unit = facts.get("capacity_unit", "") if code == "capacity" else kind.unit
        value = facts[code]
        lines.append((kind.label, f"{value:g} {unit}" if isinstance(value, int | float) else value))
    return lines
