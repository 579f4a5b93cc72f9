"""Everything that the page of one obligation shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import (
    DeadlineRequest,
    Hold,
    LockException,
    Obligation,
    Proposal,
    Rung,
    Suspension,
)
from chuangmo.deadlines.queries.chase import KIND_WORDS, state_of
from chuangmo.deadlines.queries.deciders import deciding_office, may_decide_requests
from chuangmo.deadlines.queries.timeline import TimelineEntry, timeline_of
from chuangmo.deadlines.rules import rung_day
from chuangmo.notices.queries import Receipt, receipts_of
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar

__all__ = ["LadderLine", "ObligationPage", "obligation_page"]


@dataclass(frozen=True, slots=True)
class LadderLine:
    """One rung as it stands for this obligation."""

    rung: Rung
    on: date | None
    state: str  # fired | held | next | later


@dataclass(frozen=True)
class ObligationPage:
    """One obligation with its history; `may_ask`, `may_decide` and `may_decide_requests` say which forms the person gets."""

    row: Obligation
    state: str
    kind: str
    days_late: int
    cycles: list[Obligation]
    ladder: list[LadderLine]
    timeline: list[TimelineEntry]
    request: DeadlineRequest | None
    proposal: Proposal | None
    hold: Hold | None
    suspension: Suspension | None
    exceptions: int
    receipts: list[Receipt]
    may_ask: bool
    may_decide: bool
    may_decide_requests: bool

    @property
    def is_current(self) -> bool:
        return self.row.is_open

    @property
    def decider(self) -> str:
        """The short name of the office whose decision the request waits for."""
        office_id = deciding_office(self.row)
        return "创模办" if office_id is None else Unit.objects.get(pk=office_id).short_name


def obligation_page(row: Obligation, rights: Rights, at: date) -> ObligationPage:
    """About fourteen queries, however long its history."""
    calendar = work_calendar()
    same = Obligation.objects.filter(
        kind=row.kind, subject_kind=row.subject_kind, subject_id=row.subject_id, unit=row.unit_id
    )
    cycles = list(same.select_related("done_by").order_by("cycle"))
    hold = row.holds.filter(lifted_at__isnull=True).select_related("rung", "by").first()
    late = 0
    if row.due_on is not None and at > row.due_on and row.is_open:
        late = max(0, calendar.working_days_between(row.due_on, at) - row.stopped_days)
    own = rights.may("report", row.unit_id) or rights.may("sign_off", row.unit_id)
    return ObligationPage(
        row=row,
        state=state_of(row, at),
        kind=KIND_WORDS.get(row.kind, row.kind),
        days_late=late,
        cycles=cycles,
        ladder=_ladder(row, hold, calendar),
        timeline=timeline_of(row.subject_kind, row.subject_id, row.unit_id),
        request=_open_request(row),
        proposal=row.proposals.filter(state=Proposal.State.OPEN).select_related("rung").first(),
        hold=hold,
        suspension=row.suspensions.filter(ended_on__isnull=True).first(),
        exceptions=LockException.objects.filter(obligation__in=cycles).count(),
        receipts=receipts_of("obligation", row.pk),
        may_ask=own and not row.is_step and row.is_open,
        may_decide=rights.may("accept", row.unit_id),
        may_decide_requests=may_decide_requests(rights, row),
    )


def _open_request(row: Obligation) -> DeadlineRequest | None:
    found = row.requests.filter(state=DeadlineRequest.State.OPEN).select_related("asked_by").first()
    if found is not None:
        found.obligation = row
    return found


def _ladder(row: Obligation, hold: Hold | None, calendar: WorkCalendar) -> list[LadderLine]:
    """The rungs with their days; those fired with the day on which they did."""
    fired = dict(row.firings.values_list("rung_id", "fired_on"))
    lines, is_next = [], True
    for rung in Rung.objects.in_force():
        if rung.pk in fired:
            lines.append(LadderLine(rung, fired[rung.pk], "fired"))
            continue
        if row.level is not None and rung.offset <= row.level:
            continue  # was put in later
        day = None
        if row.due_on is not None and row.is_open:
            day = rung_day(row.due_on, rung.offset, row.stopped_days, calendar.add_working_days)
        state = (
            "held" if hold is not None and rung.offset >= hold.rung.offset else "next" if is_next else "later"
        )
        is_next = False
        lines.append(LadderLine(rung, day, state))
    return lines
