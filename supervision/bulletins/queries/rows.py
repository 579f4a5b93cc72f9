"""The rows of a circular, as plain values: what is late, which orders are open, what inspections found, how units rank."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.module_loading import import_string

from chuangmo.deadlines.models import Obligation
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar
from indicators.plan.models import Plan
from supervision.inspections.models import Finding
from supervision.orders.models import Order, OrderState
from supervision.scores.models import RoundState, ScoreRound, UnitScore

__all__ = ["Line", "late_row", "rows_of"]

Line = dict[str, str]
STEPS = ("sign_off", "verify", "accept", "order_review")
ORDERS = ("order", "order_sign")


def rows_of(plan: Plan, at: date) -> dict[str, list[Line]]:
    """`{"late": [{unit, subject, due, days, url}], "orders": [same], "findings": [{unit, subject, place,
    due, url}], "ranks": [{group, rank, unit, total, url}]}` on a day, and what others add (settings.CIRCULAR_ROWS). Five queries
    besides theirs."""
    calendar = work_calendar()
    open_rows = (
        Obligation.objects.late(at)
        .filter(paused=False)
        .exclude(kind__in=[*STEPS, *ORDERS])
        .select_related("unit")
        .order_by("unit__order", "unit", "due_on", "pk")
    )
    orders = (
        Obligation.objects.open()
        .filter(kind__in=ORDERS, due_on__isnull=False)
        .select_related("unit")
        .order_by("unit__order", "unit", "due_on", "pk")
    )
    return {
        "late": [late_row(row, at, calendar) for row in open_rows],
        "orders": [late_row(row, at, calendar) for row in orders],
        "findings": _findings(plan),
        "ranks": _ranks(plan),
        **{kind: import_string(path)(plan, at) for kind, path in settings.CIRCULAR_ROWS.items()},
    }


def late_row(row: Obligation, at: date, calendar: WorkCalendar) -> Line:
    """One thing that is owed, in writing; `days` are working days past the day, empty where it isn't late."""
    late = calendar.working_days_between(row.due_on, at) - row.stopped_days if row.due_on else 0
    return {
        "unit": row.unit.short_name,
        "unit_id": str(row.unit_id),
        "subject": row.subject_label,
        "due": row.due_on.isoformat() if row.due_on else "",
        "days": str(late) if late > 0 else "",
        "url": row.get_absolute_url(),
    }


def _findings(plan: Plan) -> list[Line]:
    """What was released and isn't put right: no order about it was closed. One query."""
    closed = Order.objects.filter(finding=OuterRef("pk"), state=OrderState.CLOSED)
    rows = (
        Finding.objects.filter(plan=plan, released_at__isnull=False, dropped_at__isnull=True)
        .exclude(Exists(closed))
        .select_related("unit", "kind")
        .order_by("unit__order", "unit", "found_on", "pk")
    )
    return [
        {
            "unit": row.unit.short_name,
            "unit_id": str(row.unit_id),
            "subject": f"{row.kind}：{row.text}"[:120],
            "place": row.place,
            "due": row.found_on.isoformat(),
            "url": row.get_absolute_url(),
        }
        for row in rows
    ]


def _ranks(plan: Plan) -> list[Line]:
    """The newest final month. Two queries."""
    newest = (
        ScoreRound.objects.filter(plan=plan, state=RoundState.FINAL, period_kind="month")
        .select_related("plan")
        .first()
    )
    if newest is None:
        return []
    scores = (
        UnitScore.objects.filter(round=newest, rank__isnull=False)
        .select_related("unit")
        .order_by("group", "rank", "unit__order", "unit")
    )
    rows = []
    for score in scores:
        score.round = newest
        rows.append(
            {
                "group": score.group,
                "rank": str(score.rank),
                "unit": score.unit.short_name,
                "unit_id": str(score.unit_id),
                "total": f"{score.total:.{newest.rules['places']}f}",
                "period": newest.period.label,
                "url": score.get_absolute_url(),
            }
        )
    return rows
