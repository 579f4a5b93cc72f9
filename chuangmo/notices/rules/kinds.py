"""The kinds of notices: the word for each, and under which heading of the daily mail it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

RETURNED, UNLOCKED, WAITING = "returned", "unlocked", "waiting"
REMINDER, CHASE, ORDER, CRITICISM, TALK, ACCOUNT = (
    "reminder",
    "chase",
    "order",
    "criticism",
    "talk",
    "account",
)
PROPOSAL, DECISION, OTHER = "proposal", "decision", "other"


@dataclass(frozen=True, slots=True)
class KindRule:
    """`css` is the colour of the word's badge (chuangmo.css), `sign` stands before it."""

    word: str
    sign: str
    css: str


KINDS: Mapping[str, KindRule] = {
    RETURNED: KindRule("退回", "↩", "margin"),
    UNLOCKED: KindRule("解锁更正", "✎", "margin"),
    WAITING: KindRule("待我审核", "◆", "partial"),
    REMINDER: KindRule("到期提醒", "○", "none"),
    CHASE: KindRule("催办", "▲", "margin"),
    ORDER: KindRule("督办", "■", "missed"),
    CRITICISM: KindRule("通报", "■", "missed"),
    TALK: KindRule("约谈", "■", "missed"),
    ACCOUNT: KindRule("问责", "■", "missed"),
    PROPOSAL: KindRule("待我确认", "◆", "partial"),
    DECISION: KindRule("办理结果", "●", "met"),
    OTHER: KindRule("通知", "○", "none"),
}

# Headings of the daily mail, in their order.
BACK, TODAY, LATE, TO_REVIEW, REST = "back", "today", "late", "to_review", "rest"
GROUPS: Mapping[str, str] = {
    TODAY: "今天到期",
    LATE: "已逾期",
    BACK: "退回给我",
    TO_REVIEW: "待我审核",
    REST: "其他",
}
_BY_KIND = {RETURNED: BACK, UNLOCKED: BACK, WAITING: TO_REVIEW}


def kind_rule(kind: str) -> KindRule:
    """The rule of a kind; one that nobody knows is shown as a plain notice."""
    return KINDS.get(kind, KINDS[OTHER])


def group_of(kind: str, due_on: date | None, day: date) -> str:
    """Under which heading of the mail of `day` a notice stands: what came back and what waits for a review by kind,
    everything else by its due day."""
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    if due_on is None or due_on > day:
        return REST
    return TODAY if due_on == day else LATE
