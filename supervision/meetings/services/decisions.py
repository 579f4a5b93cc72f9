"""Decisions: taken, bound, reported, accepted or sent back, turned into an order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import office_unit_id, rights_of
from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.models import Attachment
from chuangmo.files.services import attach, check_upload, store
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import settle
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar
from supervision.gate import require_text
from supervision.meetings.models import AgendaItem, Decision, DecisionState
from supervision.meetings.rules.days import Due, due_fault
from supervision.meetings.services.owing import close_owed, fulfil_owed, owe_decision, reopen_owed
from supervision.meetings.services.permission import decision_for, log, require_deciding
from supervision.meetings.services.telling import (
    DECISION,
    tell_decided,
    tell_reported,
    tell_sent_back,
)
from supervision.orders.models import OrderRules
from supervision.orders.services import draft_order

__all__ = [
    "accept_decision",
    "add_decision",
    "attach_to_decision",
    "bind_decisions",
    "change_decision",
    "check_decision",
    "make_order",
    "remove_decision",
    "report_decision",
    "send_back_decision",
    "withdraw_decision",
]

BACK_DAYS = 2  # working days after a return (domain.md §6)
TEXT_LENGTH, REPORT_LENGTH = 300, 4000


def check_decision(
    *,
    text: str,
    unit: Unit | None,
    due_on: date | None,
    not_before: date,
    county_id: int | None = None,
    calendar: WorkCalendar | None = None,
) -> tuple[Due | None, dict[str, str]]:
    """The day that it comes to, and what is wrong, by field. A unit that no longer exists gets nothing to do, and a
    county's meeting (`county_id`) gives nothing to units outside; a day on which nobody works moves to the next working day."""
    faults = {}
    if not text.strip():
        faults["text"] = "请填写议定事项"
    elif len(text.strip()) > TEXT_LENGTH:
        faults["text"] = f"最多 {TEXT_LENGTH} 字，现有 {len(text.strip())} 字"
    if unit is None:
        faults["unit"] = "请选择责任单位"
    elif not unit.is_valid(clock.today()):
        after = f"，请改为承接单位{unit.successor}" if unit.successor else ""
        faults["unit"] = f"{unit}已撤销，不能再安排事项{after}"
    elif county_id is not None and county_id not in (unit.pk, unit.county_id):
        faults["unit"] = f"{unit}不在本县区，由市创模办安排"
    if fault := due_fault(due_on, not_before):
        faults["due_on"] = fault
    if faults or due_on is None:
        return None, faults
    return Due(due_on, (calendar or work_calendar()).next_working_day(due_on)), {}


@transaction.atomic
def add_decision(
    *,
    by: User,
    origin_kind: str,
    origin_id: int,
    origin_label: str,
    origin_url: str,
    text: str,
    unit: Unit | None,
    due_on: date | None,
    not_before: date,
    item: AgendaItem | None = None,
) -> Decision:
    """A decision that doesn't bind yet (`bind_decisions` does that when the paper is issued). The origin's service has asked
    whether the person may. Invalid by field."""
    meeting = item.meeting if item is not None else None
    require_deciding(by, meeting, "登记议定事项")
    county_id = meeting.office.county_id if meeting else None
    due, faults = check_decision(
        text=text, unit=unit, due_on=due_on, not_before=not_before, county_id=county_id
    )
    if due is None or unit is None:
        raise Invalid(faults)
    decision = Decision.objects.create(
        meeting_id=item.meeting_id if item is not None else None,
        item=item,
        origin_kind=origin_kind,
        origin_id=origin_id,
        origin_label=origin_label[:120],
        origin_url=origin_url,
        text=text.strip(),
        unit=unit,
        asked_due_on=due.asked,
        due_on=due.due,
        original_due_on=due.due,
        created_by=by,
    )
    log(decision, by, "议定", due.words)
    return decision


@transaction.atomic
def change_decision(
    *, by: User, decision: Decision, text: str, unit: Unit | None, due_on: date | None, not_before: date
) -> bool:
    """Other words, another unit or day, as long as it doesn't bind; False where nothing changed."""
    require_deciding(by, decision.meeting, "修改议定事项")
    county_id = decision.meeting.office.county_id if decision.meeting else None
    due, faults = check_decision(
        text=text, unit=unit, due_on=due_on, not_before=not_before, county_id=county_id
    )
    if due is None or unit is None:
        raise Invalid(faults)
    if (decision.text, decision.unit_id, decision.asked_due_on) == (text.strip(), unit.pk, due.asked):
        return False
    changed = Decision.objects.filter(pk=decision.pk, state=DecisionState.DRAFT).update(
        text=text.strip(), unit=unit, asked_due_on=due.asked, due_on=due.due, original_due_on=due.due,
        version=F("version") + 1,
    )  # fmt: skip
    if not changed:
        raise Stale("这件事已经生效，不能再改")
    log(decision, by, "修改", due.words, {"事项": [decision.text, text.strip()]})
    return True


@transaction.atomic
def remove_decision(*, by: User, decision: Decision) -> None:
    """Strike a decision that doesn't bind yet."""
    require_deciding(by, decision.meeting, "删除议定事项")
    log(decision, by, "删除")
    if not Decision.objects.filter(pk=decision.pk, state=DecisionState.DRAFT).delete()[0]:
        raise Stale("这件事已经生效，不能删除；可以撤销")


@transaction.atomic
def bind_decisions(*, by: User, decisions: Iterable[Decision], label: str) -> list[Decision]:
    """The paper is issued: these bind from now on, are owed and told."""
    bound = []
    for decision in decisions:
        if not Decision.objects.filter(pk=decision.pk, state=DecisionState.DRAFT).update(
            state=DecisionState.OPEN, origin_label=label[:120]
        ):
            continue
        decision.refresh_from_db()
        owe_decision(decision)
        log(decision, by, "生效", f"{label}；{long_date(decision.due_on)}前完成")
        bound.append(decision)
    tell_decided(bound)
    return bound


@transaction.atomic
def report_decision(*, by: User, decision_id: int, version: int, report: str) -> Decision:
    """The unit reports that it is done, in words (what hangs on it is attached before). Counts as done for the deadline;
    the office says whether it is."""
    decision = decision_for(by, decision_id, "report")
    report = require_text("report", report, "请写明完成情况", REPORT_LENGTH)
    _move(
        decision,
        version,
        DecisionState.OPEN,
        DecisionState.REPORTED,
        report=report,
        reported_on=clock.today(),
    )
    fulfil_owed(decision, by)
    log(decision, by, "报告完成", report)
    tell_reported(decision, decision.version)
    return decision


@transaction.atomic
def accept_decision(*, by: User, decision_id: int, version: int, text: str = "") -> Decision:
    """The office agrees: done."""
    decision = decision_for(by, decision_id, "accept")
    _move(decision, version, DecisionState.REPORTED, DecisionState.DONE, done_on=clock.today())
    settle(subject_kind=DECISION, subject_ids=[decision.pk], kinds=[kinds.PROPOSAL])
    log(decision, by, "确认办结", text.strip()[:200])
    return decision


@transaction.atomic
def send_back_decision(*, by: User, decision_id: int, version: int, reason: str) -> Decision:
    """The office doesn't agree: owed again, in another cycle, due in two working days unless its own day comes later."""
    decision = decision_for(by, decision_id, "send_back")
    reason = require_text("reason", reason, "请写明退回原因", 200)
    due_on = max(decision.due_on, work_calendar().add_working_days(clock.today(), BACK_DAYS))
    _move(decision, version, DecisionState.REPORTED, DecisionState.OPEN, reported_on=None, due_on=due_on)
    reopen_owed(decision, due_on, by, reason)
    log(decision, by, "退回重办", reason, {"应办日期": ["", due_on.isoformat()]})
    tell_sent_back(decision, reason, decision.version)
    return decision


@transaction.atomic
def withdraw_decision(*, by: User, decision_id: int, version: int, reason: str) -> Decision:
    """The office takes it back, for a reason: nothing is owed any more; it stays in the list."""
    decision = decision_for(by, decision_id, "withdraw")
    reason = require_text("reason", reason, "请写明撤销原因", 200)
    _move(decision, version, DecisionState(decision.state), DecisionState.WITHDRAWN)
    close_owed(decision, f"议定事项已撤销：{reason}")
    settle(subject_kind=DECISION, subject_ids=[decision.pk], kinds=[kinds.PROPOSAL, kinds.OTHER])
    log(decision, by, "撤销", reason)
    return decision


@transaction.atomic
def make_order(*, by: User, decision_id: int, version: int) -> Decision:
    """A draft of an order for what was decided; the office edits and issues it on the order's own page."""
    decision = decision_for(by, decision_id, "order")
    if decision.order_url:
        raise Refused(f"这件事已经转为督办单：{decision.order_label}")
    office_id = decision.meeting.office_id if decision.meeting else office_unit_id(rights_of(by))
    assert office_id is not None
    calendar = work_calendar()
    term = calendar.add_working_days(clock.today(), OrderRules.current().order_days)
    late = "，至今未办结" if decision.is_late(clock.today()) else ""
    order = draft_order(
        office=Unit.objects.get(pk=office_id),
        unit=decision.unit,
        title=decision.text[:120],
        requirements=f"{decision.origin_label}议定，{long_date(decision.due_on)}前完成：{decision.text}{late}。",
        due_on=max(decision.due_on, term) if late else decision.due_on,
        source_kind=DECISION,
        source_id=decision.pk,
        source_label=f"议定事项：{decision}",
        source_url=decision.get_absolute_url(),
        by=by,
    )
    label = f"督办单“{order.title}”"[:80]
    changed = Decision.objects.filter(pk=decision.pk, version=version, order_url="").update(
        order_label=label, order_url=order.get_absolute_url(), version=F("version") + 1
    )
    if not changed:
        raise Stale("这件事刚才有人办理过，请刷新")
    decision.refresh_from_db()
    log(decision, by, "转为督办单", label)
    return decision


@transaction.atomic
def attach_to_decision(*, by: User, decision_id: int, upload: UploadedFile, note: str = "") -> Attachment:
    """A file that proves it."""
    decision = decision_for(by, decision_id, "attach")
    check_upload(upload)
    return attach(
        by=by,
        file=store(upload),
        name=upload.name or "",
        owner_kind=DECISION,
        owner_id=decision.pk,
        owner_label=str(decision),
        unit_id=decision.unit_id,
        note=note,
    )


def _move(decision: Decision, version: int, old: DecisionState, new: DecisionState, **more: object) -> None:
    """From one state to the next, from the version that the page showed; Stale where somebody was faster."""
    if not Decision.objects.filter(pk=decision.pk, state=old, version=version).update(
        state=new, version=F("version") + 1, **more
    ):
        raise Stale("这件事刚才有人办理过。您写的内容没有丢，请对照后再提交。")
    decision.refresh_from_db()
