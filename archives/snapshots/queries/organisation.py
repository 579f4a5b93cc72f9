"""Who does what: units, groups, and the indicators that each leads."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from archives.snapshots.content import SCHEMA, Block, ChapterContent, Section
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitKind, valid_at
from indicators.plan.models import Duty, DutyRole, Plan

__all__ = ["chapters"]


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The chapter on organisation: the office's words, units with duties, groups and their members. Four queries."""
    sections: list[Section] = [
        {"code": "overview", "title": "组织领导", "blocks": [{"kind": "narrative", "block": "overview"}]},
        {"code": "units", "title": "责任单位", "blocks": [_units(plan, as_of)]},
    ]
    if groups := _groups(as_of):
        sections.append({"code": "groups", "title": "成员单位组", "blocks": [groups]})
    content = {"kind": "blocks", "schema": SCHEMA, "sections": sections}
    return [ChapterContent("organisation", "组织机构", content)]


def _units(plan: Plan, as_of: date) -> Block:
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    duties = Duty.objects.filter(valid_at(as_of), indicator__plan=plan, unit__isnull=False)
    for unit_id, role, number in (
        duties.order_by("indicator__number").values_list("unit_id", "role", "indicator__number").distinct()
    ):
        numbers[unit_id, role].append(number)
    units = Unit.objects.filter(pk__in={unit_id for unit_id, _ in numbers}).order_by("order", "name")
    return {
        "kind": "table",
        "table": {
            "title": "各单位牵头和负责的指标",
            "head": ["单位", "类别", "牵头指标", "负责指标"],
            "align": ["left", "center", "left", "left"],
            "rows": [
                [
                    unit.name,
                    UnitKind(unit.kind).label,
                    _listed(numbers.get((unit.pk, DutyRole.LEAD), [])),
                    _listed(numbers.get((unit.pk, DutyRole.RESPONSIBLE), [])),
                ]
                for unit in units
            ],
            "widths": [34, 16, 18, 32],
        },
    }


def _listed(numbers: list[int]) -> str:
    return "、".join(map(str, numbers)) or "—"


def _groups(as_of: date) -> Block | None:
    members: dict[int, list[str]] = defaultdict(list)
    rows = GroupMember.objects.filter(valid_at(as_of)).order_by("unit__order", "unit__name")
    for group_id, name in rows.values_list("group_id", "unit__short_name"):
        members[group_id].append(name)
    groups = list(UnitGroup.objects.order_by("pk"))
    if not groups:
        return None
    return {
        "kind": "table",
        "table": {
            "title": "成员单位",
            "head": ["单位组", "成员"],
            "align": ["left", "left"],
            "rows": [
                [group.name, "、".join(members.get(group.pk, [])) or "（成员名单待落实）"] for group in groups
            ],
            "widths": [40, 60],
        },
    }
