"""What was owed and done on time: data handed in, and orders answered. Source: domain.md §6 and §8, docs/scores.md.

A thing counts in the period in which its day falls. For data that is the day of the first cycle that was handed in, else of
the last one: a return doesn't make a punctual report late. An order counts on the day of its last cycle, and is late when any
cycle was. A granted extension and the time of a 挂账 move the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from chuangmo import clock
from chuangmo.days import cn_day
from chuangmo.deadlines.models import Obligation, Suspension
from supervision.scores.queries.shares import judged_row, share_table
from supervision.scores.rules.parts import PartResult, Row

__all__ = ["ORDERS", "REPORTS", "orders_on_time", "reports_on_time"]

REPORTS, ORDERS = "reports", "orders"
REPORTED = ("report", "progress")
ORDERED = ("order",)
Table = dict[str, Decimal | None]
Chain = Sequence[Obligation]


def reports_on_time(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]:
    """Reports and projects' progress whose day lies in the period. Four queries."""
    return _results(REPORTS, REPORTED, unit_ids, start, end, _first_done)


def orders_on_time(unit_ids: Sequence[int], start: date, end: date) -> dict[int, PartResult]:
    """Orders 督办单 whose day lies in the period. Four queries."""
    return _results(ORDERS, ORDERED, unit_ids, start, end, _worst)


def _results(
    part: str,
    kinds: Sequence[str],
    unit_ids: Sequence[int],
    start: date,
    end: date,
    pick: Callable[[Chain, date], tuple[Obligation, Obligation]],
) -> dict[int, PartResult]:
    """`pick` says of the cycles of one thing which one's day decides where it counts, and which one is judged."""
    mine = Obligation.objects.filter(kind__in=kinds, unit__in=unit_ids)
    touched = mine.filter(Q(due_on__range=(start, end)) | Q(original_due_on__range=(start, end))).order_by()
    chains: dict[tuple[int, str, int], list[Obligation]] = defaultdict(list)
    for row in mine.filter(subject_id__in=touched.values("subject_id")).order_by("cycle", "pk"):
        chains[row.unit_id, row.kind, row.subject_id].append(row)
    today, table = clock.today(), share_table(part)
    judged, moved = [], []
    for chain in chains.values():
        placed, one = pick(chain, today)
        if placed.due_on is not None and start <= placed.due_on <= end:
            judged.append((placed.due_on, one))
        elif placed.original_due_on is not None and start <= placed.original_due_on <= end:
            moved.append(placed)
    stopped = _stopped([one.pk for _, one in judged])
    found: dict[int, list[Row]] = defaultdict(list)
    for _, one in sorted(judged, key=lambda pair: (pair[1].unit_id, pair[0], pair[1].pk)):
        found[one.unit_id].append(_row(one, today, one.pk in stopped, table))
    for one in sorted(moved, key=lambda one: (one.unit_id, one.pk)):
        found[one.unit_id].append(_moved_away(one))
    return {unit_id: PartResult(tuple(rows)) for unit_id, rows in found.items()}


def _moved_away(one: Obligation) -> Row:
    """Said in the month of the first day, counted in that of the later one."""
    why = "挂账" if one.paused else "延期或挂账"
    day = f"应办日期移到 {cn_day(one.due_on)}，计入那个月" if one.due_on else "日期待定"
    note = f"原定 {cn_day(one.original_due_on)}，{why}，{day}（不计入）"
    return Row(one.subject_label, one.subject_url or one.get_absolute_url(), Decimal(0), note, counts=False)


def _stopped(ids: Sequence[int]) -> set[int]:
    ended = Suspension.objects.filter(obligation__in=ids, ended_on__isnull=False).order_by()
    return set(ended.values_list("obligation_id", flat=True))


def _first_done(chain: Chain, today: date) -> tuple[Obligation, Obligation]:
    one = next((row for row in chain if row.done_on is not None), chain[-1])
    return one, one


def _worst(chain: Chain, today: date) -> tuple[Obligation, Obligation]:
    late = next((row for row in chain if row.done_on is not None and row.is_late(today)), chain[-1])
    return chain[-1], late


def _row(one: Obligation, today: date, was_stopped: bool, table: Table) -> Row:
    state, words = _state(one, today)
    if one.due_on is not None and one.is_moved:
        moved = "挂账后" if was_stopped else "延期"
        words = f"{moved}应于 {cn_day(one.due_on)}（原定 {cn_day(one.original_due_on)}），{words}"
        state = "extended" if state == "on_time" else state
    elif one.due_on is not None:
        words = f"应于 {cn_day(one.due_on)}，{words}"
    return judged_row(
        table, state, label=one.subject_label, url=one.subject_url or one.get_absolute_url(), note=words
    )


def _state(one: Obligation, today: date) -> tuple[str, str]:
    if one.done_on is not None and one.due_on is not None:
        if one.done_on <= one.due_on:
            return "on_time", f"{cn_day(one.done_on)} 办结"
        return "late", f"{cn_day(one.done_on)} 才办，晚 {(one.done_on - one.due_on).days} 天"
    if one.waived_at is not None:
        return "waived", f"已免办：{one.waived_reason}"
    if one.paused:
        return "suspended", "挂账中"
    if one.due_on is not None and today > one.due_on:
        return "missing", "还没有办"
    return "pending", "还没有到期"
