"""What the status page says about deadlines."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from chuangmo import clock
from chuangmo.deadlines.models import Rung, SweepRun
from chuangmo.deadlines.rules import unknown_years
from chuangmo.jobs.status import BAD, OK, WARN, StatusRow
from chuangmo.workcalendar.queries import work_calendar
from chuangmo.workcalendar.rules import knows_year

__all__ = ["deadline_status"]

LOOK_AHEAD = timedelta(days=60)


def deadline_status() -> list[StatusRow]:
    """The last sweep, the ladder, and whether the calendar knows the days ahead: three queries."""
    today = clock.today()
    last = SweepRun.objects.filter(finished_at__isnull=False).first()
    rows = [_sweep_row(last)]
    if not Rung.objects.in_force().exists():
        rows.append(StatusRow("催办级别", BAD, "没有启用的催办级别，到期不会有人收到提醒"))
    entered = {day.year for day in work_calendar().overrides}
    years = unknown_years([today, today + LOOK_AHEAD], lambda year: knows_year(year) or year in entered)
    if years:
        named = "、".join(str(year) for year in years)
        text = f"{named} 年的放假安排还没有录入，暂按周一至周五计算；国务院通知发布后请在“日历调整”里录入"
        rows.append(StatusRow("工作日历", WARN, text))
    else:
        rows.append(StatusRow("工作日历", OK, f"{today.year} 年的放假安排已知"))
    return rows


def _sweep_row(last: SweepRun | None) -> StatusRow:
    label, today = "期限巡检", clock.today()
    if last is None:
        return StatusRow(label, WARN, "还没有运行过")
    at = timezone.localtime(last.finished_at)
    text = f"{last.on:%Y-%m-%d} 的巡检于 {at:%m-%d %H:%M} 完成：推进 {last.moved} 件，通知 {last.told} 人次"
    if last.on < today:
        return StatusRow(label, WARN, f"{text}；今天还没有运行，下一次会补上")
    return StatusRow(label, OK, text)
