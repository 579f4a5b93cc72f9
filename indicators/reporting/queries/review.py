"""What the review asks about reports: queues by step, names of cases, earlier figures beside each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.keys import key_in
from chuangmo.org.models import UnitName, UnitNameKind
from chuangmo.org.queries import city_office_ids
from chuangmo.periods import Kind, Period, parse
from chuangmo.prepared import Prepared
from chuangmo.review.kinds import Choice, Filters, Heading, Owing
from chuangmo.review.models import Case, State
from indicators.plan.models import Assignment, AssignmentRole
from indicators.reporting.models import ChecklistAnswer, Report, ReportPart, ReportText, ReportValue
from indicators.reporting.queries.history import earlier_periods, history_of
from indicators.reporting.rights import visible_reports

KIND = "report"
HISTORY = 12


def wrote(user: User, report: Report) -> bool:
    """Whether the person typed anything of what the report says (domain.md §1: the writer may not sign it off)."""
    return any(
        model._default_manager.filter(report=report, updated_by=user).exists()
        for model in (ReportValue, ReportText, ChecklistAnswer)
    )


def writers(report: Report) -> set[int]:
    """Ids of everybody who typed anything of what the report says."""
    first, *others = [
        model._default_manager.filter(report=report, updated_by__isnull=False)
        .order_by()
        .values_list("updated_by", flat=True)
        for model in (ReportValue, ReportText, ChecklistAnswer)
    ]
    return set(first.union(*others))


def to_sign_off(rights: Rights) -> QuerySet[Case]:
    """Submitted reports of the units for which the person signs off."""
    return _not_own(_at(State.SUBMITTED).filter(unit__in=rights.sign_off), rights)


def to_verify(rights: Rights) -> QuerySet[Case]:
    """Signed-off reports on indicators that a unit of the person's leads in the report's period."""
    leads = Assignment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef("report__period_end")),
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("report__period_end")),
        indicator=OuterRef("report__indicator"),
        unit__in=rights.sign_off,
        role=AssignmentRole.LEAD,
    )
    return _not_own(_at(State.SIGNED_OFF).filter(Exists(leads)), rights)


def to_accept(rights: Rights) -> QuerySet[Case]:
    """Verified reports that the steering office has to accept."""
    return _not_own(_at(State.VERIFIED).filter(unit__in=rights.accept), rights)


def returned(rights: Rights) -> QuerySet[Case]:
    """Returned reports that the person may look at and has a part in: own unit's, led ones, all for the office."""
    if not (rights.report or rights.sign_off or rights.accept):
        return Case.objects.none()
    return _at(State.RETURNED).filter(report__in=visible_reports(rights))


def returned_to(rights: Rights) -> QuerySet[Case]:
    """Returned reports that the person has to put right."""
    return _at(State.RETURNED).filter(unit__in=rights.report)


def leads_anything(rights: Rights) -> bool:
    """Whether a unit for which the person signs off leads an indicator, at any time."""
    return Assignment.objects.filter(unit__in=rights.sign_off, role=AssignmentRole.LEAD).exists()


def owing(cases: Sequence[Case]) -> dict[int, Owing]:
    """Whose the step of each case is: its own unit's, its leads', the steering office's. At most three queries."""
    reports = {
        report.case_id: report
        for report in Report.objects.filter(case__in=[case.pk for case in cases]).order_by()
    }
    verified = [reports[case.pk].indicator_id for case in cases if case.state == State.SIGNED_OFF]
    leads = (
        list(Assignment.objects.filter(indicator__in=verified, role=AssignmentRole.LEAD)) if verified else []
    )
    offices = city_office_ids() if any(case.state == State.VERIFIED for case in cases) else ()
    found = {}
    for case in cases:
        report = reports[case.pk]
        unit_ids: tuple[int, ...] = (case.unit_id,)
        if case.state == State.SIGNED_OFF:
            unit_ids = tuple(
                row.unit_id
                for row in leads
                if row.indicator_id == report.indicator_id and row.is_valid(report.period_end)
            )
        elif case.state == State.VERIFIED:
            unit_ids = offices
        found[case.pk] = Owing(unit_ids, report.period)
    return found


def _at(state: State) -> QuerySet[Case]:
    return Case.objects.filter(kind=KIND, state=state, report__isnull=False)


def _not_own(cases: QuerySet[Case], rights: Rights) -> QuerySet[Case]:
    """Without what the person handed in or typed. Who types nowhere now may find an old one of theirs in the queue;
    `ReportReview.may` refuses it all the same."""
    me = rights.user.pk
    if not rights.report:
        return cases.exclude(submitted_by=me)
    mine = [
        Exists(model._default_manager.filter(report=OuterRef("report__pk"), updated_by=me))
        for model in (ReportValue, ReportText, ChecklistAnswer)
    ]
    return cases.exclude(submitted_by=me).filter(~mine[0], ~mine[1], ~mine[2])


# Names -------------------------------------------------------------------------------------------------


def headings(case_ids: Sequence[int]) -> dict[int, Heading]:
    """How the cases are named; a unit bears the name that it had in the report's period. Two queries."""
    rows = _NAMED.rows(cases=frozenset(case_ids))
    dated = _dated_names({row[8] for row in rows})
    return {
        case_id: Heading(
            subject_id=pk,
            url=Report(pk=pk).get_absolute_url(),
            title=_title(number, name, part),
            unit=next((one.name for one in dated[unit_id] if one.is_valid(end)), unit),
            period=Period(Kind(kind), start, end).label,
        )
        for case_id, pk, part, kind, start, end, number, name, unit_id, unit in rows
    }


_NAMED = Prepared(
    lambda cases: (
        Report.objects.filter(case__in=cases)
        .order_by()
        .values_list(
            "case_id",
            "pk",
            "part",
            "period_kind",
            "period_start",
            "period_end",
            "indicator__number",
            "indicator__short_name",
            "unit_id",
            "unit__name",
        )
    ),
    cases=frozenset,
)


def _title(number: int, name: str, part: str) -> str:
    title = f"指标 {number} {name}"
    return title if part == ReportPart.REGULAR else f"{title}（{ReportPart(part).label}）"


def _dated_names(unit_ids: set[int]) -> dict[int, list[UnitName]]:
    """Official names with dates, the latest first."""
    dated: dict[int, list[UnitName]] = defaultdict(list)
    found = _OFFICIAL.objects(units=frozenset(unit_ids))
    for name in sorted(found, key=lambda one: one.valid_from or date.min, reverse=True):
        dated[name.unit_id].append(name)
    return dated


_OFFICIAL = Prepared(
    lambda units: UnitName.objects.filter(unit__in=units, kind=UnitNameKind.OFFICIAL).order_by(),
    units=frozenset,
)


# Filters -----------------------------------------------------------------------------------------------


FILTER_COLUMNS = (
    "report__indicator__plan__year",
    "report__indicator__number",
    "report__indicator__short_name",
    "report__indicator_id",
    "unit__order",
    "unit__short_name",
    "unit_id",
    "report__period_end",
)


def filters(rows: Sequence[tuple[Any, ...]], values: Mapping[str, str]) -> Filters:
    """Indicator, unit and month, with the options that the queue has."""
    indicators = sorted({(-row[0], *row[1:4]) for row in rows})
    months = sorted({(row[7].year, row[7].month) for row in rows}, reverse=True)
    options = {
        "indicator": [(str(pk), f"{number} {name}") for _, number, name, pk in indicators],
        "unit": [(str(pk), name) for _, name, pk in sorted({row[4:7] for row in rows})],
        "month": [(f"{year}-{number:02d}", f"{year} 年 {number} 月") for year, number in months],
    }
    labels = {"indicator": "指标", "unit": "单位", "month": "月份"}
    return Filters(
        len(rows),
        tuple(
            Choice(name, labels[name], tuple(found), values.get(name, "")) for name, found in options.items()
        ),
    )


def narrow(cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that fit the filters; what cannot be read filters nothing."""
    if (indicator := key_in(values.get("indicator", ""))) is not None:
        cases = cases.filter(report__indicator=indicator)
    if (unit := key_in(values.get("unit", ""))) is not None:
        cases = cases.filter(unit=unit)
    if values.get("month"):
        try:
            period = parse(values["month"])
        except ValueError:
            return cases
        cases = cases.filter(report__period_end__range=(period.start, period.end))
    return cases


# Earlier figures ---------------------------------------------------------------------------------------


def histories(report: Report) -> dict[str, list[Decimal | None]]:
    """The period's own amounts of the last 12 periods by cell key, oldest first; empty where there is none."""
    cells = list(report.values.select_related("element"))
    periods = earlier_periods(report.period, HISTORY)
    history = history_of(report, {cell.element_id for cell in cells}, [*periods, periods[-1].previous()])
    series = {
        f"v{cell.pk}": [history.amount(cell.element, cell.site_id, period) for period in reversed(periods)]
        for cell in cells
    }
    return {key: values for key, values in series.items() if any(value is not None for value in values)}
