"""What may be done with a measure in which state, by whom: one table behind services, pages and tests. Pure.

Hands: `office` the steering office, `approver` the person of it who was named. A machine has neither.
"""

from __future__ import annotations

from collections.abc import Mapping

OFFICE, APPROVER = "office", "approver"
EVERY = frozenset({"talk", "exposure", "account"})

# action → (who, states, kinds, the word for it)
MOVES: Mapping[str, tuple[str, frozenset[str], frozenset[str], str]] = {
    "edit": (OFFICE, frozenset({"draft"}), EVERY, "修改"),
    "propose": (OFFICE, frozenset({"draft"}), EVERY, "报批"),
    "approve": (APPROVER, frozenset({"pending"}), EVERY, "批准"),
    "return": (APPROVER, frozenset({"pending"}), EVERY, "退回"),
    "hold": (OFFICE, frozenset({"issued"}), frozenset({"talk"}), "登记约谈"),
    "promise": (OFFICE, frozenset({"held"}), frozenset({"talk"}), "登记承诺"),
    "follow": (OFFICE, frozenset({"issued"}), frozenset({"exposure", "account"}), "登记跟踪"),
    "close": (OFFICE, frozenset({"issued", "held"}), EVERY, "登记结果"),
    "drop": (OFFICE, frozenset({"draft", "pending", "issued"}), EVERY, "撤销"),
}


def allowed(state: str, kind: str, hands: set[str]) -> set[str]:
    """The actions that somebody with these hands may take. A talk is closed after it was held."""
    found = {
        action
        for action, (who, states, kinds, _) in MOVES.items()
        if who in hands and state in states and kind in kinds
    }
    if kind == "talk" and state == "issued":
        found.discard("close")
    return found
