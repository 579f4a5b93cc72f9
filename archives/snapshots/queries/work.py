"""What units wrote and how they reported, by indicator: from accepted revisions, never from live texts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Count, F, Q

from archives.snapshots.content import TableContent, UnitText
from chuangmo.org.models import Unit, valid_at
from chuangmo.review.models import Revision
from indicators.plan.models import Assignment, AssignmentRole, Plan
from indicators.reporting.models import Report

__all__ = ["accepted_texts", "unit_tables"]

_FIELDS = ("progress", "problems", "measures")
_ROLES = {role: index for index, role in enumerate(AssignmentRole.values)}
# What a clerk writes where there is nothing to tell; a dossier does not repeat it thirty times.
_NOTHING = ("", "无", "无。", "暂无", "暂无。", "暂无突出问题。", "无突出问题。")


def accepted_texts(plan: Plan, as_of: date) -> dict[int, list[UnitText]]:
    """By indicator number: each unit's newest accepted narrative of the plan's year, in the units' order. One query."""
    rows = (
        Revision.objects.filter(
            case__report__indicator__plan=plan,
            case__report__has_narrative=True,
            case__report__period_end__year=as_of.year,
            case__report__period_end__lte=as_of,
            number=F("case__accepted_revision_no"),
        )
        .order_by("case__report__unit__order", "case__report__unit__name", "-case__report__period_end")
        .select_related("case__report__indicator", "case__report__unit")
        .only(
            "content",
            "case__report__indicator__number",
            "case__report__unit__name",
            "case__report__period_kind",
            "case__report__period_start",
            "case__report__period_end",
        )
    )
    found: dict[int, dict[str, UnitText]] = defaultdict(dict)
    for row in rows.iterator(chunk_size=500):
        report = row.case.report
        said = row.content.get("texts", {})
        texts = {name: _words(said.get(name, "")) for name in _FIELDS}
        if report.unit.name not in found[report.indicator.number] and any(texts.values()):
            found[report.indicator.number][report.unit.name] = {
                "unit": report.unit.name,
                "period": report.period.label,
                "progress": texts["progress"],
                "problems": texts["problems"],
                "measures": texts["measures"],
            }
    return {number: list(texts.values()) for number, texts in found.items()}


def _words(text: str) -> str:
    text = text.strip()
    return "" if text in _NOTHING else text


def unit_tables(plan: Plan, as_of: date) -> dict[int, TableContent]:
    """By indicator number: its units, their roles, how many reports they owed and how many were accepted. Three queries."""
    roles: dict[tuple[int, int], list[str]] = defaultdict(list)
    assigned = Assignment.objects.filter(valid_at(as_of), indicator__plan=plan)
    for number, unit_id, role in assigned.order_by().values_list("indicator__number", "unit_id", "role"):
        roles[number, unit_id].append(role)
    counts = {
        (row["indicator__number"], row["unit_id"]): (row["owed"], row["accepted"])
        for row in Report.objects.filter(
            indicator__plan=plan, period_end__lte=as_of, period_end__year=as_of.year
        )
        .order_by()
        .values("indicator__number", "unit_id")
        .annotate(
            owed=Count("pk"),
            accepted=Count("pk", filter=Q(case__accepted_revision_no__isnull=False)),
        )
    }
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={unit_id for _, unit_id in roles})}
    tables: dict[int, TableContent] = {}
    for number in sorted({number for number, _ in roles}):
        ours = [units[unit_id] for found, unit_id in roles if found == number]
        ours.sort(
            key=lambda unit: (min(_ROLES[one] for one in roles[number, unit.pk]), unit.order, unit.name)
        )
        tables[number] = {
            "title": "责任单位及报送情况",
            "head": ["单位", "职责", "应报", "已审定"],
            "align": ["left", "left", "right", "right"],
            "rows": [_unit_row(unit, roles[number, unit.pk], counts.get((number, unit.pk))) for unit in ours],
            "note": f"{as_of.year} 年起至 {as_of.isoformat()} 的报表份数。",
            "widths": [46, 26, 14, 14],
        }
    return tables


def _unit_row(unit: Unit, roles: list[str], count: tuple[int, int] | None) -> list[str]:
    words = "、".join(AssignmentRole(role).label for role in sorted(set(roles), key=_ROLES.__getitem__))
    owed, accepted = count or (0, 0)
    return [unit.name, words, str(owed), str(accepted)]
