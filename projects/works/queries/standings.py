"""How projects stand: lights, forecasts and money of many at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Max

from indicators.plan.models import Plan
from projects.works.models import (
    FundPlan,
    LightRule,
    MoneyFigure,
    Project,
    Schedule,
    StageFigure,
)
from projects.works.rules.light import (
    MoneyStanding,
    PlanStage,
    Reported,
    Standing,
    Thresholds,
    money_standing,
    standing,
)

__all__ = ["Stands", "doing_now", "plan_stages", "reported_of", "stands_of", "thresholds"]


@dataclass(frozen=True, slots=True)
class Stands:
    """How one project stands, with its money and the indicators that its delay endangers (numbers).

    What comes from `queries.kept` has the work and `doing` alone: there the money was not read."""

    work: Standing
    money: MoneyStanding = field(default_factory=MoneyStanding)
    endangered: tuple[int, ...] = ()
    reported: Reported | None = None
    doing: str = ""  # the first stage that is not complete by what was accepted last; empty where nothing was


def thresholds(plan: Plan) -> Thresholds:
    """The plan's row of `LightRule`, else the usual ones. One query."""
    rule = LightRule.objects.filter(plan=plan).first()
    if rule is None:
        return Thresholds()
    return Thresholds(rule.yellow_days, rule.behind_points, rule.money_days, rule.ahead_points)


def plan_stages(schedule: Schedule | None) -> tuple[PlanStage, ...]:
    """The stages of a schedule as the rules read them; no query where they are prefetched."""
    if schedule is None:
        return ()
    return tuple(
        PlanStage(stage.code, stage.name, stage.days, stage.start_on, stage.finish_on)
        for stage in schedule.stages.all()
    )


def stands_of(plan: Plan, rows: Sequence[tuple[Project, Schedule | None]], today: date) -> dict[int, Stands]:
    """By project id. `rows` carry stages and indicators prefetched. Seven queries."""
    ids = [project.pk for project, _ in rows]
    rule, reported = thresholds(plan), reported_of(ids)
    planned, arrived, paid = _money_of(ids)
    found = {}
    for project, schedule in rows:
        stages = plan_stages(schedule)
        finish_on = schedule.finish_on if schedule else project.finish_by
        work = standing(stages, reported.get(project.pk), finish_on=finish_on, today=today, rule=rule)
        money = money_standing(
            stages,
            planned=planned.get(project.pk),
            arrived=arrived.get(project.pk),
            paid=paid.get(project.pk),
            real=work.real,
            today=today,
            rule=rule,
        )
        found[project.pk] = Stands(
            work,
            money,
            _endangered(project, work),
            reported.get(project.pk),
            doing_now(stages, reported.get(project.pk)),
        )
    return found


def _endangered(project: Project, work: Standing) -> tuple[int, ...]:
    """The indicators that wait for a project which is red, or is expected after the plan's date."""
    late = work.expected is not None and work.expected > project.finish_by
    if work.light != "red" and not late:
        return ()
    return tuple(sorted(indicator.number for indicator in project.indicators.all()))


def doing_now(stages: Sequence[PlanStage], reported: Reported | None) -> str:
    """The first stage that is not complete; empty where nothing was accepted, or nothing is left."""
    if reported is None:
        return ""
    return next((stage.name for stage in stages if reported.percents.get(stage.code, 0) < 100), "")


def reported_of(project_ids: Iterable[int]) -> dict[int, Reported]:
    """What was accepted last of each project. Two queries."""
    figures = StageFigure.objects.filter(project__in=list(project_ids), is_current=True).order_by()
    last = dict(figures.values_list("project_id").annotate(last=Max("as_of")))
    rows = figures.filter(as_of__in=set(last.values())).values_list(
        "project_id", "as_of", "code", "percent", "started_on", "finished_on"
    )
    percents: dict[int, dict[str, int]] = defaultdict(dict)
    days: dict[int, list[date]] = defaultdict(list)
    as_of: dict[int, date] = {}
    real: dict[int, dict[str, tuple[date | None, date | None]]] = defaultdict(dict)
    for project_id, day, code, percent, started_on, finished_on in rows:
        if day != last[project_id]:
            continue
        real[project_id][code] = (started_on, finished_on)
        percents[project_id][code] = percent
        as_of[project_id] = day
        if started_on is not None:
            days[project_id].append(started_on)
    return {
        pk: Reported(as_of[pk], found, min(days[pk], default=None), real[pk])
        for pk, found in percents.items()
    }


def _money_of(
    project_ids: Sequence[int],
) -> tuple[dict[int, Decimal], dict[int, Decimal], dict[int, Decimal]]:
    """Planned, arrived and paid by project, 万元; summed here, since SQLite would add decimals as floats. Three queries."""
    planned: dict[int, Decimal] = defaultdict(Decimal)
    for pk, amount in (
        FundPlan.objects.filter(project__in=project_ids).order_by().values_list("project_id", "amount")
    ):
        planned[pk] += amount
    figures = MoneyFigure.objects.filter(project__in=project_ids, is_current=True).order_by()
    last = dict(figures.values_list("project_id").annotate(last=Max("as_of")))
    arrived: dict[int, Decimal] = defaultdict(Decimal)
    paid: dict[int, Decimal] = defaultdict(Decimal)
    rows = figures.filter(as_of__in=set(last.values()))
    for pk, day, came, went in rows.values_list("project_id", "as_of", "arrived", "paid"):
        if day == last[pk]:
            arrived[pk] += came
            paid[pk] += went
    return dict(planned), dict(arrived), dict(paid)
