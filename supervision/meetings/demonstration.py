"""The meetings of the demonstration (settings.DEMONSTRATION_PARTS): a 联席会议 in April whose decisions were done, late or
left open, a 联络员会议 in May, a county's own 联席会议, and the next 联席会议 to which everybody is called. All through the
services; all invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.org.models import Unit
from chuangmo.org.queries import UnitResolver
from indicators.demonstration.rules.days import at
from indicators.demonstration.rules.people import COUNTY_CONVENES, OFFICE
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from supervision.meetings.models import Decision, Meeting, MeetingSeries, Outcome
from supervision.meetings.services import (
    Entry,
    accept_decision,
    add_item,
    answer_call,
    convene_meeting,
    draw_agenda,
    hold_meeting,
    issue_minutes,
    plan_meeting,
    record_attendance,
    report_decision,
    save_minutes,
    send_back_decision,
)
from supervision.meetings.services.meetings import Arrangement
from supervision.meetings.services.minutes import Decided

__all__ = ["tell"]

CHAIR = "分管副市长"


@dataclass(frozen=True)
class _Taken:
    """One decision: what, who, until when, and what became of it (day of the report, word of the unit)."""

    text: str
    unit: str
    due_on: date
    reported: date | None = None
    report: str = ""
    accepted: date | None = None
    sent_back: str = ""


APRIL = {
    "三月创模任务完成情况": (
        "会议听取了各县（特区、区）和市直责任单位的汇报。截至三月底，重点工程应启动的已基本启动，数据报送按时率逐月提高；"
        "个别单位报送不及时、材料不完整的问题仍然突出。",
        [
            _Taken("建立创模数据报送日调度制度，明确专人负责", "水城县", date(2017, 4, 28), date(2017, 4, 26),
                   "已印发制度并明确 2 名专人，四月起每日调度。", date(2017, 4, 27)),
            _Taken("完成中心城区餐饮油烟治理台账并逐户销号", "市城管局", date(2017, 5, 15), date(2017, 5, 24),
                   "台账 312 户已建成，治理 287 户。", date(2017, 5, 25)),
        ],
    ),
    "水城河综合治理": (
        "会议研究了水城河沿线截污和清淤中的征地问题，同意分段施工、倒排工期，由责任单位按周报告进度。",
        [
            _Taken("完成水城河钟山段沿线排污口封堵，并报送影像资料", "钟山区", date(2017, 5, 31)),
            _Taken("每月通报水城河各断面监测结果", "市环境保护局", date(2017, 5, 10), date(2017, 5, 9),
                   "四月结果已通报各责任单位。", date(2017, 5, 10)),
        ],
    ),
    "创模宣传": (
        "会议要求加大创模知识宣传力度，提高公众知晓率，为满意度调查做好准备。",
        [
            _Taken("中心城区主要路口设置创模公益广告", "钟山经济开发区管委会", date(2017, 6, 30)),
        ],
    ),
}  # fmt: skip
MAY = {
    "材料归档要求": (
        "会议讲解了归档材料的种类和质量要求，明确正式发文要有盖章页，图片要有时间和地点。",
        [
            _Taken("补齐一季度归档材料中的盖章页", "市城管局", date(2017, 6, 9), date(2017, 6, 5),
                   "已补 6 份。", None, "还缺 2 份盖章页，请补齐后再报"),
            _Taken("报送本单位创模档案管理人员名单", "市住房城乡建设局", date(2017, 6, 2), date(2017, 6, 5), "名单已报。"),
        ],
    ),
}  # fmt: skip
COUNTY = {
    "水城河钟山段排污口封堵": (
        "会议听取了水城河钟山段排污口排查情况的汇报。沿线排污口已全部登记，封堵进度与市联席会议要求的五月底仍有差距，须增加施工力量。",
        [
            _Taken("排污口封堵增加两个施工班组，每周五报告进度", "钟山区", date(2017, 6, 16)),
        ],
    ),
    "夜市餐饮油烟": (
        "会议研究了辖区夜市油烟扰民投诉，同意先易后难、分批安装净化设施。",
        [
            _Taken("公布夜市油烟整治名单", "钟山区", date(2017, 6, 2), date(2017, 6, 1),
                   "名单 46 户已在区政府网站公布。", date(2017, 6, 2)),
        ],
    ),
}  # fmt: skip


def tell(plan: Plan) -> None:
    """Everything up to the morning of 6 June 2017."""
    stage = _Stage(plan)
    stage.meeting("joint", date(2017, 4, 12), APRIL)
    stage.meeting("liaison", date(2017, 5, 23), MAY)
    county = _Stage(plan, COUNTY_CONVENES, chair="分管副区长", scribe="区创模办", place="区政府二楼会议室")
    county.meeting("joint", date(2017, 5, 26), COUNTY)
    stage.next_meeting()


class _Stage:
    """Who acts: an office, and for each unit the first of its reporters."""

    def __init__(
        self, plan: Plan, office: str = OFFICE, *, chair: str = CHAIR, scribe: str = "创模办", place: str = ""
    ) -> None:
        self.plan, self.names = plan, UnitResolver()
        self.office = User.objects.get(username=office)
        self.chair, self.scribe, self.place = chair, scribe, place
        self.series = {one.code: one for one in MeetingSeries.objects.all()}

    def unit(self, name: str) -> Unit:
        return self.names.find(name)

    def reporter(self, unit: Unit) -> User | None:
        people = who_may("report", [unit.pk])[unit.pk]
        return User.objects.get(pk=people[0]) if people else None

    def meeting(self, code: str, day: date, items: dict[str, tuple[str, list[_Taken]]]) -> Meeting:
        """From the call to what became of the decisions."""
        series = self.series[code]
        called = day.replace(day=day.day - 5)
        with moment(at(called, 10)):
            meeting = self._planned(series, day, "请带本单位任务清单，汇报完成情况和存在问题。")
            for title in items:
                add_item(by=self.office, meeting_id=meeting.pk, title=title)
            convene_meeting(by=self.office, meeting_id=meeting.pk)
        with moment(at(called, 16)):
            self._answers(meeting)
        with moment(at(day, 17)):
            hold_meeting(by=self.office, meeting_id=meeting.pk)
            self._attendance(meeting)
            self._minutes(meeting, items)
            meeting = issue_minutes(by=self.office, meeting_id=meeting.pk, signer=self.chair)
        for decision, taken in zip(
            meeting.decisions.order_by("pk"),
            [one for _, lines in items.values() for one in lines],
            strict=True,
        ):
            self._went_on(decision, taken)
        return meeting

    def next_meeting(self) -> None:
        """Called for Friday; the agenda is drawn from what stands badly."""
        with moment(at(date(2017, 6, 5), 15)):
            meeting = self._planned(
                self.series["joint"], date(2017, 6, 9), "请对照红灯工程和逾期事项，带整改措施和完成时限参会。"
            )
            draw_agenda(by=self.office, meeting_id=meeting.pk)
            convene_meeting(by=self.office, meeting_id=meeting.pk)
        with moment(at(date(2017, 6, 5), 17)):
            self._answers(meeting, share=3)

    def _planned(self, series: MeetingSeries, day: date, notice: str) -> Meeting:
        arrangement = Arrangement(
            held_on=day,
            starts_at=time(9, 30),
            place=self.place or series.place,
            chair=self.chair,
            scribe=self.scribe,
            notice=notice,
        )
        return plan_meeting(by=self.office, plan=self.plan, series=series, arrangement=arrangement)

    def _answers(self, meeting: Meeting, share: int = 1) -> None:
        """Every unit, or every third one; of a few somebody else comes, or nobody."""
        for place, row in enumerate(meeting.attendances.select_related("unit").order_by("pk")):
            person = self.reporter(row.unit)
            if person is None or place % share:
                continue
            answer = "leave" if place % 9 == 8 else "proxy" if place % 5 == 4 else "comes"
            answer_call(
                by=person,
                meeting_id=meeting.pk,
                unit_id=row.unit_id,
                answer=answer,
                person="" if answer == "leave" else str(person),
                post="" if answer == "leave" else "分管领导" if answer == "comes" else "科长",
                reason="外出参加省级培训" if answer == "leave" else "",
            )

    def _attendance(self, meeting: Meeting) -> None:
        came = {"comes": Outcome.PRESENT, "proxy": Outcome.PROXY, "leave": Outcome.LEAVE, "": Outcome.ABSENT}
        record_attendance(
            by=self.office,
            meeting_id=meeting.pk,
            came={row.pk: (came[row.answer], row.person, row.post) for row in meeting.attendances.all()},
        )

    def _minutes(self, meeting: Meeting, items: dict[str, tuple[str, list[_Taken]]]) -> None:
        entries = []
        for item in meeting.items.all():
            text, taken = items[item.title]
            lines = tuple(
                Decided(f"{item.pk}-{place}", None, one.text, self.unit(one.unit).pk, one.due_on)
                for place, one in enumerate(taken)
            )
            entries.append(Entry(item.pk, item.version, text, lines))
        save_minutes(by=self.office, meeting_id=meeting.pk, entries=entries)

    def _went_on(self, decision: Decision, taken: _Taken) -> None:
        person = self.reporter(decision.unit)
        if taken.reported is None or person is None:
            return
        with moment(at(taken.reported, 15)):
            decision = report_decision(
                by=person, decision_id=decision.pk, version=decision.version, report=taken.report
            )
        if taken.accepted is not None:
            with moment(at(taken.accepted, 10)):
                accept_decision(
                    by=self.office, decision_id=decision.pk, version=decision.version, text="属实"
                )
        if taken.sent_back:
            with moment(at(taken.reported, 17)):
                send_back_decision(
                    by=self.office, decision_id=decision.pk, version=decision.version, reason=taken.sent_back
                )
