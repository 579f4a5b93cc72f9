"""The five verdicts and how they combine (domain.md §3, “Verdicts”)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Status", "all_of", "any_of", "worst"]


class Status(StrEnum):
    """A verdict on a step, a part or an indicator.

    NOT_APPLICABLE exists for steps and parts only (a task of 0, a condition that is not met): such a part
    leaves the sum, an indicator never carries it.
    """

    MET = "met"
    MARGIN = "margin"
    MISSED = "missed"
    PARTIAL = "partial"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The Chinese word: 达标 · 临界 · 不达标 · 数据不全 · 未到期 · 不适用."""
        return _LABELS[self]

    @property
    def sign(self) -> str:
        """The sign that stands beside the word on every page and print: ● ▲ ■ ◆ ○ –."""
        return _SIGNS[self]

    @property
    def holds(self) -> bool:
        """True where the requirement is met, margin included."""
        return self in (Status.MET, Status.MARGIN)


_LABELS = {
    Status.MET: "达标",
    Status.MARGIN: "临界",
    Status.MISSED: "不达标",
    Status.PARTIAL: "数据不全",
    Status.NONE: "未到期",
    Status.NOT_APPLICABLE: "不适用",
}
_SIGNS = {
    Status.MET: "●",
    Status.MARGIN: "▲",
    Status.MISSED: "■",
    Status.PARTIAL: "◆",
    Status.NONE: "○",
    Status.NOT_APPLICABLE: "–",
}
_ALL_ORDER = (Status.MISSED, Status.PARTIAL, Status.MARGIN, Status.MET, Status.NONE)
_ANY_ORDER = (Status.MET, Status.MARGIN, Status.PARTIAL, Status.MISSED, Status.NONE)


def all_of(statuses: Iterable[Status]) -> Status:
    """AND: any 不达标 → 不达标, else any 数据不全 → 数据不全, else any 临界 → 临界, else 达标.

    What is not due yet is left out while something else is judged: the verdict stands on what was due and is
    provisional. Only when nothing at all was due is the whole 未到期. Parts that do not apply leave the sum;
    when none applies the result is NOT_APPLICABLE.
    """
    return _first(_ALL_ORDER, statuses)


def any_of(statuses: Iterable[Status]) -> Status:
    """OR: any 达标 → 达标, else any 临界 → 临界 (it holds too), else 数据不全, else 不达标, else 未到期.

    An alternative that is not due yet does not rescue one that was due and failed: 不达标, provisional.
    """
    return _first(_ANY_ORDER, statuses)


def worst(statuses: Iterable[Status]) -> Status:
    """The status that most needs a person's eye; the order of AND."""
    return all_of(statuses)


def _first(order: tuple[Status, ...], statuses: Iterable[Status]) -> Status:
    present = set(statuses)
    return next((status for status in order if status in present), Status.NOT_APPLICABLE)
