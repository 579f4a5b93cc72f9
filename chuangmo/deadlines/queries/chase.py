"""The chase list: who owes what, how late, which rung, what waits for a decision. Constant queries whatever the size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal, Rung
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar

__all__ = ["KIND_WORDS", "STATES", "ChaseRow", "chase_rows", "chased", "ladder_words", "state_of", "visible"]

KIND_WORDS: Mapping[str, str] = {
    "report": "报表",
    "material": "归档材料",
    "sign_off": "单位审核",
    "verify": "牵头核定",
    "accept": "创模办审定",
    "progress": "工程进度",
    "stage": "工程阶段",
    "task": "攻坚任务",
    "task_share": "任务份额",
    "order_sign": "督办单签收",
    "order": "督办单",
    "order_review": "督办单复核",
    "decision": "议定事项",
}
STATES: Mapping[str, str] = {
    "late": "逾期的",
    "soon": "七天内到期的",
    "proposed": "有建议待确认的",
    "asked": "有申请待决定的",
    "held": "暂缓的",
    "paused": "挂账的",
    "all": "全部未办结的",
}


@dataclass(frozen=True, slots=True)
class ChaseRow:
    """One line: the obligation, its state, how late in working days, the rung reached, what waits, who has seen it."""

    obligation: Obligation
    state: str
    days_late: int
    rung: str
    proposal: Proposal | None
    request: DeadlineRequest | None
    kind: str
    seen: str = ""


def visible(rights: Rights) -> QuerySet[Obligation]:
    """What the person may look at: of every unit whose matters they see."""
    return Obligation.objects.filter(unit__in=rights.view)


def chased(rights: Rights, state: str, at: date) -> QuerySet[Obligation]:
    """What the person's office chases, narrowed to a state, the longest overdue first."""
    rows = Obligation.objects.overseen_by(rights.oversee)
    conditions = {
        "late": Q(due_on__lt=at, paused=False),
        "soon": Q(due_on__gte=at, due_on__lte=_week_after(at)),
        "proposed": Exists(Proposal.objects.filter(obligation=OuterRef("pk"), state=Proposal.State.OPEN)),
        "asked": Exists(
            DeadlineRequest.objects.filter(obligation=OuterRef("pk"), state=DeadlineRequest.State.OPEN)
        ),
        "held": Q(held_from__isnull=False),
        "paused": Q(paused=True),
    }
    if state in conditions:
        rows = rows.filter(conditions[state])
    return rows.select_related("unit").order_by("due_on", "unit__order", "unit_id", "pk")


def chase_rows(rows: Iterable[Obligation] | QuerySet[Obligation], at: date) -> list[ChaseRow]:
    """What the list shows of these: five queries."""
    if isinstance(rows, QuerySet):
        rows = rows.prefetch_related(*_waiting())
    names, calendar = ladder_words(), work_calendar()
    return [_row(one, names, calendar, at) for one in rows]


def ladder_words() -> dict[int, str]:
    """The names of the rungs by offset."""
    return dict(Rung.objects.values_list("offset", "name"))


def state_of(row: Obligation, at: date) -> str:
    """The code of its sign (chuangmo.shell.signs)."""
    if row.waived_at is not None:
        return "let_off"
    if row.done_on is not None:
        return "done_late" if row.is_late(at) else "done"
    if row.superseded:
        return "renewed"
    if row.paused:
        return "suspended"
    if row.is_late(at):
        return "overdue"
    return "not_due"


def _waiting() -> list[Prefetch]:
    return [
        Prefetch(
            "proposals",
            Proposal.objects.filter(state=Proposal.State.OPEN).select_related("rung"),
            to_attr="open_proposals",
        ),
        Prefetch(
            "requests",
            DeadlineRequest.objects.filter(state=DeadlineRequest.State.OPEN).select_related("asked_by"),
            to_attr="open_requests",
        ),
    ]


def _row(one: Obligation, names: Mapping[int, str], calendar: WorkCalendar, at: date) -> ChaseRow:
    late = 0
    if one.due_on is not None and at > one.due_on:
        late = max(0, calendar.working_days_between(one.due_on, at) - one.stopped_days)
    return ChaseRow(
        obligation=one,
        state=state_of(one, at),
        days_late=late,
        rung=names.get(one.level, "") if one.level is not None else "",
        proposal=next(iter(one.open_proposals), None),  # type: ignore[attr-defined]
        request=next(iter(one.open_requests), None),  # type: ignore[attr-defined]
        kind=KIND_WORDS.get(one.kind, one.kind),
    )


def _week_after(at: date) -> date:
    return date.fromordinal(at.toordinal() + 7)
