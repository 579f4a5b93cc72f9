"""Which assignments follow from duties, group members and named providers. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.plan.rules.spans import Span, gaps, merge

__all__ = ["GroupDuty", "Member", "Provided", "UnitDuty", "Wanted", "wanted_assignments"]


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """A unit leads or is responsible for an indicator for some time."""

    indicator_id: int
    unit_id: int
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class GroupDuty:
    """A group is responsible for an indicator for some time."""

    indicator_id: int
    group_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """A unit belongs to a group for some time."""

    group_id: int
    unit_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Provided:
    """A reporter token of an indicator names this unit."""

    indicator_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One assignment that should exist."""

    indicator_id: int
    unit_id: int
    role: str
    span: Span


def wanted_assignments(
    duties: Iterable[UnitDuty],
    group_duties: Iterable[GroupDuty],
    members: Iterable[Member],
    provided: Iterable[Provided],
) -> set[Wanted]:
    """One assignment per unit × indicator × role and unbroken span of days.

    A member's days are those of its membership within the group's duty. A unit that a token names is provider on
    the days on which it holds no duty of its own for the indicator (domain.md §3: “as provider if it has no duty”).
    """
    spans: dict[tuple[int, int, str], list[Span]] = defaultdict(list)
    own: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for duty in duties:
        spans[duty.indicator_id, duty.unit_id, duty.role].append(duty.span)
        own[duty.indicator_id, duty.unit_id].append(duty.span)
    by_group: dict[int, list[Member]] = defaultdict(list)
    for member in members:
        by_group[member.group_id].append(member)
    for group_duty in group_duties:
        for member in by_group[group_duty.group_id]:
            days = group_duty.span.cut(member.span)
            if days is not None:
                spans[group_duty.indicator_id, member.unit_id, "member"].append(days)
    for item in provided:
        key = (item.indicator_id, item.unit_id)
        spans[*key, "provider"].extend(gaps(own[key]))
    return {
        Wanted(indicator_id, unit_id, role, span)
        for (indicator_id, unit_id, role), found in spans.items()
        for span in merge(found)
    }
