"""What there is to talk about (settings.AGENDA_SOURCES): each a function of (plan, today) that gives `AgendaPoint`s in a
constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from chuangmo.days import long_date
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.models.obligations import Doer
from chuangmo.deadlines.queries.chase import KIND_WORDS
from chuangmo.workcalendar.queries import work_calendar
from indicators.assessment.models import Status, Verdict
from indicators.assessment.queries.months import month_ends
from indicators.insight.models import Forecast
from indicators.plan.models import Plan
from projects.works.models import Project
from projects.works.queries.portfolio import project_rows, with_standings
from supervision.meetings.models import Decision, DecisionState
from supervision.meetings.queries.owed import KIND
from supervision.meetings.rules.agenda import AgendaPoint
from supervision.orders.models import Order
from supervision.orders.models.orders import OPEN_STATES

__all__ = ["earlier", "late_orders", "overdue", "projects_at_red", "worrying_indicators"]

NAMED = 8  # lines of one point; more are counted


def earlier(plan: Plan, at: date) -> Iterator[AgendaPoint]:
    """What became of earlier decisions: one point, where there are any."""
    rows = Decision.objects.binding().filter(meeting__plan=plan).order_by("due_on", "pk")
    counts = {"done": 0, "open": 0, "late": 0}
    for row in rows:
        if row.state == DecisionState.DONE:
            counts["done"] += 1
        elif row.state in (DecisionState.OPEN, DecisionState.REPORTED):
            counts["late" if row.is_late(at) else "open"] += 1
    if not any(counts.values()):
        return
    yield AgendaPoint(
        kind="earlier",
        key="earlier",
        title="上次会议议定事项落实情况",
        detail=f"已办结 {counts['done']} 件，办理中 {counts['open']} 件，逾期 {counts['late']} 件",
        url=reverse("meetings:decision-list"),
    )


def overdue(plan: Plan, at: date) -> Iterator[AgendaPoint]:
    """Every unit that is late with something: one point a unit, the longest overdue first."""
    rows = (
        Obligation.objects.late(at)
        .filter(role=Doer.REPORTER, paused=False)
        .exclude(kind=KIND)  # decisions and orders stand under their own points
        .exclude(subject_kind="order")
        .select_related("unit")
        .order_by("unit__order", "unit_id", "due_on", "pk")
    )
    calendar, by_unit = work_calendar(), defaultdict(list)
    for row in rows:
        by_unit[row.unit].append(row)
    for unit, late in by_unit.items():
        lines = [
            f"{KIND_WORDS.get(row.kind, '事项')} {row.subject_label}："
            f"应于 {row.due_on:%m-%d} 办结，逾期 {calendar.working_days_between(row.due_on, at) - row.stopped_days} 个工作日"
            for row in late[:NAMED]
        ]
        if len(late) > NAMED:
            lines.append(f"还有 {len(late) - NAMED} 项")
        yield AgendaPoint(
            kind="overdue",
            key=f"overdue:{unit.pk}",
            title=f"{unit.short_name}逾期未办 {len(late)} 项",
            detail="\n".join(lines),
            unit_id=unit.pk,
            url=reverse("deadlines:unit-punctuality", args=[unit.pk]),
        )


def late_orders(plan: Plan, at: date) -> Iterator[AgendaPoint]:
    """Orders past their day, and what came back: one point an order, 反弹 first."""
    rows = (
        Order.objects.filter(plan=plan, state__in=OPEN_STATES)
        .filter(Q(due_on__lt=at) | Q(rebounded_on__isnull=False))
        .select_related("unit")
        .order_by(F("rebounded_on").desc(nulls_last=True), "due_on", "pk")
    )
    for row in rows:
        late = f"应于{long_date(row.due_on)}办结" + ("，已逾期" if row.due_on < at else "")
        yield AgendaPoint(
            kind="order",
            key=f"order:{row.pk}",
            title=f"{'反弹' if row.rebounded_on else '逾期'}督办单：{row.title}",
            detail=f"{row.document_number}，{row.unit.short_name}，{row.get_state_display()}，{late}",
            unit_id=row.unit_id,
            url=row.get_absolute_url(),
        )


def projects_at_red(plan: Plan, at: date) -> Iterator[AgendaPoint]:
    """Every project with a red light, with why."""
    rows = with_standings(plan, project_rows(Project.objects.filter(plan=plan), at), at)
    for row in rows:
        if row.stands is None or row.stands.work.light != "red":
            continue
        yield AgendaPoint(
            kind="project",
            key=f"project:{row.project.pk}",
            title=f"{row.project.name}进度滞后",
            detail="\n".join(row.stands.work.why) or "红灯",
            unit_id=row.project.owner_id,
            url=row.project.get_absolute_url(),
        )


def worrying_indicators(plan: Plan, at: date) -> Iterator[AgendaPoint]:
    """Indicators that are not met at the last month's end, and those that are not expected to be."""
    ends = month_ends(plan, at)
    if not ends:
        return
    verdicts = (
        Verdict.objects.filter(indicator__plan=plan, as_of=ends[-1], is_current=True)
        .select_related("indicator", "indicator__plan")
        .defer("result", "card")
        .order_by("indicator__number")
    )
    forecasts = {
        row.indicator_id: row
        for row in Forecast.objects.filter(
            indicator__plan=plan,
            as_of=ends[-1],
            outlook__in=[Forecast.Outlook.DOUBTFUL, Forecast.Outlook.IMPOSSIBLE],
            indicator__verdicts__as_of=F("as_of"),
            indicator__verdicts__is_current=True,
            indicator__verdicts__inputs_digest=F("inputs_digest"),
        ).defer("body")
    }
    for verdict in verdicts:
        forecast = forecasts.get(verdict.indicator_id)
        missed = verdict.status == Status.MISSED
        if not missed and forecast is None:
            continue
        lines = [
            f"{verdict.as_of:%Y-%m} 末{verdict.get_status_display()}：{verdict.headline}（要求 {verdict.threshold}）"
        ]
        if verdict.remark:
            lines.append(verdict.remark)
        if forecast is not None:
            lines.append(f"{forecast.get_outlook_display()}：{forecast.line}".rstrip("："))
        number = verdict.indicator.number
        yield AgendaPoint(
            kind="indicator",
            key=f"indicator:{number}",
            title=f"指标 {number} {verdict.indicator.short_name}{'不达标' if missed else '有不达标风险'}",
            detail="\n".join(lines),
            url=reverse("assessment:indicator-show", args=[plan.code, number]),
        )
