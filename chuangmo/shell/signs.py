"""The signs of the house: every status is a sign, a word and a colour, the same on page, in Excel, PDF and mail.

Nobody has to tell colours apart: the sign differs in shape, and the word always stands beside it or is read aloud.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """How one status looks.

    `css` is the colour's class in chuangmo.css; `ink` and `paper` are its text and ground as RRGGBB for places
    without style sheets (Excel, mail); `short` is one character for the narrow cell of a matrix.
    """

    sign: str
    word: str
    css: str
    ink: str
    paper: str
    short: str = ""

    @property
    def text(self) -> str:
        """Sign and word, for plain text: “● 达标”."""
        return f"{self.sign} {self.word}"


_GREEN = ("met", "1F7A4D", "E9F5EE")
_AMBER = ("margin", "8A5200", "FDF3E1")
_RED = ("missed", "B42318", "FDECEA")
_BLUE = ("partial", "34528A", "EAF0FA")
_GREY = ("none", "565E6B", "EFF1F3")

# Verdicts of an indicator.
STATUS: dict[str, Sign] = {
    "met": Sign("●", "达标", *_GREEN),
    "margin": Sign("▲", "临界", *_AMBER),
    "missed": Sign("■", "不达标", *_RED),
    "partial": Sign("◆", "数据不全", *_BLUE),
    "none": Sign("○", "未到期", *_GREY),
    # Only a part of an indicator, never an indicator.
    "not_applicable": Sign("–", "不适用", *_GREY),
}

# Where a report stands. The first group are states of its case, the second say something beside the state.
STATE: dict[str, Sign] = {
    "missing": Sign("○", "未填报", *_GREY, short="○"),
    "draft": Sign("◇", "草稿", *_GREY, short="◇"),
    "submitted": Sign("▷", "已提交", *_BLUE, short="▷"),
    "signed_off": Sign("◆", "单位已审", *_BLUE, short="◆"),
    "verified": Sign("◈", "牵头已核", *_BLUE, short="◈"),
    "accepted": Sign("✓", "已审定", *_GREEN, short="✓"),
    "returned": Sign("↩", "已退回", *_AMBER, short="↩"),
    "unlocked": Sign("✎", "更正中", *_AMBER, short="✎"),
    "overdue": Sign("!", "逾期", *_RED, short="!"),
    "locked": Sign("■", "已锁定", *_GREY, short="■"),
    "in_review": Sign("…", "在审", *_BLUE, short="…"),
    "not_due": Sign("·", "未到期", *_GREY, short="·"),
    "waived": Sign("–", "免报", *_GREY, short="–"),
    # Where something stands that is owed.
    "done": Sign("✓", "已办结", *_GREEN, short="✓"),
    "done_late": Sign("✓", "逾期办结", *_AMBER, short="✓"),
    "let_off": Sign("–", "免办", *_GREY, short="–"),
    "renewed": Sign("↻", "已开新轮", *_GREY, short="↻"),
    "suspended": Sign("‖", "挂账", *_GREY, short="‖"),
    "held": Sign("□", "暂缓", *_GREY, short="□"),
    "proposed": Sign("▲", "待确认", *_AMBER, short="▲"),
    "asked": Sign("?", "待决定", *_BLUE, short="?"),
    # Figures that do not fit together.
    "open": Sign("◆", "待核实", *_AMBER),
    "explained": Sign("✓", "已说明", *_GREEN),
    "sent_back": Sign("↩", "已退回更正", *_BLUE),
    "dismissed": Sign("–", "已排除", *_GREY),
    "gone": Sign("○", "已消除", *_GREY),
}

# How a part of the installation is (/status/), and where a background job stands.
CHECK: dict[str, Sign] = {
    "ok": Sign("●", "正常", *_GREEN),
    "warn": Sign("▲", "注意", *_AMBER),
    "bad": Sign("■", "异常", *_RED),
    "waiting": Sign("○", "等待", *_GREY),
    "running": Sign("▷", "进行中", *_BLUE),
    "done": Sign("✓", "完成", *_GREEN),
    "failed": Sign("■", "失败", *_RED),
    "cancelled": Sign("–", "已取消", *_GREY),
}

_UNKNOWN = Sign("?", "状态不明", *_GREY, short="?")


def status(code: object) -> Sign:
    """The sign of a verdict; a code nobody knows shows as “? 状态不明” rather than as a wrong word."""
    return STATUS.get(str(code), _UNKNOWN)


def state(code: object) -> Sign:
    """The sign of a report's state, with the same fallback."""
    return STATE.get(str(code), _UNKNOWN)


def check(code: object) -> Sign:
    """The sign of a line of the status page or of a job, with the same fallback."""
    return CHECK.get(str(code), _UNKNOWN)
