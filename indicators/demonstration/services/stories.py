"""The reports worth looking at: each goes its way through the real services, with the words people would write.

Their cells are filled like all others; what happens to them is told here, oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from chuangmo.access.models import User
from chuangmo.deadlines.services import grant_exception
from chuangmo.periods import month
from chuangmo.review import services as review
from chuangmo.review.models import Case
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.demonstration.services.sheets import Sheet, World
from indicators.reporting.models import Report, ReportValue
from indicators.reporting.services.entry import save_cell, save_text
from indicators.reporting.services.locks import lock_month

__all__ = ["CORRECTED", "LATE", "LOCKED_OUT", "STORIES", "UNLOCKED", "tell"]

Key = tuple[int, str, str]

CORRECTED: Key = (6, "水城县", "2017-03")
LOCKED_OUT: Key = (18, "水城县", "2017-04")
LATE: Key = (18, "水城县", "2017-05")
WITHDRAWN: Key = (17, "市公安局", "2017-05")
BY_LEAD: Key = (19, "盘县", "2017-05")
BY_OFFICE: Key = (4, "钟山区", "2017-05")
BY_UNIT: Key = (16, "市燃气公司", "2017-05")
WORDS_ONLY: Key = (22, "市农委", "2017-05")
UNLOCKED: Key = (14, "钟山区", "2017-04")  # went the usual way before

# Filled, but sent by nobody before they are told; the two of 水城县 are still to be written.
STORIES = frozenset({CORRECTED, WITHDRAWN, BY_LEAD, BY_OFFICE, BY_UNIT, WORDS_ONLY})


class _Now(TypedDict):
    """The case as its page would show it."""

    case_id: int
    revision_no: int


class _Told:
    """One report, moved by the people whose turn it is."""

    def __init__(self, world: World, sheet: Sheet) -> None:
        self.world, self.sheet = world, sheet
        self.reporter = world.reporter(sheet.unit)
        self.reviewer = _there(world.reviewer(sheet.unit))
        self.lead = _there(world.reviewer(world.leads(sheet)[0].short_name))
        self.office = world.office()

    @property
    def _now(self) -> _Now:
        case = Case.objects.get(pk=self.sheet.report.case_id)
        return {"case_id": case.pk, "revision_no": case.revision_no}

    def submit(self) -> None:
        review.submit(**self._now, by=self.reporter)

    def withdraw(self) -> None:
        review.withdraw(**self._now, by=self.reporter)

    def sign_off(self) -> None:
        review.sign_off(**self._now, by=self.reviewer)

    def verify(self) -> None:
        review.verify(**self._now, by=self.lead)

    def accept(self) -> None:
        review.accept(**self._now, by=self.office)

    def send_back(self, by: User, reason: str, remarks: Mapping[str, str]) -> None:
        review.send_back(**self._now, by=by, reason=reason, remarks=remarks)

    def unlock(self, reason: str) -> None:
        review.unlock(**self._now, by=self.office, reason=reason)

    def cell(self, code: str) -> str:
        return f"v{self._row(code).pk}"

    def write(self, code: str, factor: str, explanation: str = "") -> None:
        """Type the table's figure, multiplied."""
        row = self._row(code)
        plain = self.world.figures.of(code, self.world.who(row, self.sheet.unit), self.sheet.report.period)
        assert plain is not None  # the table knows the figures of every story
        raw = f"{float(plain) * float(factor):.{row.element.precision}f}"
        save_cell(
            by=self.reporter,
            report_id=self.sheet.report.pk,
            cell=f"v{row.pk}",
            version=row.version,
            raw=raw,
            explanation=explanation or None,
        )

    def write_text(self, kind: str, text: str) -> None:
        row = self.sheet.report.texts.filter(kind=kind).first()
        version = row.version if row else 0
        save_text(by=self.reporter, report_id=self.sheet.report.pk, kind=kind, text=text, version=version)

    def _row(self, code: str) -> ReportValue:
        rows = ReportValue.objects.select_related("element", "site")
        return rows.get(report=self.sheet.report, element__code=code)


def _there(user: User | None) -> User:
    assert user is not None  # none of the stories is about the unit without a reviewer
    return user


def tell(world: World, sheets: Mapping[Key, Sheet]) -> None:
    """Let everything happen, in the order of time."""
    told = {key: _Told(world, sheets[key]) for key in (*STORIES, LOCKED_OUT, UNLOCKED)}
    _corrected(told[CORRECTED])
    _lock_months(world)
    _may(told)
    _exception(world, told[LOCKED_OUT].sheet.report)
    with moment(at(date(2017, 6, 5), 16, 45)):
        told[UNLOCKED].unlock("复核管网流量计发现4月产生量漏计德坞片区 1.6 万吨，解锁更正。")


def _corrected(one: _Told) -> None:
    """Returned by the lead, corrected, accepted: two revisions and what differs between them."""
    with moment(at(date(2017, 4, 6), 10, 12)):
        one.write("i06.water_used", "0.92")
        one.submit()
    with moment(at(date(2017, 4, 6), 15, 30)):
        one.sign_off()
    with moment(at(date(2017, 4, 7), 9, 25)):
        remarks = {one.cell("i06.water_used"): "少计农业灌溉 3 月首灌水量，请按取水许可台账核对。"}
        one.send_back(one.lead, "用水总量与取水许可台账不一致，请核对后重报。", remarks)
    with moment(at(date(2017, 4, 10), 11, 5)):
        one.write("i06.water_used", "1")
        one.write_text(
            "progress",
            "3月，完成农业首灌取水计量复核，补计发耳、比德片区灌溉水量，台账已与市水务局核对一致。",
        )
        one.submit()
    with moment(at(date(2017, 4, 10), 14, 40)):
        one.sign_off()
    with moment(at(date(2017, 4, 11), 10, 20)):
        one.verify()
    with moment(at(date(2017, 4, 12), 9, 50)):
        one.accept()


def _lock_months(world: World) -> None:
    """The office has closed January and February."""
    for number, day in ((1, date(2017, 3, 31)), (2, date(2017, 4, 28))):
        with moment(at(day, 17, 0)):
            lock_month(
                plan=world.plan,
                period=month(2017, number),
                reason=f"{number}月数据已审定并上报市政府，封存。",
                by=world.office(),
            )


def _may(told: Mapping[Key, _Told]) -> None:
    """Returned at each step, and withdrawn once."""
    lead, office, unit = told[BY_LEAD], told[BY_OFFICE], told[BY_UNIT]
    words, withdrawn = told[WORDS_ONLY], told[WITHDRAWN]
    with moment(at(date(2017, 6, 1), 9, 40)):
        office.write("i04.investment", "1.12")
        office.submit()
    with moment(at(date(2017, 6, 1), 14, 30)):
        office.sign_off()
        words.submit()
    with moment(at(date(2017, 6, 1), 16, 10)):
        lead.submit()
        words.sign_off()
    with moment(at(date(2017, 6, 2), 9, 15)):
        office.verify()
        lead.sign_off()
        words.verify()
    with moment(at(date(2017, 6, 2), 10, 30)):
        withdrawn.write("i17.due", "0.95")
        withdrawn.submit()
    with moment(at(date(2017, 6, 2), 11, 20)):
        withdrawn.withdraw()
        withdrawn.write("i17.due", "1")
    with moment(at(date(2017, 6, 2), 14, 50)):
        withdrawn.submit()
        unit.submit()
    with moment(at(date(2017, 6, 2), 16, 25)):
        lead.send_back(
            lead.lead,
            "综合利用量缺少外运消纳凭证，进展没有说明渣场整治情况。",
            {
                lead.cell("i19.used"): "请附红果片区粉煤灰外运消纳协议和过磅单。",
                "t:progress": "请补充柏果渣场覆土复绿进度。",
            },
        )
    with moment(at(date(2017, 6, 5), 10, 5)):
        office.send_back(
            office.office,
            "投资额含市政道路投资，口径不符，请剔除后重报。",
            {office.cell("i04.investment"): "人民中路改造 320 万元属市政道路投资，不计入环保投资。"},
        )
        words.send_back(
            words.office, "下一步措施过于笼统。", {"t:measures": "请写明整改项目名称、责任科室和完成时限。"}
        )
    with moment(at(date(2017, 6, 5), 11, 15)):
        unit.send_back(
            unit.reviewer,
            "请与计量站抄表数核对。",
            {unit.cell("i16.gas"): "与 5 月 31 日门站抄表数相差约 12 万 m³。"},
        )


def _exception(world: World, report: Report) -> None:
    """The county's April figure is missing past its lock; the office lets it be filled in until Friday."""
    assert report.obligation is not None  # every report of a month is owed
    with moment(at(date(2017, 6, 5), 9, 10)):
        grant_exception(
            obligation=report.obligation,
            until=date(2017, 6, 9),
            reason="地磅检修，4月过磅数据需与岔河填埋场逐车核对。",
            by=world.office(),
        )
