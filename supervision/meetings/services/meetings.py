"""The way of a meeting up to the day: planned, convened, held; or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import F, Max

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.days import long_date
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.gate import require_text
from supervision.meetings.models import Attendance, Meeting, MeetingSeries, MeetingState
from supervision.meetings.queries.members import members_of
from supervision.meetings.rights import convening_office
from supervision.meetings.services.permission import meeting_for, note
from supervision.meetings.services.telling import tell_call, tell_cancelled, when

__all__ = ["Arrangement", "cancel_meeting", "convene_meeting", "edit_meeting", "hold_meeting", "plan_meeting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What the office types about a meeting."""

    held_on: date
    starts_at: time | None = None
    place: str = ""
    chair: str = ""
    scribe: str = ""
    notice: str = ""


@transaction.atomic
def plan_meeting(*, by: User, plan: Plan, series: MeetingSeries, arrangement: Arrangement) -> Meeting:
    """Begin with the office's next meeting of a series; its members are called later (`convene_meeting`). A county's office
    convenes within its county."""
    office_id = convening_office(rights_of(by))
    if office_id is None:
        raise Refused("只有创模办可以筹备会议")
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)  # two at once take turns at the number
    office = Unit.objects.select_related("county").get(pk=office_id)
    last = (
        Meeting.objects.filter(series=series, plan=plan, office=office).aggregate(n=Max("number"))["n"] or 0
    )
    meeting = Meeting.objects.create(
        plan=plan,
        series=series,
        office=office,
        number=last + 1,
        created_by=by,
        **_columns(arrangement),
    )
    note(meeting, by, "筹备会议")
    return meeting


@transaction.atomic
def edit_meeting(*, by: User, meeting_id: int, version: int, arrangement: Arrangement) -> Meeting:
    """Change day, place and so on; once convened, everybody who was called hears what changed."""
    meeting = meeting_for(by, meeting_id, "edit")
    before = when(meeting)
    if not Meeting.objects.filter(pk=meeting.pk, version=version).update(
        version=F("version") + 1, **_columns(arrangement)
    ):
        raise Stale("会议安排刚才被别人修改过。您填写的内容都在下面，请对照新的安排后再保存。")
    meeting.refresh_from_db()
    after = when(meeting)
    note(meeting, by, "修改会议安排", changes={"时间地点": [before, after]} if before != after else None)
    if meeting.state == MeetingState.CONVENED and before != after:
        tell_call(meeting, _called(meeting), changed=f"{before} → {after}")
    return meeting


@transaction.atomic
def convene_meeting(*, by: User, meeting_id: int) -> Meeting:
    """Call the members: an attendance for each unit, a notice for its people. Invalid where something is missing."""
    meeting = meeting_for(by, meeting_id, "convene")
    members = members_of(meeting.series, meeting.plan, meeting.held_on, meeting.office.county_id)
    faults = {}
    if not members:
        faults["members"] = "这类会议还没有成员单位，请在管理台“会议种类”里填写"
    if not meeting.items.exists():
        faults["agenda"] = "还没有议题，请先提取或添加"
    if not meeting.place:
        faults["place"] = "还没有填写地点"
    if meeting.held_on < clock.today():
        faults["held_on"] = "会议日期已过，请先修改"
    if faults:
        raise Invalid(faults)
    _move(meeting, MeetingState.DRAFT, MeetingState.CONVENED)
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, unit=unit) for unit in members], ignore_conflicts=True
    )
    told = tell_call(meeting, [unit.pk for unit in members])
    note(meeting, by, "发出会议通知", changes={"成员单位": [0, len(members)], "通知": [0, told]})
    return meeting


@transaction.atomic
def hold_meeting(*, by: User, meeting_id: int) -> Meeting:
    """The meeting took place (or begins today): attendance and minutes may be taken."""
    meeting = meeting_for(by, meeting_id, "hold")
    if meeting.held_on > clock.today():
        raise Refused(f"会议定在{long_date(meeting.held_on)}，那天起才能登记召开；日期有变请先修改")
    _move(meeting, MeetingState.CONVENED, MeetingState.HELD)
    note(meeting, by, "登记会议召开")
    return meeting


@transaction.atomic
def cancel_meeting(*, by: User, meeting_id: int, reason: str) -> Meeting:
    """Call it off, for a reason; those who were called hear of it. The number stays with it."""
    meeting = meeting_for(by, meeting_id, "cancel")
    reason = require_text("reason", reason, "请写明取消原因", 200)
    was = MeetingState(meeting.state)
    _move(meeting, was, MeetingState.CANCELLED, reason=reason)
    if was == MeetingState.CONVENED:
        tell_cancelled(meeting, _called(meeting), reason)
    note(meeting, by, "取消会议", reason=reason)
    return meeting


def _move(meeting: Meeting, old: MeetingState, new: MeetingState, **more: object) -> None:
    """From one state to the next; Stale where somebody was faster."""
    if not Meeting.objects.filter(pk=meeting.pk, state=old).update(state=new, **more):
        raise Stale("刚才有人办理了这次会议，请刷新")
    meeting.refresh_from_db()


def _called(meeting: Meeting) -> list[int]:
    return list(meeting.attendances.values_list("unit_id", flat=True))


def _columns(arrangement: Arrangement) -> dict[str, object]:
    return {name: getattr(arrangement, name) for name in arrangement.__slots__}
