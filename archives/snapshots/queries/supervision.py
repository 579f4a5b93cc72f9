"""The chapter on supervision: inspections that were made known, orders, meetings with their decisions, measures, scores.

Nothing is in it that the units don't know: covert findings count from their release on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from archives.snapshots.content import SCHEMA, Block, ChapterContent, Section
from chuangmo.shell.display import figure
from indicators.plan.models import Plan
from supervision.accountability.models import Measure, MeasureState
from supervision.inspections.models import Inspection, InspectionState
from supervision.meetings.models import Decision, Meeting, MeetingState
from supervision.orders.models import Order, OrderState
from supervision.scores.models import RoundState, ScoreRound, UnitScore

__all__ = ["chapters"]


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """What was done up to the day. Seven queries."""
    sections: list[Section] = [
        {"code": "overview", "title": "总体情况", "blocks": [{"kind": "narrative", "block": "overview"}]},
        {"code": "inspections", "title": "督查检查", "blocks": [_inspections(plan, as_of)]},
        {"code": "orders", "title": "督办单", "blocks": _orders(plan, as_of)},
        {"code": "meetings", "title": "会议及议定事项", "blocks": _meetings(plan, as_of)},
        {"code": "measures", "title": "约谈、媒体跟踪和问责", "blocks": [_measures(plan, as_of)]},
        {"code": "scores", "title": "效能考评", "blocks": _scores(plan, as_of)},
    ]
    content = {"kind": "blocks", "schema": SCHEMA, "sections": sections}
    return [ChapterContent("supervision", "督查工作", content)]


def _inspections(plan: Plan, as_of: date) -> Block:
    rows = (
        Inspection.objects.filter(plan=plan, planned_on__lte=as_of, state=InspectionState.RELEASED)
        .select_related("office")
        .annotate(
            found=Count(
                "findings",
                filter=Q(findings__released_at__isnull=False, findings__dropped_at__isnull=True),
            )
        )
        .order_by("planned_on", "pk")
    )
    return _table(
        "已公布的督查检查",
        ["日期", "方式", "名称", "组织单位", "问题"],
        ["center", "center", "left", "left", "right"],
        [
            [
                row.planned_on.isoformat(),
                row.get_kind_display(),
                row.title,
                row.office.name,
                str(row.found),
            ]
            for row in rows
        ],
        [14, 14, 42, 20, 10],
    )


def _orders(plan: Plan, as_of: date) -> list[Block]:
    rows = list(
        Order.objects.filter(plan=plan, issued_on__lte=as_of)
        .exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
        .select_related("unit")
        .order_by("issued_on", "pk")
    )
    if not rows:
        return [_told("截至本日没有签发督办单。")]
    states = Counter(row.get_state_display() for row in rows)
    told: list[list[str]] = [
        ["签发", f"{len(rows)} 份"],
        *[[word, f"{count} 份"] for word, count in states.items()],
    ]
    return [
        {"kind": "facts", "facts": told},
        _table(
            "督办单",
            ["文号", "事由", "承办单位", "签发", "期限", "状态"],
            ["left", "left", "left", "center", "center", "center"],
            [
                [
                    row.document_number or f"第 {row.number} 号",
                    row.title,
                    row.unit.short_name,
                    row.issued_on.isoformat() if row.issued_on else "",
                    _moved(row.due_on, row.original_due_on),
                    row.get_state_display() + ("（逾期）" if row.closed_late else ""),
                ]
                for row in rows
            ],
            [19, 31, 13, 12, 14, 11],
        ),
    ]


def _moved(due_on: date, original: date) -> str:
    """The day that counts, the first one beside it where it was moved."""
    return due_on.isoformat() if due_on == original else f"{due_on.isoformat()}（原 {original.isoformat()}）"


def _meetings(plan: Plan, as_of: date) -> list[Block]:
    held = list(
        Meeting.objects.filter(
            plan=plan, held_on__lte=as_of, state__in=[MeetingState.HELD, MeetingState.ISSUED]
        )
        .select_related("series", "plan", "office__county")
        .order_by("held_on", "pk")
    )
    if not held:
        return [_told("截至本日没有召开联席会议、联络员会议的记录。")]
    decisions: dict[int | None, list[Decision]] = defaultdict(list)
    for one in Decision.objects.binding().filter(meeting__in=[row.pk for row in held]).select_related("unit"):
        decisions[one.meeting_id].append(one)
    return [
        _table(
            "会议",
            ["日期", "会议", "主持人", "纪要文号", "议定事项"],
            ["center", "left", "left", "left", "right"],
            [
                [
                    row.held_on.isoformat(),
                    str(row),
                    row.chair,
                    row.document_number,
                    str(len(decisions[row.pk])),
                ]
                for row in held
            ],
            [14, 36, 18, 20, 12],
        ),
        _table(
            "议定事项落实情况",
            ["会议日期", "事项", "责任单位", "时限", "状态"],
            ["center", "left", "left", "center", "center"],
            [
                [
                    row.held_on.isoformat(),
                    one.text,
                    one.unit.short_name,
                    _moved(one.due_on, one.original_due_on),
                    one.get_state_display(),
                ]
                for row in held
                for one in decisions[row.pk]
            ],
            [13, 44, 15, 16, 12],
        ),
    ]


def _measures(plan: Plan, as_of: date) -> Block:
    states = [MeasureState.ISSUED, MeasureState.HELD, MeasureState.CLOSED]
    rows = Measure.objects.filter(plan=plan, state__in=states).select_related("unit").order_by("kind", "pk")
    return _table(
        "约谈、媒体跟踪和问责建议",
        ["种类", "事由", "对象单位", "状态"],
        ["center", "left", "left", "center"],
        [[row.get_kind_display(), row.title, row.unit.name, row.get_state_display()] for row in rows],
        [16, 48, 22, 14],
    )


def _scores(plan: Plan, as_of: date) -> list[Block]:
    """The newest month's round that was shown or is final."""
    newest = (
        ScoreRound.objects.filter(plan=plan, period_kind="month", period_end__lte=as_of)
        .exclude(state=RoundState.DRAFT)
        .order_by("-period_end")
        .first()
    )
    if newest is None:
        return [_told("截至本日没有公示或定稿的效能考评。")]
    rows = (
        UnitScore.objects.filter(round=newest).select_related("unit").order_by("group", "rank", "unit__order")
    )
    return [
        _table(
            f"{newest}（{newest.get_state_display()}）",
            ["排名组", "名次", "单位", "基础分", "加减分", "总分"],
            ["left", "right", "left", "right", "right", "right"],
            [
                [
                    row.group,
                    "—" if row.rank is None else str(row.rank),
                    row.unit.name,
                    _points(row.base),
                    _points(row.bonus),
                    _points(row.total),
                ]
                for row in rows
            ],
            [18, 8, 38, 12, 12, 12],
        )
    ]


def _points(value: Decimal | None) -> str:
    return figure(value, 2)


def _told(text: str) -> Block:
    return {"kind": "text", "html": f"<p>{text}</p>"}


def _table(title: str, head: list[str], align: list[str], rows: list[list[str]], widths: list[int]) -> Block:
    return {
        "kind": "table",
        "table": {"title": title, "head": head, "align": align, "rows": rows, "widths": widths},
    }
