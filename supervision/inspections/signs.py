"""How inspections, findings and results look: the signs of the house with words of their own."""

from __future__ import annotations

from collections.abc import Mapping

from supervision.inspections.models import InspectionState, ItemResult, Severity

__all__ = ["RESULTS", "SEVERITIES", "TOURS"]

# State → (code of chuangmo.shell.signs.STATE, word).
TOURS: Mapping[str, tuple[str, str]] = {
    InspectionState.PLANNED: ("missing", "已计划"),
    InspectionState.UNDER_WAY: ("in_review", "进行中"),
    InspectionState.FINISHED: ("signed_off", "已结束，未公布"),
    InspectionState.RELEASED: ("accepted", "已公布"),
    InspectionState.CALLED_OFF: ("waived", "已取消"),
}
# Severity, result → (code of chuangmo.shell.signs.STATUS, word).
SEVERITIES: Mapping[str, tuple[str, str]] = {
    Severity.MINOR: ("none", "一般"),
    Severity.MAJOR: ("margin", "较重"),
    Severity.SEVERE: ("missed", "严重"),
}
RESULTS: Mapping[str, tuple[str, str]] = {
    ItemResult.Result.GOOD: ("met", "符合"),
    ItemResult.Result.BAD: ("missed", "不符合"),
    ItemResult.Result.MISSING: ("partial", "无法核实"),
}
