"""Cover, foreword and summary."""

from __future__ import annotations

from collections import Counter
from datetime import date

from archives.snapshots.content import (
    SCHEMA,
    ChapterContent,
    CoverContent,
    Section,
    SummaryContent,
    SummaryRow,
)
from archives.snapshots.queries.evidence import evidence_by_number
from archives.snapshots.rules.places import indicator_slug
from chuangmo.org.models import Installation, Unit, UnitKind
from chuangmo.shell.frame import is_demonstration
from indicators.assessment.models import Status
from indicators.assessment.queries.month_table import TableRow, month_table
from indicators.plan.models import Milestone, Plan

__all__ = ["cover", "foreword", "summary"]


def cover(plan: Plan, as_of: date) -> list[ChapterContent]:
    """What stands on the first page."""
    installation = Installation.current()
    office = Unit.objects.filter(kind=UnitKind.OFFICE, county__isnull=True).order_by("order").first()
    content: CoverContent = {
        "kind": "cover",
        "schema": SCHEMA,
        "city": installation.city,
        "title": f"{installation.city}创建国家环境保护模范城市",
        "subtitle": "省级预评估资料",
        "plan_code": plan.code,
        "plan_name": plan.name,
        "year": plan.year,
        "as_of": as_of.isoformat(),
        "office": office.name if office else "",
        "is_demonstration": is_demonstration(installation),
    }
    return [ChapterContent("cover", "封面", dict(content), "")]


def foreword(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The office's foreword, and how the book is to be read."""
    milestones = Milestone.objects.filter(plan=plan).order_by("due_on", "code")
    sections: list[Section] = [
        {"code": "foreword", "title": "前言", "blocks": [{"kind": "narrative", "block": "foreword"}]},
        {
            "code": "reading",
            "title": "编制说明",
            "blocks": [
                {
                    "kind": "facts",
                    "facts": [
                        ["实施方案", plan.name],
                        ["数据截至", as_of.isoformat()],
                        [
                            "数据口径",
                            "只采用经单位审核、牵头核定、创模办审定的数据；缺数如实标“数据不全”，不以零代替。",
                        ],
                        ["评定规则", "各指标的算法、限值和规则版本见各章“考核要求”和“计算过程”。"],
                        [
                            "引用",
                            "〔档号〕指佐证材料，点击到达该件；表按章编号（表 8.3），图按章编号（图 8.1）。",
                        ],
                        ["页码", "按章编页，8-3 是第 8 章第 3 页。"],
                    ],
                },
                {
                    "kind": "table",
                    "table": {
                        "title": "方案确定的时间节点",
                        "head": ["节点", "日期"],
                        "align": ["left", "center"],
                        "rows": [[one.name, one.due_on.isoformat()] for one in milestones],
                        "widths": [70, 30],
                    },
                },
            ],
        },
    ]
    return [
        ChapterContent("foreword", "前言", {"kind": "blocks", "schema": SCHEMA, "sections": sections}, "前")
    ]


def summary(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The 26 verdicts in one table, and how many stand where."""
    evidence = evidence_by_number(plan)
    rows = [
        _summary_row(row, len(evidence.get(row.indicator.number, ()))) for row in month_table(plan, as_of)
    ]
    found = Counter(row["status"] for row in rows)
    content: SummaryContent = {
        "kind": "summary",
        "schema": SCHEMA,
        "counts": {status: found[status] for status in Status.values},
        "rows": rows,
        "sections": [],
    }
    return [ChapterContent("summary", "指标完成情况汇总", dict(content), "总")]


def _summary_row(row: TableRow, evidence: int) -> SummaryRow:
    verdict = row.verdict
    return {
        "number": row.indicator.number,
        "slug": indicator_slug(row.indicator.number),
        "name": row.indicator.name,
        "short_name": row.indicator.short_name,
        "category": row.indicator.category.name,
        "leads": row.leads,
        "headline": verdict.headline if verdict else "",
        "threshold": verdict.threshold if verdict else "",
        "status": row.status,
        "word": row.word,
        "remark": verdict.remark if verdict else "",
        "evidence": evidence,
    }
