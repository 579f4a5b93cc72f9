"""The chapter on key projects: how each stands at the day, with its money and the indicators it serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from archives.snapshots.content import SCHEMA, Block, ChapterContent, Section
from chuangmo.shell.display import figure
from indicators.plan.models import Plan
from projects.works.models import Project, ProjectKind
from projects.works.queries.overview import counties_of
from projects.works.queries.portfolio import ProjectRow, project_rows, with_standings
from projects.works.signs import LIGHTS

__all__ = ["chapters"]


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """All projects of the plan by kind, the counties' table, what is late and why. Eleven queries."""
    rows = with_standings(plan, project_rows(Project.objects.filter(plan=plan), as_of), as_of)
    sections: list[Section] = [
        {
            "code": "overview",
            "title": "推进情况",
            "blocks": [{"kind": "narrative", "block": "overview"}, _lights(rows), _counties(rows)],
        }
    ]
    for kind, label in ProjectKind.choices:
        ours = [row for row in rows if row.project.kind == kind]
        if ours:
            sections.append({"code": str(kind), "title": str(label), "blocks": [_table(str(label), ours)]})
    late = _late(rows)
    if late is not None:
        sections.append({"code": "late", "title": "滞后原因", "blocks": [late]})
    return [
        ChapterContent("projects", "重点工程", {"kind": "blocks", "schema": SCHEMA, "sections": sections})
    ]


def _lights(rows: Sequence[ProjectRow]) -> Block:
    found = Counter(row.stands.work.light for row in rows if row.stands is not None)
    return {
        "kind": "facts",
        "facts": [
            ["工程总数", f"{sum(not row.is_parent for row in rows)} 项"],
            *[[LIGHTS[code][1], f"{found[code]} 项"] for code in LIGHTS if found[code]],
        ],
    }


def _counties(rows: Sequence[ProjectRow]) -> Block:
    lines = counties_of(rows)
    return {
        "kind": "table",
        "table": {
            "title": "各单位承担的工程",
            "head": ["单位", "项数", "绿灯", "黄灯", "红灯", "其他", "计划进度", "实际进度"],
            "align": ["left", *["right"] * 7],
            "rows": [
                [
                    line.name,
                    str(line.projects),
                    str(line.green),
                    str(line.yellow),
                    str(line.red),
                    str(line.other),
                    _percent(line.mean_planned),
                    _percent(line.mean_real),
                ]
                for line in lines
            ],
        },
    }


def _table(label: str, rows: Sequence[ProjectRow]) -> Block:
    return {
        "kind": "table",
        "table": {
            "title": f"{label}工程",
            "head": [
                "工程",
                "责任单位",
                "应完成",
                "亮灯",
                "计划",
                "实际",
                "到位/计划资金（万元）",
                "支撑指标",
            ],
            "align": ["left", "left", "center", "center", "right", "right", "right", "left"],
            "rows": [_row(row) for row in rows],
            "widths": [25, 14, 11, 10, 8, 8, 13, 11],
        },
    }


def _row(row: ProjectRow) -> list[str]:
    indicators = "、".join(str(one.number) for one in row.project.indicators.all())
    name = f"　{row.project.name}" if row.project.parent_id else row.project.name
    finish = row.finish_on.isoformat()
    if row.stands is None:
        return [name, row.units, finish, "", "", "", "", indicators]
    work, money = row.stands.work, row.stands.money
    return [
        name,
        row.units,
        finish,
        row.light[1],
        _percent(work.planned),
        _percent(work.real),
        f"{figure(money.arrived)} / {figure(money.planned)}",
        indicators,
    ]


def _late(rows: Sequence[ProjectRow]) -> Block | None:
    late = [row for row in rows if row.stands is not None and row.stands.work.light in ("yellow", "red")]
    if not late:
        return None
    return {
        "kind": "table",
        "table": {
            "title": "黄灯、红灯工程及原因",
            "head": ["工程", "亮灯", "原因"],
            "align": ["left", "center", "left"],
            "rows": [
                [row.project.name, row.light[1], "；".join(row.stands.work.why) if row.stands else ""]
                for row in late
            ],
            "widths": [30, 12, 58],
        },
    }


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{figure(value, 1)}%"
