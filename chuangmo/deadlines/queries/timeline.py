"""What happened to a subject's deadlines: cycles, rungs, requests, decisions. Read from the log and the audit rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from chuangmo import clock
from chuangmo.audit.models import AuditEvent
from chuangmo.days import cn_date
from chuangmo.deadlines.models import Firing, Obligation
from chuangmo.prepared import Prepared

__all__ = ["TimelineEntry", "timeline_of"]

ACTIONS = (
    "开新一轮",
    "批准延后锁定",
    "登记完成",
    "免办",
    "恢复应办",
    "申请延期",
    "申请挂账",
    "提出异议",
    "撤回延期",
    "撤回挂账",
    "撤回异议",
    "同意延期",
    "不同意延期",
    "同意挂账",
    "不同意挂账",
    "异议不成立",
    "异议成立，改派",
    "异议成立，免办",
    "恢复计时",
    "挂账到期，恢复计时",
    "解除暂缓",
)
_OF_A_RUNG = Q(action__startswith="暂缓“") | Q(action__startswith="确认“") | Q(action__startswith="不采纳“")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a timeline (templates/components/timeline.html). `on` is the business day where there is one."""

    at: datetime
    word: str
    who: str
    text: str = ""
    kind: str = ""


def timeline_of(subject_kind: str, subject_id: int, unit_id: int | None = None) -> list[TimelineEntry]:
    """Everything about the deadlines of one subject (of one unit, where several owe the same), newest first.

    Three queries.
    """
    subject: dict[str, Any] = {"kind": subject_kind}
    cycles_of, told_of = _OF_SUBJECT
    if unit_id is not None:
        subject["unit"] = unit_id
        cycles_of, told_of = _OF_UNIT
    cycles: list[Obligation] = cycles_of.objects(**subject, pk=subject_id)
    by_key = {row.pk: row for row in cycles}
    entries = [_fired(one, by_key) for one in _FIRED.objects(cycles=frozenset(by_key))] if cycles else []
    entries += [_done(row) for row in cycles if row.done_at is not None]
    entries += [_told(event) for event in told_of.objects(**subject, pk=str(subject_id))]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _cycles(kind: str, pk: int, unit: int | None = None) -> QuerySet[Obligation]:
    mine = Q(unit=unit) if unit is not None else Q()
    rows = Obligation.objects.filter(mine, subject_kind=kind, subject_id=pk)
    return rows.select_related("done_by", "unit").order_by("pk")


def _events(kind: str, pk: str, unit: int | None = None) -> QuerySet[AuditEvent]:
    mine = Q(unit_id=unit) if unit is not None else Q()
    rows = AuditEvent.objects.filter(mine, object_kind=kind, object_id=pk)
    return rows.filter(Q(action__in=ACTIONS) | _OF_A_RUNG)


_OF_SUBJECT = Prepared(_cycles, kind=str, pk=int), Prepared(_events, kind=str, pk=str)
_OF_UNIT = Prepared(_cycles, kind=str, pk=int, unit=int), Prepared(_events, kind=str, pk=str, unit=int)
_FIRED = Prepared(
    lambda cycles: Firing.objects.filter(obligation__in=cycles).select_related("rung").order_by("pk"),
    cycles=frozenset,
)


def _fired(one: Firing, cycles: dict[int, Obligation]) -> TimelineEntry:
    row = cycles[one.obligation_id]
    text = f"{_day(one.fired_on)}，应办 {_day(row.due_on)}"
    if row.cycle > 1:
        text += f"（第 {row.cycle} 轮）"
    if not one.told:
        text += "；同日有更高一级，没有另行通知"
    return TimelineEntry(one.created_at, one.rung.name, "系统", text, "warn" if one.rung.offset > 0 else "")


def _done(row: Obligation) -> TimelineEntry:
    who = str(row.done_by) if row.done_by else "系统"
    late = row.due_on is not None and row.done_on is not None and row.done_on > row.due_on
    text = f"{_day(row.done_on)}，应办 {_day(row.due_on)}，{'逾期' if late else '按时'}"
    return TimelineEntry(row.done_at or timezone.now(), "办结", who, text, "warn" if late else "ok")


def _told(event: AuditEvent) -> TimelineEntry:
    parts = [event.reason] if event.reason else []
    parts += [f"{name}：{_change(change)}" for name, change in event.changes.items()]
    return TimelineEntry(event.at, event.action, event.actor_name, "\n".join(parts))


def _change(change: list[object]) -> str:
    before, after = change
    return f"{before} → {after}" if before not in ("", None, 0) else str(after)


def _day(day: date | None) -> str:
    """As pages write days, without the year while it is the current one."""
    return "待定" if day is None else cn_date(day, today=clock.today())
