"""The day on which a decision is due, and what is wrong with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
        return (
            f"{self.asked.month} 月 {self.asked.day} 日不是工作日，"
            f"已顺延到 {self.due.month} 月 {self.due.day} 日"
        )


def due_fault(asked: date | None, not_before: date) -> str:
    """What is wrong with a day that somebody typed; empty if nothing."""
    if asked is None:
        return "请填写完成时限"
    if asked < not_before:
        return f"完成时限不能早于 {not_before.month} 月 {not_before.day} 日"
    if asked.year > not_before.year + 5:
        return "完成时限太远，请核对年份"
    return ""
