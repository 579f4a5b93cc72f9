"""What the Gantt charts draw, from rows that are read already; no query of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chuangmo.days import cn_day
from projects.works.gantt import Bar, Gantt, axis_for, gantt
from projects.works.models import ScheduledStage
from projects.works.queries.gantt_rows import ChartRow, ChartSchedule, ChartStage
from projects.works.queries.schedules import ProjectSchedules
from projects.works.rules.light import Reported

__all__ = ["portfolio_gantt", "project_gantt"]


Stage = ScheduledStage | ChartStage


def portfolio_gantt(rows: Sequence[ChartRow], today: date) -> Gantt:
    """One row a project: the baseline as a thin line, the schedule in force stage by stage."""
    # One address of a chart's many is worked out, by which the others are made: each would take as long as its drawing.
    one = rows[0].project if rows else None
    base = one.get_absolute_url().removesuffix(f"{one.code}/") if one else ""
    days = [day for row in rows for day in (row.project.start_by, row.project.finish_by)]
    days += [
        day
        for row in rows
        for schedule in (row.schedule, row.baseline)
        if schedule
        for stage in schedule.stages
        for day in (stage.start_on, stage.finish_on)
    ]
    days += [day for row in rows for day in _real_days(row.reported)]
    return gantt(
        axis_for(days, today),
        (
            (
                row.project.name,
                f"{base}{row.project.code}/",
                _words(row),
                _project_bars(row),
                "part" if row.project.parent_id else "",
            )
            for row in rows
        ),
    )


def _real_days(reported: Reported | None) -> list[date]:
    return [day for pair in reported.days.values() for day in pair if day] if reported else []


def _words(row: ChartRow) -> str:
    if row.is_parent:
        return "由子工程承担"
    if row.schedule is None:
        return f"{row.state_word}，应于 {cn_day(row.project.finish_by)}前完成"
    words = (
        f"{cn_day(min(stage.start_on for stage in row.schedule.stages))}至{cn_day(row.schedule.finish_on)}"
    )
    if row.baseline and row.baseline.finish_on != row.schedule.finish_on:
        words += f"（基准 {cn_day(row.baseline.finish_on)}完成）"
    return words


def _project_bars(row: ChartRow) -> list[Bar]:
    bars = []
    if row.baseline:
        bars.append(_whole(row.baseline, "baseline", "基准"))
    if row.schedule:
        for stage in row.schedule.stages:
            bars += [_stage_bar(stage), *_real_bar(stage, row.reported)]
    return bars


def _real_bar(stage: Stage, reported: Reported | None) -> list[Bar]:
    """What was accepted of a stage: from its real beginning to its real end, or to the month's end while it goes on; red
    where it ended late, or should have ended by then."""
    if reported is None or (started := reported.days.get(stage.code, (None, None))[0]) is None:
        return []
    finished = reported.days[stage.code][1]
    until = max(finished or reported.as_of, started)
    late = until > stage.finish_on
    percent = reported.percents[stage.code]
    label = f"{stage.name} 实际：{cn_day(started)}—{cn_day(finished) if finished else '进行中'}，{percent}%"
    return [Bar("late" if late else "done", started, until, label)]


def _whole(schedule: ChartSchedule, kind: str, word: str) -> Bar:
    start = min(one.start_on for one in schedule.stages)
    finish = max(one.finish_on for one in schedule.stages)
    return Bar(kind, start, finish, f"{word}：{cn_day(start)}—{cn_day(finish)}")


def project_gantt(schedules: ProjectSchedules, today: date, reported: Reported | None = None) -> Gantt | None:
    """One row a stage: baseline above, the schedule in force (or the open one before there is any) below."""
    shown = schedules.current or schedules.open
    if shown is None:
        return None
    first = {stage.code: stage for stage in schedules.baseline.stages.all()} if schedules.baseline else {}
    stages = list(shown.stages.all())
    days = [day for stage in [*stages, *first.values()] for day in (stage.start_on, stage.finish_on)]
    days += _real_days(reported)
    return gantt(
        axis_for(days, today),
        (
            (
                stage.name,
                "",
                f"{cn_day(stage.start_on)}至{cn_day(stage.finish_on)}",
                _stage_bars(stage, first, reported),
                "",
            )
            for stage in stages
        ),
    )


def _stage_bars(
    stage: ScheduledStage, first: dict[str, ScheduledStage], reported: Reported | None
) -> list[Bar]:
    bars = [_stage_bar(stage), *_real_bar(stage, reported)]
    if stage.code in first:
        old = first[stage.code]
        label = f"基准：{cn_day(old.start_on)}—{cn_day(old.finish_on)}"
        bars.insert(0, Bar("baseline", old.start_on, old.finish_on, label))
    return bars


def _stage_bar(stage: Stage) -> Bar:
    kind = "critical" if stage.is_critical else "plan"
    label = f"{stage.name}：{cn_day(stage.start_on)}—{cn_day(stage.finish_on)}"
    return Bar(kind, stage.start_on, stage.finish_on, label)
