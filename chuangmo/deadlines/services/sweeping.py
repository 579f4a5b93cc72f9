"""The daily pass over everything that is owed: which rungs were reached, who hears of it.

A constant number of statements however many obligations: one UPDATE moves every obligation to the highest rung that it
has reached, inserts by SELECT write the log and the proposals from what moved, and only what moved is read to tell
people. Safe to repeat (nothing moves twice), to run twice at once (the rungs' rows are locked in turn, and the log is
unique), to run late (every rung passed is recorded, people hear of the highest) and to run with a clock that went back
(levels only rise).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from chuangmo import clock
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Firing, Hold, Obligation, Proposal, Rung, SweepRun
from chuangmo.deadlines.rules import RungShape, latest_due, told_by, unknown_years
from chuangmo.deadlines.services.requests import end_suspensions
from chuangmo.deadlines.services.telling import tell
from chuangmo.errors import Invalid
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar
from chuangmo.workcalendar.rules import knows_year

__all__ = ["Swept", "sweep"]

BEFORE_ALL = -1000  # below every rung: nothing fired yet


@dataclass(frozen=True)
class Swept:
    """What one sweep did. `lines` (rehearsals only) says it for each obligation: unit, subject, due day, rung."""

    run: SweepRun
    resumed: int = 0
    lines: list[tuple[str, str, date | None, str]] = field(default_factory=list)


def sweep(at: date | None = None, *, dry_run: bool = False) -> Swept:
    """Fire every rung that is reached on the business day `at` (today) and not yet fired.

    Invalid for a day that is still to come: it would chase people before their time; a `dry_run` may look ahead, it
    writes nothing and lists what would happen.
    """
    at = at or clock.today()
    if at > clock.today() and not dry_run:
        raise Invalid({"at": f"{at:%Y-%m-%d} 还没有到，只能试算（--dry-run）"})
    with transaction.atomic():
        swept = _sweep(at, list_all=dry_run)
        if dry_run:
            transaction.set_rollback(True)
    return swept


def _sweep(at: date, *, list_all: bool) -> Swept:
    # Two sweeps at once take turns here; the second finds nothing left to do.
    ladder = list(Rung.objects.in_force().select_for_update())
    calendar = work_calendar()
    run = SweepRun.objects.create(on=at, started_at=timezone.now(), note=_doubt(at, calendar))
    if Hold.objects.filter(lifted_at__isnull=True, until__lt=at).update(lifted_at=timezone.now()):
        _free_held()
    resumed = end_suspensions(at, calendar)
    moved = _move(run, at, ladder, calendar) if ladder else 0
    lines: list[tuple[str, str, date | None, str]] = []
    if moved:
        run.fired = _log(run, at, ladder)
        run.proposed = _propose(run, at, ladder)
        highest = {rung.offset: rung for rung in ladder}
        rows = Obligation.objects.filter(sweep=run).order_by("unit_id", "due_on", "id")
        run.told = tell(rows, highest, at)
        if list_all:
            lines = [
                (str(row.unit), row.subject_label, row.due_on, str(highest[row.level or 0]))
                for row in rows.select_related("unit")
            ]
    run.moved = moved
    run.finished_at = timezone.now()
    run.save()
    if moved:
        record(
            by=None,
            action="期限巡检",
            object_kind="sweep",
            object_id=run.pk,
            label=str(run),
            changes={"推进事项": [0, moved], "触发级别": [0, run.fired], "提出建议": [0, run.proposed]},
        )
    return Swept(run, resumed, lines)


def _free_held() -> None:
    """Obligations whose hold is over move on."""
    Obligation.objects.open().filter(held_from__isnull=False).exclude(
        pk__in=Hold.objects.filter(lifted_at__isnull=True).values("obligation")
    ).update(held_from=None)


# Moving ---------------------------------------------------------------------------------------------------


def _move(run: SweepRun, at: date, ladder: Sequence[Rung], calendar: WorkCalendar) -> int:
    """One UPDATE: each open obligation to the highest rung that it has reached and not had."""
    shapes = [RungShape(rung.pk, rung.offset, rung.min_gap) for rung in ladder]
    stopped = sorted(
        Obligation.objects.open().filter(stopped_days__gt=0).values_list("stopped_days", flat=True).distinct()
    )
    reached = [(shape.offset, _reached(at, shape, stopped, calendar)) for shape in reversed(shapes)]
    any_rung = Q()
    for _, condition in reached:
        any_rung |= condition
    # The widest bound first: it is the one that the index on due days answers.
    last_due = latest_due(at, shapes[0].offset, calendar.add_working_days)
    return (
        Obligation.objects.open()
        .filter(any_rung, due_on__lte=last_due, paused=False)
        .update(
            level_before=Coalesce(F("level"), Value(BEFORE_ALL)),
            level=Case(
                *(When(condition, then=Value(offset)) for offset, condition in reached),
                output_field=IntegerField(),
            ),
            last_told_on=at,
            sweep=run,
        )
    )


def _reached(at: date, shape: RungShape, stopped: Sequence[int], calendar: WorkCalendar) -> Q:
    """Condition: this rung was reached by `at`, has not fired, is not held, and people had their pause."""

    def by(extra: int) -> date:
        return latest_due(at, shape.offset + extra, calendar.add_working_days)

    due = Q(due_on__lte=by(0))
    if stopped:
        due &= Q(stopped_days=0)
        for days in stopped:
            due |= Q(stopped_days=days, due_on__lte=by(days))
    condition = due & (Q(level__isnull=True) | Q(level__lt=shape.offset))
    condition &= Q(held_from__isnull=True) | Q(held_from__gt=shape.offset)
    if shape.min_gap:
        pause = told_by(at, shape.min_gap, calendar.add_working_days)
        condition &= Q(last_told_on__isnull=True) | Q(last_told_on__lte=pause)
    return condition


# Logging --------------------------------------------------------------------------------------------------


def _log(run: SweepRun, at: date, ladder: Sequence[Rung]) -> int:
    """A row for each rung passed by what this run moved; `told` for the highest."""
    quote = connection.ops.quote_name
    firing, obligation = quote(Firing._meta.db_table), quote(Obligation._meta.db_table)
    statement = (
        f"INSERT INTO {firing} (obligation_id, rung_id, sweep_id, fired_on, created_at, told) "
        f"SELECT id, %s, %s, %s, %s, level = %s FROM {obligation} "
        "WHERE sweep_id = %s AND level >= %s AND level_before < %s ON CONFLICT DO NOTHING"
    )
    now = _moment(run)
    fired = 0
    with connection.cursor() as cursor:
        for rung in ladder:
            n = rung.offset
            cursor.execute(statement, [rung.pk, run.pk, at, now, n, run.pk, n, n])
            fired += cursor.rowcount
    return fired


def _propose(run: SweepRun, at: date, ladder: Sequence[Rung]) -> int:
    """A proposal for each obligation that this run moved to a rung of that kind; lower ones make way."""
    proposing = [rung for rung in ladder if rung.is_proposal]
    if not proposing:
        return 0
    moved = Obligation.objects.filter(sweep=run, level__in=[rung.offset for rung in proposing])
    Proposal.objects.filter(state=Proposal.State.OPEN, obligation__in=moved).update(
        state=Proposal.State.REPLACED, decided_at=run.started_at
    )
    quote = connection.ops.quote_name
    statement = (
        f"INSERT INTO {quote(Proposal._meta.db_table)} (obligation_id, rung_id, state, proposed_on, reason) "
        f"SELECT id, %s, %s, %s, %s FROM {quote(Obligation._meta.db_table)} "
        "WHERE sweep_id = %s AND level = %s ON CONFLICT DO NOTHING"
    )
    made = 0
    with connection.cursor() as cursor:
        for rung in proposing:
            cursor.execute(statement, [rung.pk, Proposal.State.OPEN.value, at, "", run.pk, rung.offset])
            made += cursor.rowcount
    return made


def _moment(run: SweepRun) -> Any:
    return connection.ops.adapt_datetimefield_value(run.started_at)


# What the calendar doesn't know ---------------------------------------------------------------------------


def _doubt(at: date, calendar: WorkCalendar) -> str:
    """What the status page says when the holidays of a year that was counted in are not known."""
    days = [at - timedelta(days=45), at, at + timedelta(days=14)]
    entered = {day.year for day in calendar.overrides}
    years = unknown_years(days, lambda year: knows_year(year) or year in entered)
    if not years:
        return ""
    return f"{'、'.join(str(year) for year in years)} 年的节假日还没有录入，按周一至周五计算"
