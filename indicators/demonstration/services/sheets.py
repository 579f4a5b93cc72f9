"""The reports of the demonstration with everything that is filled into them, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from chuangmo.access.models import Role, User
from chuangmo.files.models import Attachment
from chuangmo.org.models import Unit, UnitKind
from chuangmo.periods import Kind
from chuangmo.workcalendar.queries import work_calendar
from indicators.demonstration.rules.chance import pick
from indicators.demonstration.rules.days import WorkDays
from indicators.demonstration.rules.figures import Element, Figures
from indicators.demonstration.rules.people import OFFICE_SECOND
from indicators.plan.models import Assignment, AssignmentRole, DataElement, Plan, ReportItem, SiteKind
from indicators.reporting.models import ChecklistAnswer, Report, ReportPart, ReportText, ReportValue

__all__ = ["Sheet", "World", "sheets_of"]

COUNTY_KINDS = (UnitKind.COUNTY, UnitKind.ZONE)


@dataclass
class Sheet:
    """One report with its cells, answers and texts."""

    report: Report
    cells: list[ReportValue] = field(default_factory=list)
    answers: list[ChecklistAnswer] = field(default_factory=list)
    texts: list[ReportText] = field(default_factory=list)
    papers: list[Attachment] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """Short name of the unit: the key of the demonstration's tables."""
        return self.report.unit.short_name

    @property
    def about(self) -> tuple[object, ...]:
        """What makes it this report and no other, whatever its number in the database."""
        report = self.report
        return (report.indicator.number, self.unit, report.period.code, report.part)

    @property
    def key(self) -> tuple[int, str, str]:
        report = self.report
        return (report.indicator.number, self.unit, report.period.code)


class World:
    """People, duties, calendar and figures: read once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.elements = {element.code: element for element in DataElement.objects.all()}
        self.figures = Figures({code: _element(one) for code, one in self.elements.items()})
        calendar = work_calendar()
        self.days = WorkDays(add=calendar.add_working_days, next=calendar.next_working_day)
        self.units = {unit.short_name: unit for unit in Unit.objects.all()}
        self._by_post: dict[tuple[str, str], User] = {}
        people = User.objects.filter(memberships__isnull=False).prefetch_related("memberships__unit")
        for user in people.order_by("-pk").distinct():
            for post in user.memberships.all():
                self._by_post[post.unit.short_name, post.role] = user
        self._second = User.objects.get(username=OFFICE_SECOND)
        self._leads: dict[int, list[int]] = defaultdict(list)
        leads = Assignment.objects.filter(indicator__plan=plan, role=AssignmentRole.LEAD).order_by("id")
        for indicator, unit in leads.values_list("indicator_id", "unit_id"):
            self._leads[indicator].append(unit)
        self.unit_of = {unit.pk: unit for unit in self.units.values()}
        self._indicator_of = dict(
            ReportItem.objects.filter(indicator__plan=plan).values_list("element_id", "indicator_id")
        )

    def reporter(self, unit: str) -> User:
        return self._by_post[unit, Role.REPORTER]

    def reviewer(self, unit: str) -> User | None:
        """Nobody in the unit without a review of its own."""
        return self._by_post.get((unit, Role.REVIEWER))

    def office(self, *about: object) -> User:
        """The office's first person, or the one of the two who deals with this."""
        if about and pick(3, "office", *about) == 0:
            return self._second
        return self._by_post["市创模办", Role.OFFICE]

    def leads(self, sheet: Sheet) -> list[Unit]:
        """The units that lead the report's indicator, first one first."""
        return [self.unit_of[pk] for pk in self._leads[sheet.report.indicator_id]]

    def site_reporter(self, element: DataElement) -> Unit:
        """Who reports an element by site: the lead of its indicator."""
        return self.unit_of[self._leads[self._indicator_of[element.pk]][0]]

    def role(self, sheet: Sheet) -> str:
        """How the unit writes about the indicator: as lead, county or anybody else."""
        if sheet.report.unit_id in self._leads[sheet.report.indicator_id]:
            return "lead"
        return "county" if sheet.report.unit.kind in COUNTY_KINDS else "bureau"

    def who(self, cell: ReportValue, unit: str) -> str:
        """The reporter of a cell in the table of magnitudes: its unit, or its site."""
        return unit if cell.site.kind == SiteKind.UNIT else cell.site.code


def _element(row: DataElement) -> Element:
    return Element(
        row.code, row.frequency, row.precision, row.over_time, row.entry == DataElement.Entry.CUMULATIVE
    )


def sheets_of(plan: Plan) -> list[Sheet]:
    """All reports of the plan, oldest period first."""
    reports = Report.objects.filter(indicator__plan=plan).select_related(
        "indicator", "unit", "case", "obligation"
    )
    order = reports.order_by("period_end", "period_kind", "indicator__number", "unit__order", "part", "pk")
    sheets = {report.pk: Sheet(report) for report in order}
    for cell in ReportValue.objects.select_related("element", "site").order_by("report", "order", "id"):
        sheets[cell.report_id].cells.append(cell)
    for answer in ChecklistAnswer.objects.select_related("item").order_by("report", "item__order", "id"):
        sheets[answer.report_id].answers.append(answer)
    return list(sheets.values())


def of_month(sheets: Iterable[Sheet], number: int) -> list[Sheet]:
    """The reports that are written after that month: its own, its quarter's and term's, and the year's task in March."""
    return [sheet for sheet in sheets if _round(sheet.report) == number]


def _round(report: Report) -> int:
    if report.period_kind == Kind.YEAR:
        return 3 if report.part == ReportPart.TARGET else 4
    if report.part != ReportPart.REGULAR:
        return 0
    return report.period_end.month
