"""The moves of a case: rights read again, the graph asked, the row changed under its state and revision, all written down.

Every function works in one transaction of its own and returns the case as it is afterwards. All raise `Refused` (no
right, or not at this step), `Stale` (somebody else was faster; the text says who) or `Invalid` (faults by cell).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_fsm import can_proceed

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.review.kinds import Heading, Kind, kind_of
from chuangmo.review.models import EDITABLE, IN_REVIEW, Case, Remark, ReviewEvent, ReviewStep, Revision, State
from chuangmo.review.queries import doubt_about
from chuangmo.review.rules import (
    ACCEPT,
    REASON_NEEDED,
    SEND_BACK,
    SIGN_OFF,
    STATE_OF_STEP,
    STEPS,
    SUBMIT,
    UNLOCK,
    VERIFY,
    WITHDRAW,
    WORDS,
    digest,
    rows_of,
)
from chuangmo.review.services.owing import keep_step_owed
from chuangmo.review.services.telling import tell_whose_turn
from chuangmo.workcalendar.queries import work_calendar

Remarks = Mapping[str, str]
MAX_REMARK = 2000  # as many as a reason may have


def submit(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Freeze what is stored as the next revision and hand it to the first step that is not skipped.

    `revision_no` is the last revision that the page knew (0 before the first). The same person sending the same
    submission twice gets the case back as it is.
    """
    with transaction.atomic():
        move = _begin(SUBMIT, case_id, revision_no, by, reason)
        if _is_repeated(move):
            return move.case
        _require_current(move)
        move.kind.check(SUBMIT, move.case)
        content = move.kind.freeze(move.case)
        revision = Revision.objects.create(
            case=move.case,
            number=revision_no + 1,
            content=content,
            digest=digest(content),
            created_by=by,
        )
        move.case.revision_no = revision.number
        move.case.submitted_by = by
        return _finish(move, revision)


def withdraw(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Take a submission back, as long as nobody has begun with it (skipped steps don't count)."""
    with transaction.atomic():
        move = _begin(WITHDRAW, case_id, revision_no, by, reason)
        _require_current(move)
        last = _last_event(move.case)
        if last is None or last.action != SUBMIT:
            raise _stale(move.case, "，不能再撤回")
        move.kind.check(WITHDRAW, move.case)
        return _finish(move, None)


def sign_off(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Sign off for the unit."""
    return _approve(SIGN_OFF, case_id, revision_no, by, reason)


def verify(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Verify for a lead unit."""
    return _approve(VERIFY, case_id, revision_no, by, reason)


def accept(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Accept for the steering office: the kind makes of the frozen revision what counts from now on."""
    return _approve(ACCEPT, case_id, revision_no, by, reason)


def approve_clean(*, step: str, case_id: int, revision_no: int, by: User) -> Case:
    """One item of a batch: as the step's own move, but only for what needs no second look."""
    return _approve(step, case_id, revision_no, by, "", only_clean=True)


def send_back(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Return to the unit by whoever has the current step, with a reason and, by cell key, remarks.

    Remarks on cells that the revision does not have are `Invalid`; blank ones are left out.
    """
    with transaction.atomic():
        move = _begin(SEND_BACK, case_id, revision_no, by, reason)
        _require_current(move)
        move.kind.check(SEND_BACK, move.case)
        revision = Revision.objects.get(case=move.case, number=revision_no)
        move.remarks.update(_checked_remarks(move.kind, revision, remarks or {}))
        return _finish(move, revision)


def unlock(
    *, case_id: int, revision_no: int, by: User, reason: str = "", remarks: Remarks | None = None
) -> Case:
    """Open an accepted case for correction; what was accepted keeps counting until something newer is."""
    with transaction.atomic():
        move = _begin(UNLOCK, case_id, revision_no, by, reason)
        _require_current(move)
        move.kind.check(UNLOCK, move.case)
        return _finish(move, Revision.objects.get(case=move.case, number=revision_no))


# One move, in parts ------------------------------------------------------------------------------------


@dataclass
class _Move:
    """A move under way: the locked case, its kind, who moves it and why."""

    action: str
    case: Case
    kind: Kind
    rights: Rights
    by: User
    seen_revision: int
    seen_state: str
    reason: str
    remarks: dict[str, str] = field(default_factory=dict)


def _approve(
    step: str, case_id: int, revision_no: int, by: User, reason: str, *, only_clean: bool = False
) -> Case:
    with transaction.atomic():
        move = _begin(step, case_id, revision_no, by, reason)
        _require_current(move)
        move.kind.check(step, move.case)
        revision = Revision.objects.get(case=move.case, number=revision_no)
        if only_clean and (doubt := doubt_about(move.kind, move.case, revision)):
            raise Refused(f"{doubt}，请逐件办理")
        if step == ACCEPT:
            move.case.accepted_revision_no = revision_no
        return _finish(move, revision)


def _begin(action: str, case_id: int, revision_no: int, by: User, reason: str) -> _Move:
    """Lock the case, read the person's rights as they are now, refuse who may not."""
    case = Case.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=case_id).first()
    if case is None:
        raise Refused("没有这份材料")
    kind, rights = kind_of(case), rights_of(by)
    if action == SEND_BACK:
        _require_step(kind, rights, case, by)
    elif not kind.may(action, rights, case):
        raise Refused(_no_right(action, case, by))
    reason = reason.strip()
    if action in REASON_NEEDED and not reason:
        raise Invalid({"reason": f"请写明{WORDS[action]}的原因"})
    return _Move(action, case, kind, rights, by, revision_no, case.state, reason)


def _require_step(kind: Kind, rights: Rights, case: Case, by: User) -> None:
    """Returning belongs to whoever has the current step; one whose step is over was too late, and is told."""
    steps = [step for step in STATE_OF_STEP if kind.may(step, rights, case)]
    current = STEPS.get(case.state)
    if not steps or (
        current and current not in steps and not any(_is_past(step, case.state) for step in steps)
    ):
        raise Refused(_no_right(SEND_BACK, case, by))
    if current and current not in steps:
        raise _stale(case)


def _no_right(action: str, case: Case, by: User) -> str:
    if action in {*STATE_OF_STEP, SEND_BACK, UNLOCK} and case.submitted_by_id == by.pk:
        return f"自己提交的不能自己{WORDS[action]}"
    return f"您没有对这份材料{WORDS[action]}的权限"


def _require_current(move: _Move) -> None:
    """The page's revision and the graph must both allow the move; who was faster is named."""
    case = move.case
    if case.revision_no != move.seen_revision:
        raise _stale(case)
    if can_proceed(getattr(case, move.action)):
        return
    if move.action in STATE_OF_STEP and case.state in IN_REVIEW and not _is_past(move.action, case.state):
        raise Refused(f"还没有{WORDS[STEPS[case.state]]}，不能{WORDS[move.action]}")
    if move.action == UNLOCK and case.state not in EDITABLE:
        raise Refused("还没有审定，不需要解锁")
    if move.action == SUBMIT and case.state == State.ACCEPTED:
        raise Refused("已经审定；要改请先由创模办解锁")
    if case.revision_no == 0:
        raise Refused(f"还没有提交，不能{WORDS[move.action]}")
    raise _stale(case)


def _is_past(step: str, state: str) -> bool:
    """Whether a case in this state of review has left the step behind."""
    order = list(STEPS)
    return order.index(state) > order.index(STATE_OF_STEP[step])


def _is_repeated(move: _Move) -> bool:
    case = move.case
    return (
        case.state in IN_REVIEW
        and case.revision_no == move.seen_revision + 1
        and case.submitted_by_id == move.by.pk
        and not ReviewEvent.objects.filter(case=case, revision_no=case.revision_no, skipped=False)
        .exclude(action=SUBMIT)
        .exists()
    )


def _last_event(case: Case) -> ReviewEvent | None:
    return ReviewEvent.objects.filter(case=case, skipped=False).order_by("-id").first()


def _stale(case: Case, more: str = "") -> Stale:
    """Say who did what just before."""
    last = _last_event(case)
    if last is None:
        return Stale("内容刚才有变化，请刷新")
    at = timezone.localtime(last.at)
    return Stale(f"刚才已由 {last.by_name} {WORDS[last.action]}（{at:%H:%M}）{more}，请刷新")


def _checked_remarks(kind: Kind, revision: Revision, remarks: Remarks) -> dict[str, str]:
    given = {cell: text.strip() for cell, text in remarks.items() if text.strip()}
    known = rows_of(kind.sections(revision.content))
    faults = {cell: "这一稿里没有这个单元格，批注无处可记" for cell in given if cell and cell not in known}
    faults |= {
        cell: f"批注过长（{len(text)} 字），最多 {MAX_REMARK} 字"
        for cell, text in given.items()
        if len(text) > MAX_REMARK and cell not in faults
    }
    if faults:
        raise Invalid(faults)
    return given


# Writing it down ---------------------------------------------------------------------------------------


def _finish(move: _Move, revision: Revision | None) -> Case:
    """Walk the graph (past the steps that are skipped), write the row under what was seen, then events and the rest."""
    case, now = move.case, timezone.now()
    unit_id = move.kind.acting_unit_id(move.action, move.rights, case)
    events = [_event(move, move.action, now, reason=move.reason, by=move.by, unit_id=unit_id)]
    while (step := STEPS.get(case.state)) and (why := move.kind.skip_reason(step, case)):
        events.append(_event(move, step, now, reason=why))
    case.step_entered_at = now
    days = _days_of_step(case)
    case.step_due_on = None if days is None else work_calendar().add_working_days(clock.today(), days)
    _write(move)
    ReviewEvent.objects.bulk_create(events)
    if move.remarks:
        event = ReviewEvent.objects.filter(case=case, action=SEND_BACK).latest("id")
        Remark.objects.bulk_create(
            Remark(case=case, event=event, cell=cell, text=text) for cell, text in move.remarks.items()
        )
    move.kind.done(move.action, case, revision, move.by, move.reason)
    heading = move.kind.headings([case.pk])[case.pk]
    keep_step_owed(case=case, kind=move.kind, action=move.action, by=move.by, heading=heading, days=days)
    _audit(move, events, heading)
    tell_whose_turn(
        action=move.action, case=case, kind=move.kind, heading=heading, by=move.by, reason=move.reason
    )
    return case


def _event(
    move: _Move,
    action: str,
    now: datetime,
    *,
    reason: str,
    by: User | None = None,
    unit_id: int | None = None,
) -> ReviewEvent:
    case = move.case
    before = case.state
    getattr(case, action)()
    return ReviewEvent(
        case=case,
        revision_no=case.revision_no,
        action=action,
        from_state=before,
        to_state=case.state,
        by=by,
        by_name=by.get_full_name() if by else "系统",
        acting_unit_id=unit_id,
        at=now,
        reason=reason,
        skipped=by is None,
    )


def _write(move: _Move) -> None:
    """SQLite ignores the row lock, so the update itself says what it was decided on."""
    case = move.case
    written = Case.objects.filter(pk=case.pk, state=move.seen_state, revision_no=move.seen_revision).update(
        state=case.state,
        revision_no=case.revision_no,
        step_entered_at=case.step_entered_at,
        step_due_on=case.step_due_on,
        submitted_by=case.submitted_by,
        accepted_revision_no=case.accepted_revision_no,
    )
    if not written:
        raise _stale(Case.objects.get(pk=case.pk))


def _days_of_step(case: Case) -> int | None:
    """How many working days the step may take that begins today (domain.md §5); None where nobody's step it is."""
    if case.state not in STEPS:
        return None
    return ReviewStep.objects.filter(kind=case.kind, state=case.state).values_list("days", flat=True).first()


def _audit(move: _Move, events: list[ReviewEvent], heading: Heading) -> None:
    case = move.case
    for event in events:
        record(
            by=event.by,
            action=("跳过" if event.skipped else "") + WORDS[event.action],
            object_kind=case.kind,
            object_id=heading.subject_id,
            label=heading.label,
            unit_id=case.unit_id,
            reason=event.reason,
            changes={
                "状态": [State(event.from_state).label, State(event.to_state).label],
                "稿次": [move.seen_revision, case.revision_no],
                **(
                    {"批注": [None, dict(move.remarks)]} if event.action == SEND_BACK and move.remarks else {}
                ),
            },
        )
