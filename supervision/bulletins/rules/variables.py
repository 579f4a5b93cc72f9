"""What a circular's wording may name. Pure."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VARIABLES"]

VARIABLES: Mapping[str, str] = {
    "city": "城市",
    "office": "创模办",
    "day": "截止日期",
    "period": "考评期",
    "late": "逾期事项数",
    "late_units": "逾期单位数",
    "orders": "未办结督办单数",
    "findings": "没有整改的问题数",
    "talks": "约谈和媒体跟踪数",
    "units": "点名单位",
}
