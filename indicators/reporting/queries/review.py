"""What the review asks about reports: queues by step, names of cases, earlier figures beside each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.models import Role, User
from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit, UnitName, UnitNameKind
from chuangmo.periods import parse
from chuangmo.review.kinds import Choice, Heading
from chuangmo.review.models import Case, State
from indicators.plan.models import Assignment, AssignmentRole, Indicator
from indicators.reporting.models import ChecklistAnswer, Report, ReportText, ReportValue
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


def office_unit_id(rights: Rights) -> int | None:
    """The unit for which a person of the steering office acts."""
    return (
        rights.user.memberships.filter(role=Role.OFFICE, unit__in=rights.member_of)
        .values_list("unit_id", flat=True)
        .first()
    )


def _at(state: State) -> QuerySet[Case]:
    return Case.objects.filter(kind=KIND, state=state, report__isnull=False)


def _not_own(cases: QuerySet[Case], rights: Rights) -> QuerySet[Case]:
    me = rights.user.pk
    mine = [
        Exists(model._default_manager.filter(report=OuterRef("report__pk"), updated_by=me))
        for model in (ReportValue, ReportText, ChecklistAnswer)
    ]
    return cases.exclude(submitted_by=me).filter(~mine[0], ~mine[1], ~mine[2])


# Names -------------------------------------------------------------------------------------------------


def headings(case_ids: Sequence[int]) -> dict[int, Heading]:
    """How the cases are named; a unit bears the name that it had in the report's period. Two queries."""
    reports = list(
        Report.objects.filter(case__in=case_ids)
        .select_related("indicator", "unit")
        .only("id", "case_id", "part", "period_kind", "period_start", "period_end", "indicator", "unit")
    )
    names = _names(reports)
    return {
        report.case_id: Heading(
            subject_id=report.pk,
            url=report.get_absolute_url(),
            title=_title(report),
            unit=names[report.pk],
            period=report.period.label,
        )
        for report in reports
    }


def _title(report: Report) -> str:
    title = f"指标 {report.indicator.number} {report.indicator.short_name}"
    return title if report.part == "regular" else f"{title}（{report.get_part_display()}）"


def _names(reports: Sequence[Report]) -> dict[int, str]:
    """Report id → the official name that its unit bore on the last day of the period; one query for all."""
    dated: dict[int, list[UnitName]] = defaultdict(list)
    found = UnitName.objects.filter(
        unit__in={report.unit_id for report in reports}, kind=UnitNameKind.OFFICIAL
    )
    for name in sorted(found, key=lambda one: one.valid_from or date.min):
        dated[name.unit_id].append(name)
    return {
        report.pk: next(
            (one.name for one in reversed(dated[report.unit_id]) if one.is_valid(report.period_end)),
            report.unit.name,
        )
        for report in reports
    }


# Filters -----------------------------------------------------------------------------------------------


def choices(cases: QuerySet[Case], values: Mapping[str, str]) -> list[Choice]:
    """Indicator, unit and month, with the options that the queue has. Three queries."""
    plain = cases.order_by()
    indicators = Indicator.objects.filter(pk__in=plain.values("report__indicator").distinct()).order_by(
        "plan", "number"
    )
    units = Unit.objects.filter(pk__in=plain.values("unit").distinct())
    months = sorted(plain.values_list("report__period_end", flat=True).distinct(), reverse=True)
    labels = {f"{day:%Y-%m}": f"{day.year} 年 {day.month} 月" for day in months}
    return [
        Choice(
            "indicator",
            "指标",
            tuple((str(one.pk), f"{one.number} {one.short_name}") for one in indicators),
            values.get("indicator", ""),
        ),
        Choice("unit", "单位", tuple((str(one.pk), one.short_name) for one in units), values.get("unit", "")),
        Choice("month", "月份", tuple(labels.items()), values.get("month", "")),
    ]


def narrow(cases: QuerySet[Case], values: Mapping[str, str]) -> QuerySet[Case]:
    """The cases that fit the filters; what cannot be read filters nothing."""
    if values.get("indicator", "").isdecimal():
        cases = cases.filter(report__indicator=int(values["indicator"]))
    if values.get("unit", "").isdecimal():
        cases = cases.filter(unit=int(values["unit"]))
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
