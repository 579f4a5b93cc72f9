"""How a task or a unit's share of it stands: counted from its members, never typed. Pure.

Source: domain.md §7 (progress = verified ÷ total; light: behind the plan by so many points, past its day).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

__all__ = ["Counts", "Light", "Standing", "Target", "standing"]


class Light(StrEnum):
    """done: the target is reached; late: its day has passed; behind: less is verified than the days gone ask for;
    no_list: nobody knows of how many."""

    DONE = "done"
    LATE = "late"
    BEHIND = "behind"
    GOING = "going"
    NO_LIST = "no_list"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many members stand where; those that were removed are not among them."""

    open: int = 0
    ticked: int = 0
    verified: int = 0
    returned: int = 0

    @property
    def total(self) -> int:
        return self.open + self.ticked + self.verified + self.returned

    @property
    def to_do(self) -> int:
        """What waits for whoever ticks off."""
        return self.open + self.returned

    @classmethod
    def of(cls, states: Mapping[str, int]) -> Counts:
        return cls(
            states.get("open", 0),
            states.get("ticked", 0),
            states.get("verified", 0),
            states.get("returned", 0),
        )

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.open + other.open,
            self.ticked + other.ticked,
            self.verified + other.verified,
            self.returned + other.returned,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: `number` per cent of the list ("share") or so many members ("count"), in `words`."""

    kind: str
    number: Decimal
    start_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """`percent` of what is asked that is verified (None without a list), `asked` members in all, `expected` per cent by
    the days gone, the light and why, in words."""

    counts: Counts
    asked: int | None
    percent: Decimal | None
    expected: Decimal
    light: Light
    why: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        return self.light == Light.DONE


def standing(
    counts: Counts, target: Target, *, open_lists: int, today: date, behind_points: Decimal
) -> Standing:
    """How it stands on a day. `open_lists` units have not said yet that their list is complete: before that, no
    percentage of the list is reached, since nobody knows the whole."""
    asked = _asked(counts, target)
    percent = None if not asked else min(Decimal(100), Decimal(counts.verified * 100) / asked)
    expected = _expected(target, today)
    reached = asked is not None and counts.verified >= asked and (target.kind == "count" or not open_lists)
    why = []
    if open_lists:
        why.append(f"{open_lists} 个单位名单还没报齐")
    if reached:
        return Standing(counts, asked, percent, expected, Light.DONE, ())
    if today > target.due_on:
        why.insert(0, f"已过期限 {(today - target.due_on).days} 天")
        return Standing(counts, asked, percent, expected, Light.LATE, tuple(why))
    if percent is None:
        return Standing(counts, asked, None, expected, Light.NO_LIST, ("还没有名单",))
    behind = expected - percent
    if behind >= behind_points:
        why.insert(0, f"按时间应完成 {expected:.0f}%，落后 {behind:.0f} 个百分点")
        return Standing(counts, asked, percent, expected, Light.BEHIND, tuple(why))
    return Standing(counts, asked, percent, expected, Light.GOING, tuple(why))


def _asked(counts: Counts, target: Target) -> int | None:
    """How many members have to be verified; None where there is no list to take a percentage of."""
    if target.kind == "count":
        return int(target.number.to_integral_value(rounding="ROUND_CEILING"))
    if not counts.total:
        return None
    return int((counts.total * target.number / 100).to_integral_value(rounding="ROUND_CEILING"))


def _expected(target: Target, today: date) -> Decimal:
    """Per cent of the days from start to due day that are gone, 0 to 100."""
    days = (target.due_on - target.start_on).days
    if days <= 0:
        return Decimal(100)
    gone = min(max((today - target.start_on).days, 0), days)
    return Decimal(gone * 100) / days
