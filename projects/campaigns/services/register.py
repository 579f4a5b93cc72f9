"""Entering members by hand, and putting them right: the same look for twins as an import has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit, UnitKind
from projects.campaigns.models import CodeKind, Member, MemberState, Post, Task
from projects.campaigns.queries.register import county_of_units, known_members, places
from projects.campaigns.rights import may_list
from projects.campaigns.rules.codes import credit_code_fault, plain_code
from projects.campaigns.rules.matching import APART, match
from projects.campaigns.rules.names import name_key, plain_spelling
from projects.campaigns.rules.sheets import Line
from projects.campaigns.services.gate import hold_task, note
from projects.campaigns.services.shares import ensure_share, settle

__all__ = ["Entry", "add_member", "change_member"]

LABELS = {
    "name": "名称",
    "code": "代码",
    "unit": "责任单位",
    "county": "所在县区",
    "post": "岗位和责任人",
    "value": "数值",
    "remark": "备注",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is typed about a member. `is_apart` says that it is none of those that have a similar name."""

    name: str
    unit_id: int
    code: str = ""
    county_id: int | None = None
    post_id: int | None = None
    value: Decimal | None = None
    remark: str = ""
    is_apart: bool = False


@transaction.atomic
def add_member(*, by: User, task_id: int, entry: Entry) -> Member:
    """Enter one member. Raises Refused, Invalid (cells of `Entry` without `_id`; `is_apart` for a likely twin)."""
    task = hold_task(task_id)
    values = _checked(by, task, entry)
    try:
        with transaction.atomic():
            member = Member.objects.create(task=task, **values)
    except IntegrityError as error:
        raise Invalid({"name": "名单里已有同名同代码的对象"}) from error
    ensure_share(task, member.unit_id)
    note(
        by=by, members=[member], action="登记", changes={"名称": ["", member.name], "代码": ["", member.code]}
    )
    settle([task], by)
    return member


@transaction.atomic
def change_member(*, by: User, member_id: int, version: int, entry: Entry) -> Member:
    """Put a member right that is not ticked off. Raises Refused, Invalid, Stale."""
    member = Member.objects.select_related("task").filter(pk=member_id).first()
    if member is None:
        raise Refused("没有这个对象")
    task = hold_task(member.task_id)
    if not may_list(rights_of(by), task, member.unit_id):
        raise Refused("您不能改这个单位的名单")
    values = _checked(by, task, entry, member)
    before = {name: _word(getattr(member, name)) for name in LABELS}
    open_states = [MemberState.OPEN, MemberState.RETURNED]
    try:
        with transaction.atomic():
            done = Member.objects.filter(pk=member.pk, version=version, state__in=open_states).update(
                version=F("version") + 1, **values
            )
    except IntegrityError as error:
        raise Invalid({"name": "名单里已有同名同代码的对象"}) from error
    if not done:
        raise Stale("刚才有人改过或已经销号，请刷新后再试；您填的内容还在")
    member = Member.objects.select_related("task", "task__plan", "unit").get(pk=member.pk)
    changes = {
        label: [before[name], _word(getattr(member, name))]
        for name, label in LABELS.items()
        if before[name] != _word(getattr(member, name))
    }
    if changes:
        words = "；".join(f"{label}：{old or '空'} → {new or '空'}" for label, (old, new) in changes.items())
        ensure_share(task, member.unit_id)
        note(by=by, members=[member], action="修改", changes=changes, reason=words[:200])
        settle([task], by)
    return member


def _checked(by: User, task: Task, entry: Entry, member: Member | None = None) -> dict[str, object]:
    """The columns to store. Raises Refused, and Invalid with every fault at once."""
    if not may_list(rights_of(by), task, entry.unit_id):
        raise Refused("您不能改这个单位的名单")
    name, code = plain_spelling(entry.name), plain_code(entry.code)
    faults: dict[str, str] = {}
    if not name_key(name):
        faults["name"] = "请填写名称"
    if entry.unit_id not in unit_ids_of(task):
        faults["unit"] = "这个单位不是这项任务的责任单位"
    if code and task.code_kind == CodeKind.CREDIT and (message := credit_code_fault(code)):
        faults["code"] = message
    if code and _same_code(task, code, member):
        faults["code"] = f"名单里已有代码 {code}"
    if entry.value is not None and (not task.measure or entry.value < 0):
        faults["value"] = f"{task.measure or '数值'}不能是负数" if task.measure else "这项任务的对象没有数值"
    if entry.post_id and not Post.objects.filter(pk=entry.post_id, unit=entry.unit_id).exists():
        faults["post"] = "这个岗位不是该单位的"
    counties = Unit.objects.filter(kind__in=[UnitKind.COUNTY, UnitKind.ZONE])
    if entry.county_id and not counties.filter(pk=entry.county_id).exists():
        faults["county"] = "这不是县区"
    if faults:
        raise Invalid(faults)
    return {
        "name": name,
        "key": name_key(name)[:100],
        "code": code,
        "unit_id": entry.unit_id,
        "county_id": entry.county_id,
        "post_id": entry.post_id,
        "value": entry.value,
        "remark": entry.remark.strip()[:200],
        "apart": _apart(task, entry, name, code, member),
    }


def _apart(task: Task, entry: Entry, name: str, code: str, member: Member | None) -> int:
    """The number that keeps it from confirmed twins. Invalid where it may be one that nobody has confirmed."""
    key = name_key(name)
    if member is not None and (member.key, member.code, member.unit_id) == (key, code, entry.unit_id):
        return member.apart
    known = [one for one in known_members(task) if member is None or one.pk != member.pk]
    line = Line("", 0, name, key, code, entry.unit_id, entry.county_id)
    decisions = {line.place: APART} if entry.is_apart else {}
    found = match(
        [line],
        known,
        columns=(),
        decisions=decisions,
        county_of_unit=county_of_units(),
        places=places(),
    )
    if found.undecided:
        doubt = found.doubts[0]
        raise Invalid(
            {"is_apart": f"名单里已有“{doubt.other_name}”（{doubt.why}）；确实不是同一个，请勾选后再存"}
        )
    if not found.fresh:
        raise Invalid({"name": f"名单里已有“{name}”"})
    return found.fresh[0][1]


def _same_code(task: Task, code: str, member: Member | None) -> bool:
    rows = Member.objects.filter(task=task, code=code).exclude(state=MemberState.REMOVED)
    return (rows.exclude(pk=member.pk) if member else rows).exists()


def unit_ids_of(task: Task) -> set[int]:
    """The units that may have members of the task: the lead, those that the plan names, those that got a share."""
    return {
        task.lead_id,
        *task.units.values_list("pk", flat=True),
        *task.shares.filter(passed_to=None).values_list("unit_id", flat=True),
    }


def _word(value: object) -> str:
    return "" if value is None else str(value)
