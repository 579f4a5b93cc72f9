"""Who hears of a rung, of a request, of a decision, and in which words. Each in the transaction of what it tells.

Notices are about the obligation (`subject_kind` “obligation”, its id), so that the receipts say who saw which cycle's
reminder; a request's notices to the office are about the request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import Membership, Role
from chuangmo.days import cn_day
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal, Rung
from chuangmo.deadlines.models.obligations import Doer
from chuangmo.deadlines.queries.deciders import OFFICES, deciding_office, people_of_office
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import NoticeDraft, leaders_of_units, notify, notify_many, settle, wording
from chuangmo.notices.services.wording import Rendered, Wording
from chuangmo.org.models import Unit, UnitKind
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar

__all__ = [
    "OBLIGATION",
    "REQUEST",
    "settle_all",
    "tell",
    "tell_of_decision",
    "tell_of_proposal",
    "tell_of_request",
]

OBLIGATION, REQUEST = "obligation", "deadline_request"
KIND_OF_ACTION = {
    Rung.Action.REMIND: kinds.REMINDER,
    Rung.Action.CHASE: kinds.CHASE,
    Rung.Action.ORDER: kinds.ORDER,
    Rung.Action.CIRCULAR: kinds.CRITICISM,
    Rung.Action.TALK: kinds.TALK,
    Rung.Action.ACCOUNT: kinds.ACCOUNT,
}
# While a proposal waits for the office, the unit hears that the matter is still open, in the words of a 催办.
TO_THE_UNIT = "chase"
_AT_ONCE = 5_000
OVER = (*KIND_OF_ACTION.values(), kinds.PROPOSAL)


def settle_all(obligation_ids: Iterable[int]) -> None:
    """Done, let off, or gone on to another cycle: what nobody has seen yet needs no look any more, and what was
    proposed about it lapses. Two queries."""
    ids = list(obligation_ids)
    settle(subject_kind=OBLIGATION, subject_ids=ids, kinds=OVER)
    Proposal.objects.filter(state=Proposal.State.OPEN, obligation__in=ids).update(
        state=Proposal.State.LAPSED, decided_at=timezone.now()
    )


# The ladder -----------------------------------------------------------------------------------------------


@dataclass
class _People:
    """Who is where, by unit: read once for a sweep (two queries)."""

    doers: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    leaders: dict[int, list[int]] = field(default_factory=dict)
    office: list[int] = field(default_factory=list)
    county_office: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def tell(rows: QuerySet[Obligation], ladder: Mapping[int, Rung], at: date) -> int:
    """Tell people of the rung that each of these stands at now; returns how many notices are new. They are read and told
    in parts: memory doesn't grow with their number, and a unit is the same object in every row."""
    units = Unit.objects.in_bulk(set(rows.order_by().values_list("unit_id", flat=True).distinct()))
    people = _people(set(units), at)
    texts = _Texts(wording(), work_calendar(), at)
    given, told = rows.iterator(chunk_size=_AT_ONCE), 0
    while part := list(islice(given, _AT_ONCE)):
        for row in part:
            row.unit = units[row.unit_id]
        told += len(
            notify_many(
                draft for row in part for draft in _drafts(row, ladder[row.level or 0], people, texts)
            )
        )
    return told


def _people(unit_ids: set[int], at: date) -> _People:
    found = _People()
    seats = (
        Membership.objects.valid(at)
        .filter(
            Q(unit__in=unit_ids, role__in=[Role.REPORTER, Role.REVIEWER])
            | Q(unit__in=unit_ids, role=Role.INSPECTOR)
            | Q(role__in=[Role.OFFICE, Role.COUNTY_OFFICE]),
            user__is_active=True,
        )
        .order_by("pk")
        .values_list("unit_id", "role", "user_id", "unit__county_id")
    )
    for unit_id, role, user_id, county_id in seats:
        if role in OFFICES:
            found.doers[unit_id, Doer.OFFICE].append(user_id)
        if role == Role.COUNTY_OFFICE:
            found.county_office[county_id or unit_id].append(user_id)
        elif role == Role.OFFICE:
            found.office.append(user_id)
        elif role != Role.INSPECTOR:
            found.doers[unit_id, role].append(user_id)
    found.leaders = {
        unit: [user.pk for user in users] for unit, users in leaders_of_units(unit_ids, at).items()
    }
    return found


def _doers(row: Obligation, people: _People) -> list[int]:
    """An office's step is its own people's; of an office without anybody the city's."""
    found = people.doers[row.unit_id, row.role]
    return found or (people.office if row.role == Doer.OFFICE else found)


@dataclass
class _Texts:
    """The words of each rung for each obligation; days are counted once for each due day."""

    wording: Wording
    calendar: WorkCalendar
    at: date
    counted: dict[date, int] = field(default_factory=dict)

    def of(self, code: str, row: Obligation) -> Rendered:
        return self.wording.render(
            code,
            unit=row.unit.short_name,
            subject=row.subject_label,
            due=cn_day(row.due_on),
            days=abs(self._days(row)),
            locks=cn_day(row.locks_on),
        )

    def _days(self, row: Obligation) -> int:
        """Working days from the due day to today, those of 挂账 left out."""
        if row.due_on is None:
            return 0
        if row.due_on not in self.counted:
            self.counted[row.due_on] = self.calendar.working_days_between(row.due_on, self.at)
        late = self.counted[row.due_on]
        return late - row.stopped_days if late > 0 else late


def _drafts(row: Obligation, rung: Rung, people: _People, texts: _Texts) -> Iterator[NoticeDraft]:
    """Each person once, in the first of the parts that they have."""
    told: set[int] = set()
    for users, is_unit in _audience(row, rung, people):
        fresh = [user for user in users if user not in told]
        if not fresh:
            continue
        told |= set(fresh)
        words = texts.of(TO_THE_UNIT if is_unit and rung.is_proposal else rung.template, row)
        kind = KIND_OF_ACTION[Rung.Action(rung.action)]
        if rung.is_proposal:
            kind = kinds.CHASE if is_unit else kinds.PROPOSAL
        for user in fresh:
            yield NoticeDraft(
                user_id=user,
                kind=kind,
                title=words.title,
                text=words.text,
                action=words.action,
                url=row.subject_url if is_unit else row.get_absolute_url(),
                subject_kind=OBLIGATION,
                subject_id=row.pk,
                subject_label=row.subject_label,
                unit_id=row.unit_id,
                due_on=row.due_on,
                mandatory=rung.mandatory,
                key=f"deadline:{row.pk}:{rung.offset}",
            )


def _audience(row: Obligation, rung: Rung, people: _People) -> Iterator[tuple[list[int], bool]]:
    """(people, whether for the unit's own part)."""
    if rung.tells_doers:
        yield _doers(row, people), True
    if rung.tells_reviewers:
        yield people.doers[row.unit_id, Role.REVIEWER], True
    if rung.tells_leaders:
        yield people.leaders.get(row.unit_id, []), True
    if rung.tells_office:
        yield people.office, False
    if rung.tells_county_office:
        county = row.unit_id if row.unit.kind == UnitKind.COUNTY else row.unit.county_id
        yield people.county_office[county] if county else [], False


# Requests and decisions -----------------------------------------------------------------------------------


def tell_of_request(request: DeadlineRequest) -> None:
    """The office that decides hears that something waits for it."""
    row, today = request.obligation, clock.today()
    office_id = deciding_office(row)
    people = people_of_office(office_id, today) if office_id is not None else []
    word = (
        "对分派提出异议"
        if request.kind == DeadlineRequest.Kind.OBJECTION
        else f"申请{request.get_kind_display()}"
    )
    until = f"，至 {cn_day(request.wanted_on)}" if request.wanted_on else ""
    notify(
        to=people or _people(set(), today).office,
        kind=kinds.PROPOSAL,
        title=f"待决定：{row.unit.short_name}{word} {row.subject_label}",
        text=f"{row.unit} {request.asked_by} {word}{until}。\n理由：{request.reason}",
        action="去决定",
        url=row.get_absolute_url(),
        subject_kind=REQUEST,
        subject_id=request.pk,
        subject_label=row.subject_label,
        unit=row.unit,
        due_on=row.due_on,
        key=f"request:{request.pk}",
    )


def tell_of_decision(request: DeadlineRequest) -> None:
    """Who asked, and who does it, hear at once; the office needs no more look."""
    row = request.obligation
    settle(subject_kind=REQUEST, subject_ids=[request.pk], kinds=[kinds.PROPOSAL])
    if request.state == DeadlineRequest.State.WITHDRAWN:
        return
    people = _people({row.unit_id}, clock.today())
    until = f"，至 {cn_day(request.granted_on)}" if request.granted_on else ""
    passed = f"，改由 {request.to_unit} 承办" if request.to_unit else ""
    word = f"{request.get_kind_display()}{request.get_state_display()}"
    notify(
        to={request.asked_by_id, *people.doers[row.unit_id, row.role]},
        kind=kinds.DECISION,
        title=f"{word}：{row.subject_label}",
        text=f"{word}{until}{passed}。\n意见：{request.decision}",
        action="查看",
        url=row.get_absolute_url(),
        subject_kind=REQUEST,
        subject_id=request.pk,
        subject_label=row.subject_label,
        unit=row.unit,
        urgency="now",
        key=f"decided:{request.pk}",
    )


def tell_of_proposal(proposal: Proposal) -> None:
    """The unit and its leaders hear that the office took a measure up."""
    row, word = proposal.obligation, proposal.rung.get_action_display()
    people = _people({row.unit_id}, clock.today())
    notify(
        to={*people.doers[row.unit_id, row.role], *people.leaders.get(row.unit_id, [])},
        kind=KIND_OF_ACTION[Rung.Action(proposal.rung.action)],
        title=f"创模办已确认{word}：{row.subject_label}",
        text=f"{row.unit}：{row.subject_label}应于 {cn_day(row.due_on)} 前办结，至今未办结。创模办已确认采取“{word}”。"
        + (f"\n意见：{proposal.reason}" if proposal.reason else ""),
        action="立即办理",
        url=row.subject_url,
        subject_kind=OBLIGATION,
        subject_id=row.pk,
        subject_label=row.subject_label,
        unit=row.unit,
        due_on=row.due_on,
        urgency="now",
        mandatory=True,
        key=f"proposal:{proposal.pk}",
    )
    settle(subject_kind=OBLIGATION, subject_ids=[row.pk], kinds=[kinds.PROPOSAL])
