"""What may be done with a meeting and with a decision in which state, by whom: the one table behind services, pages and
tests. Pure.

Hands: `office` the steering office; `unit` the reporters and reviewers of a unit that was called (of a decision: that has
to do it). Everybody else only reads.
"""

from __future__ import annotations

from collections.abc import Mapping

OFFICE, UNIT = "office", "unit"

# action → (who, states in which it may be done, the word for it)
MEETING_MOVES: Mapping[str, tuple[str, frozenset[str], str]] = {
    "edit": (OFFICE, frozenset({"draft", "convened"}), "修改会议安排"),
    "draw": (OFFICE, frozenset({"draft", "convened"}), "提取议题"),
    "agenda": (OFFICE, frozenset({"draft", "convened"}), "修改议程"),
    "convene": (OFFICE, frozenset({"draft"}), "发出会议通知"),
    "answer": (UNIT, frozenset({"convened"}), "回复会议通知"),
    "hold": (OFFICE, frozenset({"convened"}), "登记会议召开"),
    "attend": (OFFICE, frozenset({"held"}), "登记到会"),
    "minutes": (OFFICE, frozenset({"held"}), "记录纪要"),
    "issue": (OFFICE, frozenset({"held"}), "印发纪要"),
    "cancel": (OFFICE, frozenset({"draft", "convened"}), "取消会议"),
}
DECISION_MOVES: Mapping[str, tuple[str, frozenset[str], str]] = {
    "report": (UNIT, frozenset({"open"}), "报告完成"),
    "accept": (OFFICE, frozenset({"reported"}), "确认办结"),
    "send_back": (OFFICE, frozenset({"reported"}), "退回重办"),
    "withdraw": (OFFICE, frozenset({"open", "reported"}), "撤销"),
    "order": (OFFICE, frozenset({"open"}), "转为督办单"),
    "attach": (UNIT, frozenset({"open"}), "上传附件"),
}


def allowed(moves: Mapping[str, tuple[str, frozenset[str], str]], state: str, hands: set[str]) -> set[str]:
    """The actions that somebody with these hands may take in that state."""
    return {action for action, (who, states, _) in moves.items() if who in hands and state in states}
