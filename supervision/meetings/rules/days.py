"""The day on which a decision is due, and what is wrong with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chuangmo.days import cn_day


@dataclass(frozen=True, slots=True)
class Due:
    """The day that was named, and the working day that it came to."""

    asked: date
    due: date

    @property
    def words(self) -> str:
        """What is said where the day was moved; empty otherwise."""
        if self.asked == self.due:
            return ""
        return f"{cn_day(self.asked)}不是工作日，已顺延到 {cn_day(self.due)}"


def due_fault(asked: date | None, not_before: date) -> str:
    """What is wrong with a day that somebody typed; empty if nothing."""
    if asked is None:
        return "请填写完成时限"
    if asked < not_before:
        return f"完成时限不能早于 {cn_day(not_before)}"
    if asked.year > not_before.year + 5:
        return "完成时限太远，请核对年份"
    return ""
