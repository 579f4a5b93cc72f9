"""Reports are made ahead of being filled in: one for each unit × indicator × period × part that is owed.

`open_reports` compares what should be with what is and writes the difference in a few queries, so that it can run
as often as one likes. What was never submitted follows the plan (elements, sites, due rules, duties added or
changed); what was submitted once stays as it was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from chuangmo import clock
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.rules import Owed
from chuangmo.deadlines.services import owe_all, reschedule, unwaive, waive
from chuangmo.period_fields import period_columns
from chuangmo.periods import Kind, Period, periods_between, survey
from chuangmo.review.models import Case, State
from chuangmo.workcalendar.queries import WorkCalendar, work_calendar
from indicators.plan.models import ChecklistItem, DataElement, Indicator, Plan, ReportItem
from indicators.reporting.models import ChecklistAnswer, Report, ReportPart, ReportValue
from indicators.reporting.rules.due import DueKind, due_on, locks_on, parse_due
from indicators.reporting.services.duties import OwedBook

__all__ = ["KIND", "open_reports", "reports_foreseen", "reports_owed"]

KIND = "report"
BATCH = 500
DUTY_ENDED = "职责已调整，不再填报"
_PARTS = {
    DueKind.AT_START: ReportPart.TARGET,
    DueKind.PUBLICATION: ReportPart.PUBLISHED,
    DueKind.EVENT: ReportPart.EVENT,
}
# What has no element to say when: the narrative and the checklists (domain.md §5; a year's by 31 August, when all
# archive material is due).
_DUE_WITHOUT_ELEMENTS = {Kind.MONTH: "end+5", Kind.YEAR: "08-31"}
_DUE_OTHERWISE = "end+15"

Key = tuple[int, int, str, date, str]  # unit, indicator, kind of period, its first day, part
Cell = tuple[int, int]  # element, site


@dataclass
class _Owed:
    """One report as it should be."""

    unit_id: int
    indicator: Indicator
    period: Period
    part: str
    has_narrative: bool = False
    due_rules: set[str] = field(default_factory=set)
    cells: list[Cell] = field(default_factory=list)
    checklist: list[int] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.unit_id, self.indicator.pk, str(self.period.kind), self.period.start, self.part)

    def due(self, calendar: WorkCalendar) -> tuple[date | None, date | None]:
        """Due day (the latest of its elements) and lock day; neither where the day has to be named by somebody."""
        rules = self.due_rules or {_DUE_WITHOUT_ELEMENTS.get(self.period.kind, _DUE_OTHERWISE)}
        days = [
            day for rule in rules if (day := due_on(rule, self.period, calendar.next_working_day)) is not None
        ]
        if not days:
            return None, None
        return max(days), locks_on(max(days), calendar.add_working_days)


@transaction.atomic
def open_reports(*, plan: Plan, until: date) -> int:
    """Make every report of the plan whose period has begun by `until`; returns how many are new.

    Also brings reports that were never submitted up to date with the plan: cells of added elements and sites, due days,
    waivers where the duty has ended.
    """
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)  # two runs at once take turns
    book = OwedBook(plan)
    owed = {one.key: one for one in _all_owed(plan, book, until)}
    existing = {_key_of(report): report for report in _reports_of(plan)}
    calendar = work_calendar()
    missing = [one for key, one in owed.items() if key not in existing]
    made = _create(missing, book, calendar)
    untouched = {
        key: report
        for key, report in existing.items()
        if report.case.revision_no == 0 and report.case.state == State.DRAFT
    }
    _refresh({key: report for key, report in untouched.items() if key in owed}, owed, calendar)
    waive(
        [r.obligation_id for key, r in untouched.items() if key not in owed and r.obligation_id], DUTY_ENDED
    )
    if made:
        record(
            by=None,
            action="开立报表",
            object_kind="plan",
            object_id=plan.pk,
            label=plan.name,
            changes={"新报表": [0, made], "截至": ["", until.isoformat()]},
        )
    return made


def _reports_of(plan: Plan) -> Iterable[Report]:
    return Report.objects.filter(indicator__plan=plan).select_related("case", "obligation").order_by()


def _key_of(report: Report) -> Key:
    return (report.unit_id, report.indicator_id, report.period_kind, report.period_start, report.part)


def reports_owed(at: date, horizon: date) -> Iterable[Owed]:
    """For settings.OBLIGATION_SOURCES: the current plan's reports keep their obligations themselves."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is not None:
        open_reports(plan=plan, until=at)
    return ()


def reports_foreseen(first: date, last: date) -> Iterator[Owed]:
    """For settings.OBLIGATION_FORECASTS: reports due within these days whose period has not begun, so that there is no
    report yet."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None:
        return
    today, calendar = clock.today(), work_calendar()
    for one in _all_owed(plan, OwedBook(plan, make_sites=False), last):
        due, lock = one.due(calendar) if one.period.start > today else (None, None)
        if due is not None and first <= due <= last:
            yield Owed(KIND, one.unit_id, KIND, 0, _label(one), "", one.period, due, lock)


# What should be ---------------------------------------------------------------------------------------


def _periods(plan: Plan, kind: str, until: date) -> list[Period]:
    """The plan's periods of that kind that have begun by `until`; a survey is asked once in the plan's window."""
    last = min(until, plan.window_end)
    if last < plan.window_start:
        return []
    if kind == Kind.SURVEY:
        return [survey(plan.window_start, plan.window_end)]
    return periods_between(kind, plan.window_start, last, whole=False)


def _all_owed(plan: Plan, book: OwedBook, until: date) -> Iterator[_Owed]:
    items: dict[int, list[ReportItem]] = defaultdict(list)
    rows = ReportItem.objects.filter(indicator__plan=plan).select_related("element")
    for item in rows.order_by("order", "id"):
        items[item.indicator_id].append(item)
    checklist: dict[int, list[ChecklistItem]] = defaultdict(list)
    for entry in ChecklistItem.objects.filter(indicator__plan=plan).order_by("order", "id"):
        checklist[entry.indicator_id].append(entry)
    periods = {kind: _periods(plan, kind, until) for kind in Kind}
    for indicator in Indicator.objects.filter(plan=plan).order_by("number"):
        for kind in Kind:
            for period in periods[kind]:
                yield from _owed_in(
                    indicator,
                    period,
                    book,
                    [item for item in items[indicator.pk] if item.element.frequency == kind],
                    [entry for entry in checklist[indicator.pk] if entry.frequency == kind],
                )


def _owed_in(
    indicator: Indicator,
    period: Period,
    book: OwedBook,
    items: list[ReportItem],
    checklist: list[ChecklistItem],
) -> Iterator[_Owed]:
    """The reports of one indicator and period, over all units."""
    found: dict[tuple[int, str], _Owed] = {}

    def report_of(unit_id: int, part: str = ReportPart.REGULAR) -> _Owed:
        return found.setdefault((unit_id, part), _Owed(unit_id, indicator, period, str(part)))

    if period.kind == Kind.MONTH:
        for unit_id in book.narrators(indicator.pk, period.end):
            report_of(unit_id).has_narrative = True
    for item in items:
        if _is_published_with_february(item, period):
            continue
        for unit_id in book.reporters(item.reporter, indicator.pk, period.end):
            if cells := _cells(item, unit_id, period, book):
                owed = report_of(unit_id, _PARTS.get(parse_due(item.due).kind, ReportPart.REGULAR))
                owed.cells += cells
                owed.due_rules.add(item.due)
    for entry in checklist:
        for unit_id in book.reporters(entry.answered_by, indicator.pk, period.end):
            report_of(unit_id).checklist.append(entry.pk)
    yield from found.values()


def _is_published_with_february(item: ReportItem, period: Period) -> bool:
    """Monthly January-to-date totals: statisticians publish January and February together (domain.md §3)."""
    cumulative = item.element.entry == DataElement.Entry.CUMULATIVE
    return cumulative and period.kind == Kind.MONTH and period.start.month == 1


def _cells(item: ReportItem, unit_id: int, period: Period, book: OwedBook) -> list[Cell]:
    kind = item.element.site_kind
    sites = book.sites(kind, unit_id, period) if kind else [book.whole_unit(unit_id)]
    return [(item.element_id, site.pk) for site in sites]


# Writing the difference -------------------------------------------------------------------------------


def _create(missing: list[_Owed], book: OwedBook, calendar: WorkCalendar) -> int:
    if not missing:
        return 0
    now = timezone.now()
    cases = Case.objects.bulk_create(
        [Case(kind=KIND, unit_id=one.unit_id, step_entered_at=now) for one in missing], batch_size=BATCH
    )
    reports = Report.objects.bulk_create(
        [
            Report(
                indicator=one.indicator,
                unit=book.units[one.unit_id],
                part=one.part,
                has_narrative=one.has_narrative,
                case=case,
                **period_columns(one.period),
            )
            for one, case in zip(missing, cases, strict=True)
        ],
        batch_size=BATCH,
    )
    owe_all(_obligation(one, report, calendar) for one, report in zip(missing, reports, strict=True))
    first = Obligation.objects.filter(
        kind=KIND, subject_kind=KIND, subject_id=OuterRef("pk"), unit_id=OuterRef("unit_id"), cycle=1
    )
    Report.objects.filter(obligation__isnull=True).update(obligation_id=Subquery(first.values("pk")[:1]))
    _add_cells(
        (report.pk, place, cell)
        for one, report in zip(missing, reports, strict=True)
        for place, cell in enumerate(one.cells)
    )
    _add_answers(
        (report.pk, item) for one, report in zip(missing, reports, strict=True) for item in one.checklist
    )
    return len(reports)


def _obligation(one: _Owed, report: Report, calendar: WorkCalendar) -> Obligation:
    due, lock = one.due(calendar)
    return Obligation(
        kind=KIND,
        unit_id=one.unit_id,
        subject_kind=KIND,
        subject_id=report.pk,
        subject_label=_label(one),
        subject_url=report.get_absolute_url(),
        due_on=due,
        locks_on=lock,
        **period_columns(one.period),
    )


def _label(one: _Owed) -> str:
    part = "" if one.part == ReportPart.REGULAR else f"（{ReportPart(one.part).label}）"
    return f"{one.indicator.number} {one.indicator.short_name} {one.period.label}{part}"


def _add_cells(cells: Iterable[tuple[int, int, Cell]]) -> None:
    ReportValue.objects.bulk_create(
        [
            ReportValue(report_id=report, element_id=element, site_id=site, order=place)
            for report, place, (element, site) in cells
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _add_answers(answers: Iterable[tuple[int, int]]) -> None:
    ChecklistAnswer.objects.bulk_create(
        [ChecklistAnswer(report_id=report, item_id=item) for report, item in answers],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


# Following the plan -----------------------------------------------------------------------------------


def _refresh(drafts: dict[Key, Report], owed: dict[Key, _Owed], calendar: WorkCalendar) -> None:
    """Bring reports that were never submitted to what the plan says now; what was typed is never taken away."""
    if not drafts:
        return
    values: dict[int, dict[Cell, tuple[int, int, bool]]] = defaultdict(dict)
    never_submitted = {"report__case__revision_no": 0, "report__case__state": State.DRAFT}
    for pk, report_id, element, site, place, version in ReportValue.objects.filter(
        **never_submitted
    ).values_list("pk", "report_id", "element_id", "site_id", "order", "version"):
        values[report_id][element, site] = (pk, place, version == 0)
    answers: dict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
    for pk, report_id, item, version in ChecklistAnswer.objects.filter(**never_submitted).values_list(
        "pk", "report_id", "item_id", "version"
    ):
        answers[report_id][item] = (pk, version == 0)

    new_cells: list[tuple[int, int, Cell]] = []
    moved: list[ReportValue] = []
    gone: list[int] = []
    new_answers: list[tuple[int, int]] = []
    gone_answers: list[int] = []
    for key, report in drafts.items():
        should, have = owed[key], values[report.pk]
        wanted = set(should.cells)
        for place, cell in enumerate(should.cells):
            if cell not in have:
                new_cells.append((report.pk, place, cell))
            elif have[cell][1] != place:
                moved.append(ReportValue(pk=have[cell][0], order=place))
        gone += [pk for cell, (pk, _, fresh) in have.items() if fresh and cell not in wanted]
        new_answers += [(report.pk, item) for item in should.checklist if item not in answers[report.pk]]
        gone_answers += [
            pk for item, (pk, fresh) in answers[report.pk].items() if fresh and item not in should.checklist
        ]
    _add_cells(new_cells)
    _add_answers(new_answers)
    ReportValue.objects.bulk_update(moved, ["order"], batch_size=BATCH)
    ReportValue.objects.filter(pk__in=gone, version=0).delete()
    ChecklistAnswer.objects.filter(pk__in=gone_answers, version=0).delete()
    narrating = [r.pk for key, r in drafts.items() if owed[key].has_narrative and not r.has_narrative]
    Report.objects.filter(pk__in=narrating).update(has_narrative=True)
    _reschedule(drafts, owed, calendar)
    unwaive(
        [
            r.obligation.pk
            for r in drafts.values()
            if r.obligation and r.obligation.waived_reason == DUTY_ENDED
        ],
        DUTY_ENDED,
    )


def _reschedule(drafts: dict[Key, Report], owed: dict[Key, _Owed], calendar: WorkCalendar) -> None:
    """Move days whose rule, or the calendar, was changed. One that somebody named (a publication) has no rule and stays."""
    changed = []
    for key, report in drafts.items():
        due, lock = owed[key].due(calendar)
        owing = report.obligation
        if owing and due is not None and (owing.original_due_on, owing.locks_on) != (due, lock):
            changed.append((owing.pk, due, lock))
    reschedule(changed)
