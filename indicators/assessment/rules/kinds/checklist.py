"""LIST: every item of the indicator's checklist is answered “done” by every unit that owes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ..assembly import put_together
from ..figures import ChecklistInput, Done
from ..results import Missing, PartVerdict, Step
from ..schema import ListPart
from ..statuses import Status, all_of
from ..windows import Span, spans
from ..wording import missing_text, pending_text
from .registry import Context, judge

__all__ = ["judge_list"]

THRESHOLD = "全部完成"


@judge("LIST")
def judge_list(part: ListPart, context: Context) -> PartVerdict:
    """All items done. 不适用 leaves the count; no answer after the due day is 数据不全; “not done” before the
    due day is work in progress, after it 不达标. No margin: a list has none. `value` = items done."""
    items: dict[str, list[ChecklistInput]] = defaultdict(list)
    windows = spans(part.window, context.plan_year, context.as_of)
    for one in context.inputs.checklist:
        if any(_within(one, span) for span in windows):
            items[one.item].append(one)
    steps = [_item_step(part, items[key], windows[0], context) for key in sorted(items)]
    counted = [step for step in steps if step.status is not Status.NOT_APPLICABLE]
    done = [step for step in counted if step.status is Status.MET and not step.provisional]
    if not steps:
        return put_together(
            part, [], expression="工作清单各项", threshold=THRESHOLD, remark="清单尚无应答条目"
        )
    return put_together(
        part,
        steps,
        expression="工作清单各项",
        threshold=THRESHOLD,
        text=f"{len(done)}/{len(counted)} 项" if counted else "不适用",
        value=Decimal(len(done)) if counted else None,
        remark=_part_remark(counted, len(done)),
    )


def _within(one: ChecklistInput, span: Span) -> bool:
    return span.start <= one.period.start <= span.to and (
        one.period.end <= span.close or span.start == date.min
    )


def _item_step(part: ListPart, answers: Sequence[ChecklistInput], span: Span, context: Context) -> Step:
    by_unit: dict[str, list[ChecklistInput]] = defaultdict(list)
    for one in answers:
        by_unit[one.unit].append(one)
    states: dict[str, Status] = {}
    missing: list[Missing] = []
    pending: list[Missing] = []
    for unit in sorted(by_unit):
        mine = sorted(by_unit[unit], key=lambda one: (one.period.start, one.period.end))
        judged = mine if part.periods == "every" else _latest(mine, context.due_by)
        states[unit] = all_of(_state(one, context.due_by) for one in judged)
        missing += [_missing(one, context) for one in judged if _state(one, context.due_by) is Status.PARTIAL]
        if states[unit] is Status.NONE:
            pending.append(_missing(mine[-1], context))
    counted = [status for status in states.values() if status is not Status.NOT_APPLICABLE]
    done = counted.count(Status.MET)
    failing = [context.inputs.unit_name(unit) for unit, status in states.items() if status is Status.MISSED]
    return Step(
        label=answers[0].name,
        status=all_of(states.values()),
        value=None,
        text=f"{done}/{len(counted)} 个单位" if counted else "不适用",
        threshold="完成",
        formula="",
        start=span.start,
        end=span.to,
        remark=_item_remark(failing, missing, pending),
        missing=tuple(missing),
        pending=tuple(pending),
        figure_ids=(),
        provisional=bool(pending),
        correcting=any(one.correcting for one in answers),
    )


def _latest(mine: Sequence[ChecklistInput], due_by: date) -> list[ChecklistInput]:
    """The last answer that counts: the last one that is done, or due. If there is none yet, the last one."""
    settled = [one for one in mine if _state(one, due_by) is not Status.NONE]
    return list(settled[-1:] or mine[-1:])


def _state(one: ChecklistInput, due_by: date) -> Status:
    if one.answer == Done.DONE:
        return Status.MET
    if one.answer == Done.NOT_APPLICABLE:
        return Status.NOT_APPLICABLE
    overdue = one.due_on is not None and one.due_on <= due_by
    if one.answer == Done.NOT_DONE:
        return Status.MISSED if overdue or one.due_on is None else Status.NONE
    return Status.PARTIAL if overdue else Status.NONE


def _missing(one: ChecklistInput, context: Context) -> Missing:
    return Missing(one.unit, context.inputs.unit_name(one.unit), one.item, one.name, one.period, one.due_on)


def _item_remark(failing: list[str], missing: list[Missing], pending: list[Missing]) -> str:
    if failing:
        more = f"等 {len(failing)} 个单位" if len(failing) > 1 else ""
        return f"{failing[0]}{more}未完成"
    if missing:
        return missing_text(missing)
    return pending_text(pending) if pending else ""


def _part_remark(counted: Sequence[Step], done: int) -> str:
    status = all_of(step.status for step in counted)
    waiting = sum(
        1
        for step in counted
        if step.status is Status.NONE or (step.status is Status.MET and step.provisional)
    )
    if status in (Status.MISSED, Status.PARTIAL):
        first = next(step for step in counted if step.status is status)
        return f"{first.label}：{first.remark}"
    if status is Status.NONE:
        return next((step.remark for step in counted if step.remark), "")
    return f"另有 {waiting} 项未到期" if waiting else ("各项均已完成" if done else "")
