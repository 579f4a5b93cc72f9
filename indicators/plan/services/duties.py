"""Duties, group members, and the assignments that follow from both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitName
from indicators.plan.models import (
    Assignment,
    AssignmentRole,
    ChecklistItem,
    Duty,
    DutyRole,
    Indicator,
    MaterialRequirement,
    Plan,
    ReportItem,
)
from indicators.plan.queries import empty_groups, groups_without_members
from indicators.plan.rules.assigning import GroupDuty, Member, Provided, UnitDuty, Wanted, wanted_assignments
from indicators.plan.rules.spans import Span
from indicators.plan.rules.tokens import unit_names
from indicators.plan.services.permission import require_admin

__all__ = [
    "DutyChange",
    "Synced",
    "assignment_differences",
    "change_duty",
    "empty_group_warning",
    "remove_group_member",
    "save_group_member",
    "sync_assignments",
]

# Indicator, unit, role, first day.
_Key = tuple[int, int, str, date | None]


@dataclass(frozen=True)
class Synced:
    """What `sync_assignments` did: how many rows; which groups give none since nobody belongs to them."""

    added: int
    changed: int
    removed: int
    gaps: tuple[UnitGroup, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True)
class DutyChange:
    """What `change_duty` did, and warnings that the administrator should read."""

    ended: Duty | None
    started: Duty | None
    warnings: tuple[str, ...] = ()


def empty_group_warning(group: UnitGroup) -> str:
    """The words for a duty that nobody carries yet."""
    return f"“{group.name}”还没有成员单位，这项职责暂时没有人填报。请先在“单位组”中填入成员单位。"


@transaction.atomic
def sync_assignments(*, plan: Plan, by: User | None = None) -> Synced:
    """Make the plan's Assignment rows follow from its duties, group members and named providers.

    A difference: rows that are right stay, so a second run changes nothing. Whoever calls it after a permitted
    change passes that person on; the rows themselves are derived and need no permission of their own.
    Raises Invalid where a reporter token is malformed or names an unknown unit.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)  # two administrators at once: one after the other
    wanted, existing = _wanted_and_existing(plan)
    gone = [row.pk for key, row in existing.items() if key not in wanted]
    changed = []
    for key in wanted.keys() & existing.keys():
        row = existing[key]
        if row.valid_to != wanted[key].span.end:
            row.valid_to = wanted[key].span.end
            changed.append(row)
    new = [_assignment(wanted[key]) for key in wanted if key not in existing]
    new.sort(key=lambda row: (row.indicator_id, row.role, row.unit_id))
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_update(changed, ["valid_to"])
    Assignment.objects.bulk_create(new)
    synced = Synced(len(new), len(changed), len(gone), tuple(empty_groups(plan)))
    if synced:
        record(
            by=by,
            action="更新任务分派",
            object_kind="plan",
            object_id=plan.pk,
            label=plan.name,
            changes={"新增": [0, len(new)], "变更": [0, len(changed)], "撤销": [0, len(gone)]},
        )
    return synced


def assignment_differences(plan: Plan) -> list[str]:
    """How the plan's Assignment rows differ from what duties, members and providers say; nothing is written.

    One sentence each, in the order of indicators. Raises Invalid like `sync_assignments`.
    """
    wanted, existing = _wanted_and_existing(plan)
    indicators = {indicator.pk: indicator for indicator in Indicator.objects.filter(plan=plan)}
    units = dict(Unit.objects.values_list("pk", "name"))

    def text(key: _Key, end: date | None) -> str:
        indicator_id, unit_id, role, start = key
        days = f"{start or '一直'} 至 {end or '长期'}"
        return f"指标 {indicators[indicator_id]} {units[unit_id]} {AssignmentRole(role).label}（{days}）"

    told: list[tuple[tuple[int, str], str]] = []
    for key in wanted.keys() | existing.keys():
        row, stored = wanted.get(key), existing.get(key)
        if row is None and stored is not None:
            words = f"多出：任务分派 {text(key, stored.valid_to)}"
        elif row is not None and stored is None:
            words = f"缺少：任务分派 {text(key, row.span.end)}"
        elif row is not None and stored is not None and row.span.end != stored.valid_to:
            words = f"不符：任务分派 {text(key, stored.valid_to)}，应至 {row.span.end or '长期'}"
        else:
            continue
        told.append(((indicators[key[0]].number, words), words))
    return [words for _, words in sorted(told)]


@transaction.atomic
def change_duty(
    *,
    indicator: Indicator,
    role: str,
    from_month: date,
    by: User | None,
    starts: Unit | UnitGroup | None = None,
    ends: Unit | UnitGroup | None = None,
    as_written: str = "",
    reason: str = "",
) -> DutyChange:
    """From a month on, let `ends` hold the duty no longer, or `starts` begin to hold it, or both (a hand-over).

    `from_month` is any day of that month. Earlier months stay as they were: an ended duty keeps its days up to the
    last of the month before, one that was to begin then or later is taken back. Returns warnings for an empty group.
    Raises Refused (no administrator; the duty is not there, or is there already) and Invalid.
    """
    require_admin(by)
    Plan.objects.select_for_update().get(pk=indicator.plan_id)
    first = from_month.replace(day=1)
    if starts is None and ends is None:
        raise Invalid({"starts": "请填写从该月起新增或不再承担职责的单位。"})
    if role not in DutyRole.values:
        raise Invalid({"role": "角色应为牵头或责任。"})
    ended = _end(indicator, role, ends, first) if ends is not None else None
    started = None
    warnings: tuple[str, ...] = ()
    if starts is not None:
        order = ended.order if ended is not None else _next_order(indicator, role)
        started = _start(indicator, role, starts, first, order, as_written or starts.name)
        if isinstance(starts, UnitGroup) and groups_without_members(first).filter(pk=starts.pk).exists():
            warnings = (empty_group_warning(starts),)
    record(
        by=by,
        action="变更职责",
        object_kind="indicator",
        object_id=indicator.pk,
        label=f"{indicator} {DutyRole(role).label} 自 {first:%Y-%m}",
        reason=reason,
        changes={"承担单位": [ends.name if ends else "", starts.name if starts else ""]},
    )
    sync_assignments(plan=indicator.plan, by=by)
    return DutyChange(ended, started, warnings)


@transaction.atomic
def save_group_member(
    *,
    group: UnitGroup,
    unit: Unit,
    by: User | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    member: GroupMember | None = None,
    reason: str = "",
) -> GroupMember:
    """Add a unit to a group, or change an existing membership (`member`); assignments follow.

    Raises Refused (no administrator) and Invalid (dates out of order, a unit that already belongs to it then).
    """
    require_admin(by)
    before = f"{member.unit} {_days(member)}" if member is not None and member.pk else ""
    row = member or GroupMember()
    row.group, row.unit, row.valid_from, row.valid_to = group, unit, valid_from, valid_to
    _refuse_overlap(row, GroupMember.objects.filter(group=group, unit=unit), "该单位在这段时间已经是成员。")
    _validated_save(row)
    _record_member(by, row, [before, f"{unit} {_days(row)}"], reason)
    _sync_plans_of(group, by)
    return row


@transaction.atomic
def remove_group_member(*, member: GroupMember, by: User | None, reason: str = "") -> None:
    """Take a membership back as if it had never been (to end one from a day on, save it with `valid_to`)."""
    require_admin(by)
    _record_member(by, member, [f"{member.unit} {_days(member)}", ""], reason)
    group = member.group
    member.delete()
    _sync_plans_of(group, by)


def _wanted_and_existing(plan: Plan) -> tuple[dict[_Key, Wanted], dict[_Key, Assignment]]:
    wanted = {(row.indicator_id, row.unit_id, row.role, row.span.start): row for row in _wanted_of(plan)}
    existing = {
        (row.indicator_id, row.unit_id, row.role, row.valid_from): row
        for row in Assignment.objects.filter(indicator__plan=plan)
    }
    return wanted, existing


def _wanted_of(plan: Plan) -> set[Wanted]:
    duties = list(Duty.objects.filter(indicator__plan=plan))
    return wanted_assignments(
        duties=[
            UnitDuty(duty.indicator_id, duty.unit_id, duty.role, Span(duty.valid_from, duty.valid_to))
            for duty in duties
            if duty.unit_id is not None
        ],
        group_duties=[
            GroupDuty(duty.indicator_id, duty.group_id, Span(duty.valid_from, duty.valid_to))
            for duty in duties
            if duty.group_id is not None
        ],
        members=[
            Member(member.group_id, member.unit_id, Span(member.valid_from, member.valid_to))
            for member in GroupMember.objects.all()
        ],
        provided=_provided(plan),
    )


def _provided(plan: Plan) -> set[Provided]:
    """The units that tokens of the plan's items, checklists and materials name."""
    tokens = {
        *ReportItem.objects.filter(indicator__plan=plan).values_list("indicator_id", "reporter"),
        *ChecklistItem.objects.filter(indicator__plan=plan).values_list("indicator_id", "answered_by"),
        *MaterialRequirement.objects.filter(indicator__plan=plan).values_list("indicator_id", "provider"),
    }
    named = dict(UnitName.objects.values_list("name", "unit_id")) | dict(
        Unit.objects.values_list("name", "pk")
    )
    provided: set[Provided] = set()
    faults: dict[str, str] = {}
    for indicator_id, token in tokens:
        try:
            provided |= {Provided(indicator_id, named[name]) for name in unit_names(token)}
        except ValueError as error:
            faults[token] = str(error)
        except KeyError as error:
            faults[token] = f"“{token}”中没有名为“{error.args[0]}”的单位"
    if faults:
        raise Invalid(faults)
    return provided


def _assignment(wanted: Wanted) -> Assignment:
    return Assignment(
        indicator_id=wanted.indicator_id,
        unit_id=wanted.unit_id,
        role=wanted.role,
        valid_from=wanted.span.start,
        valid_to=wanted.span.end,
    )


def _held_by(holder: Unit | UnitGroup) -> dict[str, Unit | UnitGroup]:
    return {"unit": holder} if isinstance(holder, Unit) else {"group": holder}


def _end(indicator: Indicator, role: str, holder: Unit | UnitGroup, first: date) -> Duty:
    """End the holder's duty before `first`; one that would begin on that day or later is deleted."""
    duties = Duty.objects.filter(indicator=indicator, role=role, **_held_by(holder))
    running = [duty for duty in duties if duty.valid_to is None or duty.valid_to >= first]
    if not running:
        raise Refused(f"“{holder.name}”自 {first:%Y-%m} 起没有这项职责，无需结束。")
    for duty in running:
        if duty.valid_from is not None and duty.valid_from >= first:
            duty.delete()
        else:
            duty.valid_to = first - timedelta(days=1)
            duty.save()
    return running[0]


def _start(
    indicator: Indicator, role: str, holder: Unit | UnitGroup, first: date, order: int, as_written: str
) -> Duty:
    duty = Duty(
        indicator=indicator,
        role=role,
        as_written=as_written,
        order=order,
        valid_from=first,
        **_held_by(holder),
    )
    others = Duty.objects.filter(indicator=indicator, role=role, **_held_by(holder))
    _refuse_overlap(duty, others, f"“{holder.name}”在 {first:%Y-%m} 或以后已有这项职责。")
    _validated_save(duty)
    return duty


def _next_order(indicator: Indicator, role: str) -> int:
    orders = Duty.objects.filter(indicator=indicator, role=role).values_list("order", flat=True)
    return max(orders, default=0) + 1


def _refuse_overlap(
    row: Duty | GroupMember, others: Iterable[Duty] | Iterable[GroupMember], message: str
) -> None:
    span = Span(row.valid_from, row.valid_to)
    for other in others:
        if other.pk != row.pk and span.cut(Span(other.valid_from, other.valid_to)) is not None:
            raise Invalid({"valid_from": message})


def _validated_save(row: Duty | GroupMember) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid({name: "；".join(texts) for name, texts in error.message_dict.items()}) from error
    row.save()


def _sync_plans_of(group: UnitGroup, by: User | None) -> None:
    for plan in Plan.objects.filter(indicators__duties__group=group).distinct():
        sync_assignments(plan=plan, by=by)


def _record_member(by: User | None, row: GroupMember, change: list[str], reason: str) -> None:
    record(
        by=by,
        action="调整组成员",
        object_kind="unitgroup",
        object_id=row.group_id,
        label=row.group.name,
        unit_id=row.unit_id,
        reason=reason,
        changes={"成员": change},
    )


def _days(row: GroupMember) -> str:
    return f"{row.valid_from or '一直'}至{row.valid_to or '长期'}"
