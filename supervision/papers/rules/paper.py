"""An official paper as plain values: what PDF and DOCX are made from. Pure.

Headings are numbered here (一、 （一） 1. （1）), so that both say the same; a heading that brings its number keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

_DIGITS = "零一二三四五六七八九"
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.|（\d+）)")
_NEVER_FIRST = set("的了和与及、，。；：）》”")
_NEVER_LAST = set("（《“关第")
# Words of our titles that stay whole: a line breaks where the sense allows it (7.3.1 of the standard).
_WHOLE = (
    "六盘水市", "国家", "环境保护", "模范城市", "联席会议", "联络员", "会议纪要", "人民政府", "管委会", "工作", "创建", "创模",
    "督办", "通报", "责任", "整改", "约谈", "问责", "建议", "指标", "工程", "进度", "报送", "情况", "通知", "第一次", "第二次",
    "第三次", "第四次", "第五次",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body; level 1 to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph, first line indented by two characters. `lead` stands before it in 黑体 (出席：); `flush` starts at
    the margin."""

    text: str
    lead: str = ""
    flush: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table over the width of the type area; without headings it is a form (first column in 黑体). `widths` are
    shares, one a column."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    caption: str = ""


Block = Heading | Para | TableBlock


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `mark` is the red issuer's mark (the issuer with 文件 where none is given); `code` becomes a QR code
    with `code_label` below it; `is_draft` marks every page; lists of names are joined as the standard says."""

    issuer: str
    document_number: str
    title: str
    addressee: str = ""
    blocks: Sequence[Block] = ()
    signer: str = ""
    issued_on: date | None = None
    attachments: Sequence[str] = ()
    copies_to: Sequence[str] | str = ()
    code: str = ""
    code_label: str = ""
    mark: str = ""
    printed_by: str = ""
    note: str = ""
    is_draft: bool = False

    @property
    def red_mark(self) -> str:
        return self.mark or f"{self.issuer}文件"

    @property
    def copies(self) -> str:
        """抄送 as one sentence."""
        names = [self.copies_to] if isinstance(self.copies_to, str) else list(self.copies_to)
        text = "，".join(name.strip() for name in names if name.strip())
        return f"{text.rstrip('。')}。" if text else ""

    @property
    def attachment_lines(self) -> list[str]:
        """附件说明: one is not numbered, several are; no full stop after a name."""
        if len(self.attachments) == 1:
            return [f"附件：{self.attachments[0]}"]
        return [
            f"{'附件：' if place == 1 else '　　　'}{place}. {name}"
            for place, name in enumerate(self.attachments, 1)
        ]


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, 35 → 三十五 (1 to 99)."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """The same blocks with their headings numbered by level."""
    counts = [0, 0, 0, 0]
    found: list[Block] = []
    for block in blocks:
        if not isinstance(block, Heading):
            found.append(block)
            continue
        level = min(max(block.level, 1), 4)
        counts[level - 1] += 1
        counts[level:] = [0] * (4 - level)
        number = counts[level - 1]
        mark = (
            f"{chinese_number(number)}、",
            f"（{chinese_number(number)}）",
            f"{number}. ",
            f"（{number}）",
        )
        text = block.text if _NUMBERED.match(block.text) else mark[level - 1] + block.text
        found.append(replace(block, level=level, text=text))
    return found


def title_lines(title: str, limit: int = 19) -> list[str]:
    """A long title over several lines of like length, broken where it hurts least (the writer's own breaks stay)."""
    if "\n" in title:
        return [line.strip() for line in title.splitlines() if line.strip()]
    lines = -(-len(title) // limit)
    if lines <= 1:
        return [title]
    rest, found = title, []
    for left in range(lines, 1, -1):
        place = _break_place(rest, len(rest) / left, limit)
        found.append(rest[:place])
        rest = rest[place:]
    return [*found, rest]


def _break_place(text: str, wish: float, limit: int) -> int:
    places = range(max(2, int(wish) - 5), min(limit, int(wish) + 5, len(text) - 2) + 1)
    return min(places, key=lambda place: (_harm(text, place) + abs(place - wish), place))


def _harm(text: str, place: int) -> float:
    before, after = text[place - 1], text[place]
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return 50
    if before.isdigit() and (after.isdigit() or after in "年月号期次"):
        return 50
    if any(_straddles(text, word, place) for word in _WHOLE):
        return 20
    if text.startswith("关于", place) or before in "的》、）":
        return -4
    return 0


def _straddles(text: str, word: str, place: int) -> bool:
    return any(text.startswith(word, place - before) for before in range(1, len(word)) if place >= before)
