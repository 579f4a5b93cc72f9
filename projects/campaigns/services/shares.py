"""Each unit's share of a task: opened from the plan, owed until its members are verified, passed on after an objection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import Owed
from chuangmo.deadlines.services import fulfil, open_cycle, owe
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.periods import month
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Plan
from projects.campaigns.models import Member, MemberState, Share, Task
from projects.campaigns.queries.counts import counts_by_unit
from projects.campaigns.queries.standings import stands_of
from projects.campaigns.rights import may_list
from projects.campaigns.rules.standing import Counts

__all__ = [
    "SHARE",
    "TASK",
    "close_list",
    "ensure_share",
    "open_shares",
    "redispatch_share",
    "reopen_list",
    "settle",
    "tasks_owed",
]

TASK, SHARE = "task", "task_share"  # kinds of obligation: the lead owes the task, each unit its share
AGAIN_WORKING_DAYS = 2  # for what comes back after it was done, as a returned report (domain.md §6)


def open_shares(plan: Plan) -> int:
    """A share of every task for each of its units; returns how many are new. What was passed on stays passed on."""
    pairs = Task.units.through.objects.filter(task__plan=plan).values_list("task_id", "unit_id")
    there = set(Share.objects.filter(task__plan=plan).values_list("task_id", "unit_id"))
    new = [Share(task_id=task, unit_id=unit) for task, unit in pairs if (task, unit) not in there]
    Share.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def ensure_share(task: Task, unit_id: int) -> None:
    """A unit that gets members (the lead itself, say) has a share."""
    Share.objects.get_or_create(task=task, unit_id=unit_id)


def tasks_owed(at: date, horizon: date) -> Iterator[Owed]:
    """For settings.OBLIGATION_SOURCES: the current plan's tasks, each by its lead, and each share by its unit, on the
    task's day or the next working day."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None or at < plan.window_start:
        return
    open_shares(plan)
    tasks = list(Task.objects.filter(plan=plan, due_on__lte=horizon).select_related("plan", "lead"))
    settle(tasks, None)
    shares: dict[int, list[Share]] = defaultdict(list)
    for share in Share.objects.filter(task__in=tasks, passed_to=None).select_related("unit"):
        shares[share.task_id].append(share)
    calendar = work_calendar()
    for task in tasks:
        due_on = calendar.next_working_day(task.due_on)
        yield _owed(task, TASK, task.lead_id, task.pk, str(task), due_on)
        for share in shares[task.pk]:
            label = f"{task}（{share.unit.short_name}）"
            yield _owed(task, SHARE, share.unit_id, share.pk, label, due_on)


def _owed(task: Task, kind: str, unit_id: int, subject_id: int, label: str, due_on: date) -> Owed:
    return Owed(
        kind=kind,
        unit_id=unit_id,
        subject_kind=kind,
        subject_id=subject_id,
        subject_label=label,
        subject_url=task.get_absolute_url(),
        period=month(due_on.year, due_on.month),
        due_on=due_on,
    )


def settle(tasks: Sequence[Task], by: User | None) -> None:
    """Bring what is owed in step with what is verified: a share with a complete list and every member verified is done,
    a task that reached its target, too; what is no longer so is owed again. Four queries and those of what changes."""
    today = clock.today()
    counts = counts_by_unit([task.pk for task in tasks])
    stands = stands_of(tasks, today, counts=counts)
    done: dict[tuple[str, int], bool] = {(TASK, task.pk): stands[task.pk].is_done for task in tasks}
    for share in Share.objects.filter(task__in=tasks, passed_to=None):
        mine = counts.get(share.task_id, {}).get(share.unit_id, Counts())
        done[SHARE, share.pk] = share.closed_at is not None and mine.verified == mine.total
    subjects = {kind: [pk for one, pk in done if one == kind] for kind in (TASK, SHARE)}
    for kind, ids in subjects.items():
        rows = Obligation.objects.filter(
            subject_kind=kind, subject_id__in=ids, superseded=False, waived_at__isnull=True
        )
        for row in rows.select_related("unit"):
            if done[kind, row.subject_id] and row.done_at is None:
                fulfil(row, by)
            elif not done[kind, row.subject_id] and row.done_at is not None:
                _owe_again(row, by, today)


def _owe_again(row: Obligation, by: User | None, today: date) -> None:
    """Due in two working days, but not before the day on which it was due anyway."""
    due_on: date = work_calendar().add_working_days(today, AGAIN_WORKING_DAYS)
    if row.due_on is not None and row.due_on > due_on:
        open_cycle(row, due_on=row.due_on, by=by, reason="有对象退回、新增或重新待办")
        return
    open_cycle(row, due_on=due_on, by=by, reason="有对象退回、新增或重新待办", term_days=AGAIN_WORKING_DAYS)


@transaction.atomic
def close_list(*, by: User, share_id: int, none_reason: str = "") -> Share:
    """A unit's list is complete; an empty one needs a reason. The unit's people, the lead, the office.

    Raises Refused, Stale (closed already), Invalid (`none_reason`)."""
    share = _held(by, share_id)
    count = Member.objects.filter(task=share.task, unit=share.unit).exclude(state=MemberState.REMOVED).count()
    reason = none_reason.strip()[:200]
    if not count and not reason:
        raise Invalid({"none_reason": "名单是空的；确实没有这类对象的，请写明理由"})
    mark = {"closed_at": timezone.now(), "closed_by": by, "none_reason": "" if count else reason}
    if not Share.objects.filter(pk=share.pk, closed_at=None).update(**mark):
        raise Stale("名单刚才已经报齐")
    _note(by, share, "名单报齐", {"个数": ["", count]}, reason)
    settle([share.task], by)
    share.refresh_from_db()
    return share


@transaction.atomic
def reopen_list(*, by: User, share_id: int) -> Share:
    """The list turned out to be incomplete. Raises Refused, Stale."""
    share = _held(by, share_id)
    done = Share.objects.filter(pk=share.pk, closed_at__isnull=False)
    if not done.update(closed_at=None, closed_by=None, none_reason=""):
        raise Stale("名单刚才已经重新打开")
    _note(by, share, "名单重新打开", {})
    settle([share.task], by)
    share.refresh_from_db()
    return share


@transaction.atomic
def redispatch_share(*, obligation: Obligation, to_unit: Unit, due_on: date, by: User) -> None:
    """For settings.REDISPATCH: the other unit gets the share with everything that is not verified yet."""
    share = Share.objects.select_for_update(of=("self",)).select_related("task").get(pk=obligation.subject_id)
    if to_unit.pk == share.unit_id:
        raise Invalid({"to_unit": "这就是现在的责任单位"})
    other, _ = Share.objects.get_or_create(task=share.task, unit=to_unit)
    if other.passed_to_id is not None:
        raise Invalid({"to_unit": f"{to_unit} 的份额已经改派给别的单位"})
    Share.objects.filter(pk=share.pk).update(passed_to=to_unit)
    Share.objects.filter(pk=other.pk).update(closed_at=None, closed_by=None, none_reason="")
    members = Member.objects.filter(task=share.task, unit=share.unit).exclude(
        state__in=[MemberState.VERIFIED, MemberState.REMOVED]
    )
    taken = set(
        Member.objects.filter(task=share.task, unit=to_unit)
        .exclude(state=MemberState.REMOVED)
        .values_list("key", "code", "apart")
    )
    twins = [one.name for one in members if (one.key, one.code, one.apart) in taken]
    if twins:
        raise Invalid({"to_unit": f"{to_unit} 的名单里已有“{'”“'.join(twins[:5])}”，请先合并"})
    moved = members.update(unit=to_unit, post=None, version=F("version") + 1)
    owed = owe(
        kind=SHARE,
        unit=to_unit,
        subject_kind=SHARE,
        subject_id=other.pk,
        subject_label=f"{share.task}（{to_unit.short_name}）",
        subject_url=share.task.get_absolute_url(),
        period=obligation.period,
        due_on=due_on,
        locks_on=None,
    )
    # As if the source had opened it, and extended: its own day is not undone by the next reconciliation.
    Obligation.objects.filter(pk=owed.pk, source="").update(
        source=obligation.source, original_due_on=obligation.original_due_on
    )
    _note(by, share, "份额改派", {"责任单位": [share.unit.name, to_unit.name], "对象": ["", moved]})
    settle([share.task], by)


def _held(by: User, share_id: int) -> Share:
    share = (
        Share.objects.select_for_update(of=("self",))
        .select_related("task", "task__plan", "task__lead", "unit")
        .filter(pk=share_id, passed_to=None)
        .first()
    )
    if share is None or not may_list(rights_of(by), share.task, share.unit_id):
        raise Refused("您不能改这个单位的名单")
    return share


def _note(by: User, share: Share, action: str, changes: dict[str, list[object]], reason: str = "") -> None:
    record(
        by=by,
        action=action,
        object_kind=SHARE,
        object_id=share.pk,
        label=str(share),
        unit_id=share.unit_id,
        reason=reason,
        changes=changes,
    )
