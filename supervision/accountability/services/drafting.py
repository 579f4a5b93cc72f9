"""A measure is drafted: by hand, or (a draft only) after the office took up what the ladder proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id, rights_of
from chuangmo.days import long_date
from chuangmo.deadlines.models import Obligation, Proposal, Rung
from chuangmo.errors import Invalid, Refused
from chuangmo.files.models import Attachment
from chuangmo.files.services import attach, check_upload, store
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import notify
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.accountability.models import Measure, MeasureKind, MeasureState
from supervision.accountability.services.permission import KIND, measure_for, move, note

__all__ = [
    "Words",
    "attach_to_measure",
    "draft_measure",
    "edit_measure",
    "may_approve",
    "proposal_confirmed",
    "propose_measure",
]

KIND_OF_ACTION = {Rung.Action.TALK: MeasureKind.TALK, Rung.Action.ACCOUNT: MeasureKind.ACCOUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the office types about a measure; which fields matter depends on its kind."""

    title: str
    grounds: str = ""
    demand: str = ""
    persons: str = ""
    addressee: str = ""
    place: str = ""
    host: str = ""
    planned_on: date | None = None


@transaction.atomic
def draft_measure(
    *,
    by: User,
    kind: str,
    plan: Plan,
    unit: Unit,
    words: Words,
    obligations: Iterable[Obligation] = (),
    proposal: Proposal | None = None,
) -> Measure:
    """A draft, which nobody but the office sees. Invalid by field."""
    rights = rights_of(by)
    if not rights.is_office:
        raise Refused("只有创模办可以起草")
    office_id = office_unit_id(rights)
    assert office_id is not None
    owed = list(obligations)
    faults = _faults(words)
    if not unit.is_valid(clock.today()):
        after = f"，请改为承接单位{unit.successor}" if unit.successor else ""
        faults["unit"] = f"{unit}已撤销{after}"
    if any(row.unit_id != unit.pk for row in owed):
        faults["obligations"] = "只能选这个单位的未办事项"
    if kind not in MeasureKind.values:
        faults["kind"] = "请选择种类"
    if faults:
        raise Invalid(faults)
    measure = Measure.objects.create(
        kind=kind,
        plan=plan,
        office_id=office_id,
        unit=unit,
        proposal=proposal,
        drafted_by=by,
        **_columns(words),
    )
    measure.obligations.set(owed)
    note(measure, by, "起草")
    return measure


@transaction.atomic
def edit_measure(
    *,
    by: User,
    measure_id: int,
    version: int,
    words: Words,
    obligations: Iterable[Obligation] | None = None,
) -> Measure:
    """Other words, as long as it is a draft."""
    measure = measure_for(by, measure_id, "edit")
    faults = _faults(words)
    owed = None if obligations is None else list(obligations)
    if owed and any(row.unit_id != measure.unit_id for row in owed):
        faults["obligations"] = "只能选这个单位的未办事项"
    if faults:
        raise Invalid(faults)
    before = measure.title
    move(measure, version, MeasureState.DRAFT, **_columns(words))
    if owed is not None:
        measure.obligations.set(owed)
    note(measure, by, "修改", changes={"标题": [before, measure.title]})
    return measure


@transaction.atomic
def propose_measure(*, by: User, measure_id: int, version: int, approver: User | None) -> Measure:
    """Send it to the named person for approval: somebody of the office, not the drafter (unless the office is marked as
    one of a single person). Invalid where something is missing."""
    measure = measure_for(by, measure_id, "propose")
    faults = _missing(measure)
    if approver is None:
        faults["approver"] = "请指定批准人"
    elif fault := _approver_fault(measure, approver):
        faults["approver"] = fault
    if faults or approver is None:
        raise Invalid(faults)
    move(measure, version, MeasureState.PENDING, approver=approver, opinion="")
    note(measure, by, "报批", changes={"批准人": ["", str(approver)]})
    notify(
        to=[approver],
        kind=kinds.PROPOSAL,
        title=f"待批准：{measure.get_kind_display()} {measure.title}",
        text=f"{by} 起草，请您批准。\n事由：{measure.grounds}",
        action="去批准",
        url=measure.get_absolute_url(),
        subject_kind=KIND,
        subject_id=measure.pk,
        subject_label=measure.title,
        unit=measure.unit,
        key=f"measure:{measure.pk}:pending:{measure.version}",
    )
    return measure


def may_approve(measure: Measure, person: User) -> bool:
    return not _approver_fault(measure, person)


def proposal_confirmed(*, proposal: Proposal, by: User) -> None:
    """For settings.PROPOSALS_CONFIRMED: 约谈 and 问责 become a draft; nothing goes out by itself. Repeating is harmless."""
    kind = KIND_OF_ACTION.get(Rung.Action(proposal.rung.action))
    if kind is None or Measure.objects.filter(proposal=proposal).exists():
        return
    row = proposal.obligation
    due = long_date(row.due_on) if row.due_on else "待定"
    draft_measure(
        by=by,
        kind=kind,
        plan=Plan.objects.current(),
        unit=row.unit,
        words=Words(
            title=f"{row.unit.short_name}逾期未办“{row.subject_label}”"[:120],
            grounds=f"{row.unit}应于 {due} 前办结“{row.subject_label}”，至今未办结。",
            addressee="市监察局" if kind == MeasureKind.ACCOUNT else "",
        ),
        obligations=[row],
        proposal=proposal,
    )


@transaction.atomic
def attach_to_measure(*, by: User, measure_id: int, upload: UploadedFile, text: str = "") -> Attachment:
    """A signed record, a clipping, an answer: at any time before the end."""
    rights = rights_of(by)
    measure = Measure.objects.filter(pk=measure_id).first()
    if measure is None or not rights.is_office:
        raise Refused("只有创模办可以上传附件")
    if measure.state in (MeasureState.CLOSED, MeasureState.DROPPED):
        raise Refused("这件事已经结束，不能再上传附件")
    check_upload(upload)
    return attach(
        by=by,
        file=store(upload),
        name=upload.name or "",
        owner_kind=KIND,
        owner_id=measure.pk,
        owner_label=str(measure),
        unit_id=measure.unit_id,
        note=text,
    )


def _approver_fault(measure: Measure, person: User) -> str:
    if not rights_of(person).is_office:
        return "批准人应是创模办的人员"
    if person.pk == measure.drafted_by_id and measure.office.own_review:
        return "起草人不能批准自己起草的，请指定另一位"
    return ""


def _faults(words: Words) -> dict[str, str]:
    if not words.title.strip():
        return {"title": "请填写标题"}
    return {"title": "最多 120 字"} if len(words.title.strip()) > 120 else {}


def _missing(measure: Measure) -> dict[str, str]:
    """What a measure of that kind can't go out without."""
    wanted = {"grounds": "请写明事由", "demand": "请写明要求"}
    if measure.kind == MeasureKind.TALK:
        wanted |= {
            "planned_on": "请填写约谈日期",
            "place": "请填写地点",
            "host": "请填写约谈人",
            "persons": "请填写约谈对象",
        }
    else:
        wanted["addressee"] = (
            "请填写送交的媒体" if measure.kind == MeasureKind.EXPOSURE else "请填写移送的机关"
        )
    return {name: text for name, text in wanted.items() if not getattr(measure, name)}


def _columns(words: Words) -> dict[str, object]:
    values = {name: getattr(words, name) for name in words.__slots__}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
