"""What a unit asks about a deadline and how the office decides: extension, 挂账, objection to the assignment."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Suspension
from chuangmo.deadlines.rules import stopped
from chuangmo.deadlines.services.obligations import open_cycle, waive
from chuangmo.deadlines.services.permission import note, require_decider, require_own_unit, require_reason
from chuangmo.deadlines.services.telling import tell_of_decision, tell_of_request
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar

__all__ = [
    "decide_extension",
    "decide_objection",
    "decide_suspension",
    "end_suspensions",
    "object_assignment",
    "request_extension",
    "request_suspension",
    "resume",
    "withdraw_request",
]

Kind, State = DeadlineRequest.Kind, DeadlineRequest.State
REASON_LIMIT = 400
REDISPATCH_WORKING_DAYS = 5  # what another unit is given when the old day is nearer than that


# Asking ---------------------------------------------------------------------------------------------------


@transaction.atomic
def request_extension(*, obligation_id: int, until: date | None, reason: str, by: User) -> DeadlineRequest:
    """Ask for a later day. Refused, Invalid (`until`, `reason`), Stale (there is a request already)."""
    obligation = _askable(obligation_id, by, "申请延期")
    return _ask(obligation, Kind.EXTENSION, until, reason, by, _day_faults(obligation, until, after_due=True))


@transaction.atomic
def request_suspension(*, obligation_id: int, until: date | None, reason: str, by: User) -> DeadlineRequest:
    """Ask for 挂账: the clock shall stand still up to and with `until`."""
    obligation = _askable(obligation_id, by, "申请挂账")
    if obligation.paused:
        raise Refused("这件事已经挂账")
    return _ask(obligation, Kind.SUSPENSION, until, reason, by, _day_faults(obligation, until))


@transaction.atomic
def object_assignment(*, obligation_id: int, reason: str, by: User) -> DeadlineRequest:
    """Say that this isn't the unit's to do, and why."""
    obligation = _askable(obligation_id, by, "提出异议")
    return _ask(obligation, Kind.OBJECTION, None, reason, by, {})


@transaction.atomic
def withdraw_request(*, request_id: int, by: User) -> DeadlineRequest:
    """Take a request back before it is decided."""
    request = _request(request_id)
    require_own_unit(by, request.obligation, "撤回申请")
    _settle(request, State.WITHDRAWN, by, "")
    note(request.obligation, by, f"撤回{request.get_kind_display()}", "")
    return request


def _askable(obligation_id: int, by: User, what: str) -> Obligation:
    obligation = Obligation.objects.select_related("unit").filter(pk=obligation_id).first()
    if obligation is None:
        raise Refused("没有这件事")
    require_own_unit(by, obligation, what)
    if obligation.is_step:
        raise Refused(f"审核步骤不能{what}")
    if not obligation.is_open:
        raise Refused(f"这件事已经办结、免办或开了新的一轮，不能再{what}")
    return obligation


def _day_faults(obligation: Obligation, until: date | None, *, after_due: bool = False) -> dict[str, str]:
    if obligation.due_on is None:
        raise Refused("这件事还没有应办日期，不用申请")
    if until is None:
        return {"until": "请填 2017-06-20 这样的日期"}
    if until < clock.today():
        return {"until": "日期不能早于今天"}
    if after_due and until <= obligation.due_on:
        return {"until": f"要晚于现在的应办日期 {obligation.due_on:%Y-%m-%d}"}
    if until > clock.today() + timedelta(days=366):
        return {"until": "最多一年以内"}
    return {}


def _ask(
    obligation: Obligation, kind: str, until: date | None, reason: str, by: User, faults: dict[str, str]
) -> DeadlineRequest:
    faults |= _reason_faults("reason", reason)
    if faults:
        raise Invalid(faults)
    try:
        with transaction.atomic():
            request = DeadlineRequest.objects.create(
                kind=kind, obligation=obligation, wanted_on=until, reason=reason.strip(), asked_by=by
            )
    except IntegrityError as error:
        raise Stale("这件事已有一个申请在等创模办决定，请刷新") from error
    tell_of_request(request)
    asked = {"申请至": ["", until.isoformat()]} if until else {}
    note(
        obligation,
        by,
        "提出异议" if kind == Kind.OBJECTION else f"申请{request.get_kind_display()}",
        reason,
        asked,
    )
    return request


def _reason_faults(name: str, text: str) -> dict[str, str]:
    try:
        require_reason(text, limit=REASON_LIMIT)
    except Invalid as error:
        return {name: error.faults["reason"]}
    return {}


# Deciding -------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_extension(
    *, request_id: int, granted: bool, decision: str, by: User, until: date | None = None
) -> DeadlineRequest:
    """Grant (a new cycle with a later day; the old day stays visible) or refuse, with a reason.

    A granted day that is no working day moves to the next one.
    """
    request = _decidable(request_id, Kind.EXTENSION, by, decision)
    if granted:
        day = until or request.wanted_on
        faults = _day_faults(request.obligation, day, after_due=True)
        if faults or day is None:
            raise Invalid(faults)
        request.granted_on = work_calendar().next_working_day(day)
    _settle(request, State.GRANTED if granted else State.REFUSED, by, decision)
    if granted and request.granted_on is not None:
        open_cycle(request.obligation, request.granted_on, by, decision or request.reason, action="同意延期")
    else:
        note(request.obligation, by, "不同意延期", decision)
    return request


@transaction.atomic
def decide_suspension(
    *, request_id: int, granted: bool, decision: str, by: User, until: date | None = None
) -> DeadlineRequest:
    """Stop the clock from today up to and with a day, or refuse."""
    request = _decidable(request_id, Kind.SUSPENSION, by, decision)
    if granted:
        day = until or request.wanted_on
        if faults := _day_faults(request.obligation, day):
            raise Invalid(faults)
        request.granted_on = day
    _settle(request, State.GRANTED if granted else State.REFUSED, by, decision)
    if granted and request.granted_on is not None:
        _suspend(request, request.granted_on)
        span = {"停计": ["", f"{clock.today().isoformat()} 至 {request.granted_on.isoformat()}"]}
        note(request.obligation, by, "同意挂账", decision or request.reason, span)
    else:
        note(request.obligation, by, "不同意挂账", decision)
    return request


@transaction.atomic
def decide_objection(
    *, request_id: int, granted: bool, decision: str, by: User, to_unit: Unit | None = None
) -> DeadlineRequest:
    """Agree that it isn't this unit's (it is let off, and `to_unit`, if given, owes it instead), or refuse.

    How a kind of subject passes to another unit is its own (settings.REDISPATCH); what has no such way is owed by the
    other unit under the same subject.
    """
    request = _decidable(request_id, Kind.OBJECTION, by, decision)
    obligation = request.obligation
    if granted and to_unit is not None and to_unit.pk == obligation.unit_id:
        raise Invalid({"to_unit": "改派的单位和原来的相同"})
    request.to_unit = to_unit if granted else None
    _settle(request, State.GRANTED if granted else State.REFUSED, by, decision)
    if not granted:
        note(obligation, by, "异议不成立", decision)
        return request
    waive([obligation.pk], f"异议成立：{decision.strip() or request.reason}"[:200])
    passed = {"承办单位": [str(obligation.unit), str(to_unit)]} if to_unit else {}
    note(obligation, by, "异议成立，改派" if to_unit else "异议成立，免办", decision, passed)
    if to_unit is not None:
        _redispatch(obligation, to_unit, by)
    return request


def _decidable(request_id: int, kind: str, by: User, decision: str) -> DeadlineRequest:
    request = _request(request_id)
    require_decider(by, request.obligation, "决定这个申请")
    if request.kind != kind:
        raise Refused("申请的种类不对，请刷新")
    if faults := _reason_faults("decision", decision):
        raise Invalid(faults)
    if request.state == State.OPEN and not request.obligation.is_open:
        raise Stale("这件事已经办结，申请不用再决定")
    return request


def _request(request_id: int) -> DeadlineRequest:
    request = (
        DeadlineRequest.objects.select_related("obligation", "obligation__unit", "asked_by")
        .filter(pk=request_id)
        .first()
    )
    if request is None:
        raise Refused("没有这个申请")
    return request


def _settle(request: DeadlineRequest, state: str, by: User, decision: str) -> None:
    """Decided once: whoever comes second is told."""
    decided = DeadlineRequest.objects.filter(pk=request.pk, state=State.OPEN).update(
        state=state,
        decided_by=by,
        decided_at=timezone.now(),
        decision=decision.strip(),
        granted_on=request.granted_on,
        to_unit=request.to_unit,
    )
    if not decided:
        raise Stale("这个申请刚才已经有了决定，请刷新")
    request.state, request.decision, request.decided_by = state, decision.strip(), by
    tell_of_decision(request)


def _redispatch(obligation: Obligation, to_unit: Unit, by: User) -> None:
    calendar = work_calendar()
    earliest = calendar.add_working_days(clock.today(), REDISPATCH_WORKING_DAYS)
    due_on = max(earliest, obligation.due_on) if obligation.due_on else earliest
    if path := settings.REDISPATCH.get(obligation.subject_kind):
        import_string(path)(obligation=obligation, to_unit=to_unit, due_on=due_on, by=by)
        return
    # Another unit may have had it before; then this is its next cycle.
    same = Obligation.objects.filter(
        kind=obligation.kind,
        subject_kind=obligation.subject_kind,
        subject_id=obligation.subject_id,
        unit=to_unit,
    )
    last = same.order_by("-cycle").first()
    if last is not None and last.is_open:
        raise Invalid({"to_unit": f"{to_unit} 已经承办这件事"})
    Obligation.objects.create(
        kind=obligation.kind,
        unit=to_unit,
        role=obligation.role,
        subject_kind=obligation.subject_kind,
        subject_id=obligation.subject_id,
        subject_label=obligation.subject_label,
        subject_url=obligation.subject_url,
        period_kind=obligation.period_kind,
        period_start=obligation.period_start,
        period_end=obligation.period_end,
        cycle=last.cycle + 1 if last else 1,
        due_on=due_on,
        original_due_on=due_on,
    )


# The clock stands still -----------------------------------------------------------------------------------


def _suspend(request: DeadlineRequest, until: date) -> None:
    obligation, today, calendar = request.obligation, clock.today(), work_calendar()
    Suspension.objects.create(obligation=obligation, request=request, start_on=today, until=until)
    if not Obligation.objects.open().filter(pk=obligation.pk, paused=False).update(paused=True):
        raise Stale("这件事刚才已经办结或挂账，请刷新")
    days = stopped(today, until, calendar.is_working_day)
    if obligation.due_on is not None and today <= obligation.due_on:
        obligation.due_on = calendar.add_working_days(obligation.due_on, days)
    if obligation.locks_on is not None and today <= obligation.locks_on:
        obligation.locks_on = calendar.add_working_days(obligation.locks_on, days)
    Obligation.objects.filter(pk=obligation.pk).update(due_on=obligation.due_on, locks_on=obligation.locks_on)


@transaction.atomic
def resume(*, obligation_id: int, reason: str, by: User) -> Suspension:
    """Let the clock run again from today on, before the approved day."""
    suspension = (
        Suspension.objects.select_related("obligation")
        .filter(obligation=obligation_id, ended_on__isnull=True)
        .first()
    )
    if suspension is None:
        raise Stale("这件事没有挂账，请刷新")
    require_decider(by, suspension.obligation, "恢复计时")
    require_reason(reason)
    _end(suspension, min(clock.today() - timedelta(days=1), suspension.until), work_calendar())
    note(suspension.obligation, by, "恢复计时", reason, {"停计工作日": [0, suspension.days]})
    return suspension


def end_suspensions(at: date, calendar: WorkCalendar) -> int:
    """Let the clock run again where the approved day is over; a few statements for each, none where there are none."""
    over = list(
        Suspension.objects.select_related("obligation")
        .filter(ended_on__isnull=True, until__lt=at)
        .order_by("pk")
    )
    for suspension in over:
        _end(suspension, suspension.until, calendar)
        note(suspension.obligation, None, "挂账到期，恢复计时", "", {"停计工作日": [0, suspension.days]})
    return len(over)


def _end(suspension: Suspension, last: date, calendar: WorkCalendar) -> None:
    """Days that were approved but not used are given back."""
    suspension.days = stopped(suspension.start_on, last, calendar.is_working_day)
    suspension.ended_on = last
    ended = Suspension.objects.filter(pk=suspension.pk, ended_on__isnull=True).update(
        ended_on=last, days=suspension.days
    )
    if not ended:
        raise Stale("刚才已经恢复计时，请刷新")
    row = suspension.obligation
    unused = stopped(suspension.start_on, suspension.until, calendar.is_working_day) - suspension.days
    moved = row.due_on is not None and suspension.start_on <= row.due_on
    if row.due_on is not None and moved and unused:
        row.due_on = calendar.add_working_days(row.due_on, -unused)
    if row.locks_on is not None and suspension.start_on <= row.locks_on and unused:
        row.locks_on = calendar.add_working_days(row.locks_on, -unused)
    Obligation.objects.filter(pk=row.pk).update(
        paused=False,
        due_on=row.due_on,
        locks_on=row.locks_on,
        stopped_days=row.stopped_days + (0 if moved else suspension.days),
    )
