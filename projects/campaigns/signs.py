"""How a task's light and a member's state look: the signs of the house with words of their own, everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping

from projects.campaigns.models import MemberState
from projects.campaigns.rules.standing import Light

__all__ = ["LIGHTS", "LIGHT_CHOICES", "STATES"]

# Light → (status of chuangmo.shell.signs, word); the worst first, as the counts above the list stand.
LIGHTS: Mapping[Light, tuple[str, str]] = {
    Light.LATE: ("missed", "逾期"),
    Light.BEHIND: ("margin", "落后"),
    Light.NO_LIST: ("partial", "缺名单"),
    Light.GOING: ("none", "进行中"),
    Light.DONE: ("met", "已完成"),
}
LIGHT_CHOICES = [(str(code), word) for code, (_, word) in LIGHTS.items()]
# State of a member → (state of chuangmo.shell.signs, word).
STATES: Mapping[str, tuple[str, str]] = {
    MemberState.OPEN: ("missing", "待销号"),
    MemberState.TICKED: ("submitted", "已销号待核"),
    MemberState.VERIFIED: ("accepted", "已核销"),
    MemberState.RETURNED: ("returned", "已退回"),
    MemberState.REMOVED: ("waived", "已移出"),
}
