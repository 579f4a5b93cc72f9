"""What happens to a report when its obligation gets another cycle, or passes to another unit."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation
from chuangmo.deadlines.services import owe
from chuangmo.errors import Invalid
from chuangmo.org.models import Unit, valid_at
from chuangmo.period_fields import period_columns
from chuangmo.review.models import Case
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Assignment, Site, SiteKind
from indicators.reporting.models import Report, ReportValue
from indicators.reporting.rules.due import locks_on

__all__ = ["point_to_cycle", "redispatch_report"]


def point_to_cycle(*, old: Obligation, new: Obligation) -> None:
    """For settings.CYCLE_OPENED: the report that pointed to the old cycle points to the new one."""
    Report.objects.filter(obligation=old).update(obligation=new)


@transaction.atomic
def redispatch_report(*, obligation: Obligation, to_unit: Unit, due_on: date, by: User) -> None:
    """For settings.REDISPATCH: the other unit gets a report of its own with the same figures to fill in.

    Who may fill in a report follows from the plan's duties, so the unit must have the indicator in that period; else
    Invalid, and the administrator changes the duty first. A report that it has already stays as it is.
    """
    report = Report.objects.select_related("indicator").get(pk=obligation.subject_id)
    has_duty = Assignment.objects.filter(
        valid_at(report.period_end), indicator=report.indicator_id, unit=to_unit
    ).exists()
    if not has_duty:
        raise Invalid(
            {
                "to_unit": f"{to_unit} 在这一期没有指标 {report.indicator.number} 的职责，请管理员先在“指标职责”里变更"
            }
        )
    period = report.period
    made = Report.objects.filter(
        unit=to_unit, indicator=report.indicator, part=report.part, **period_columns(period)
    ).first()
    if made is not None:
        raise Invalid({"to_unit": f"{to_unit} 这一期已有自己的报表，不用改派"})
    case = Case.objects.create(kind="report", unit=to_unit, step_entered_at=timezone.now())
    made = Report.objects.create(
        indicator=report.indicator,
        unit=to_unit,
        part=report.part,
        has_narrative=report.has_narrative,
        case=case,
        **period_columns(period),
    )
    made.obligation = owe(
        kind=obligation.kind,
        unit=to_unit,
        subject_kind=obligation.subject_kind,
        subject_id=made.pk,
        subject_label=obligation.subject_label,
        subject_url=made.get_absolute_url(),
        period=period,
        due_on=due_on,
        locks_on=locks_on(due_on, work_calendar().add_working_days),
    )
    made.save(update_fields=["obligation"])
    whole = Site.objects.get(kind=SiteKind.UNIT, unit=to_unit)
    cells = ReportValue.objects.filter(report=report).select_related("site").order_by("order")
    ReportValue.objects.bulk_create(
        ReportValue(
            report=made,
            element_id=cell.element_id,
            site=whole if cell.site.kind == SiteKind.UNIT else cell.site,
            order=cell.order,
        )
        for cell in cells
    )
