"""The plan written out, as JSON for programs and as text for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitName
from indicators.plan.models import Duty, DutyRole, Indicator, Plan, RuleVersion

__all__ = ["plan_export", "plan_text"]


def plan_export(plan: Plan, at: date | None = None) -> dict[str, Any]:
    """The plan as plain values: units with aliases, groups with members, indicators with duties and current rule.

    `{"units": [{"name", "kind", "aliases"}], "groups": [{"name", "members"}], "indicators": [{"number", "name",
    "category", "leads", "responsible", "groups", "rule"}]}`; names of units are canonical, those of an earlier or
    later time stand among the aliases. Duties and members are those of the day `at`: today, or the plan's nearest
    day where today lies outside its window. What upper floors add follows (settings.PLAN_EXPORTS). Seven queries of our own.
    """
    day = at or min(max(clock.today(), plan.window_start), plan.window_end)
    duties = _duties(plan, day)
    rules = dict(
        RuleVersion.objects.filter(indicator__plan=plan, is_current=True).values_list("indicator_id", "body")
    )
    indicators = Indicator.objects.filter(plan=plan).select_related("category").order_by("number")
    return {
        "units": _units(),
        "groups": _groups([duty for rows in duties.values() for duty in rows], day),
        "indicators": [
            {
                "number": indicator.number,
                "name": indicator.name,
                "category": indicator.category.name,
                "leads": _holders(duties[indicator.pk], DutyRole.LEAD),
                "responsible": _holders(duties[indicator.pk], DutyRole.RESPONSIBLE),
                "groups": [duty.group.name for duty in duties[indicator.pk] if duty.group is not None],
                "rule": rules.get(indicator.pk),
            }
            for indicator in indicators
        ],
        **{name: part for path in settings.PLAN_EXPORTS for name, part in import_string(path)(plan).items()},
    }


def plan_text(plan: Plan, at: date | None = None) -> str:
    """The same for a reader, without the rules."""
    export = plan_export(plan, at)
    lines = [plan.name, ""]
    category = ""
    for indicator in export["indicators"]:
        if indicator["category"] != category:
            category = indicator["category"]
            lines += [f"【{category}】", ""]
        lines += [
            f"{indicator['number']}. {indicator['name']}",
            f"   牵头单位：{'、'.join(indicator['leads']) or '（无）'}",
            f"   责任单位：{'、'.join([*indicator['responsible'], *indicator['groups']]) or '（无）'}",
            "",
        ]
    lines += ["【单位组】", ""]
    for group in export["groups"]:
        lines.append(f"{group['name']}：{'、'.join(group['members']) or '（还没有成员单位）'}")
    lines += ["", "【单位】", ""]
    for unit in export["units"]:
        aliases = f"（又称：{'、'.join(unit['aliases'])}）" if unit["aliases"] else ""
        lines.append(f"{unit['name']}{aliases}")
    return "\n".join(lines)


def _units() -> list[dict[str, Any]]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for unit_id, name in UnitName.objects.order_by("pk").values_list("unit_id", "name"):
        aliases[unit_id].append(name)
    return [
        {
            "name": unit.name,
            "kind": unit.kind,
            "aliases": [name for name in aliases[unit.pk] if name != unit.name],
        }
        for unit in Unit.objects.order_by("order", "name")
    ]


def _groups(duties: Sequence[Duty], day: date) -> list[dict[str, Any]]:
    """Every group, in the order in which the plan names them; those without a duty last."""
    members: dict[int, list[str]] = defaultdict(list)
    for member in GroupMember.objects.valid(day).select_related("unit").order_by("unit__order", "unit__name"):
        members[member.group_id].append(member.unit.name)
    order = {duty.group_id: place for place, duty in reversed(list(enumerate(duties)))}
    groups = sorted(UnitGroup.objects.all(), key=lambda group: (order.get(group.pk, len(duties)), group.name))
    return [{"name": group.name, "members": members[group.pk]} for group in groups]


def _duties(plan: Plan, day: date) -> dict[int, list[Duty]]:
    rows = (
        Duty.objects.valid(day)
        .filter(indicator__plan=plan)
        .select_related("unit", "group")
        .order_by("indicator__number", "role", "order", "pk")
    )
    duties: dict[int, list[Duty]] = defaultdict(list)
    for row in rows:
        duties[row.indicator_id].append(row)
    return duties


def _holders(duties: Sequence[Duty], role: str) -> list[str]:
    return [duty.unit.name for duty in duties if duty.role == role and duty.unit is not None]
