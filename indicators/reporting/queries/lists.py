"""Lists of reports: those that a person may see, and what is still owed. One query each, whatever the size."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, F, Q, QuerySet, When

from chuangmo.access.queries import Rights
from chuangmo.review.models import EDITABLE
from indicators.reporting.models import Report
from indicators.reporting.rights import visible_reports

__all__ = ["is_late", "late_reports", "listed_reports", "owed_reports"]


def listed_reports(rights: Rights) -> QuerySet[Report]:
    """The reports that the person may open, with what a list shows beside them; newest period first.

    Who reports finds first what is to be handed in, the oldest due day on top.
    """
    newest = ("-period_end", "period_kind", "indicator__number", "unit__order", "pk")
    reports = visible_reports(rights).select_related("unit", "indicator", "case", "obligation")
    if not rights.report:
        return reports.order_by(*newest)
    mine = Q(
        unit__in=rights.report,
        case__state__in=EDITABLE,
        obligation__waived_at__isnull=True,
        obligation__done_at__isnull=True,
    )
    due = Case(When(mine, then=F("obligation__due_on")))
    return reports.alias(to_do=due).order_by(F("to_do").asc(nulls_last=True), *newest)


def late_reports(reports: QuerySet[Report], at: date) -> QuerySet[Report]:
    """Those that are open past their due day, or came after it."""
    obligation = Q(obligation__done_on__isnull=True, obligation__due_on__lt=at) | Q(
        obligation__done_on__gt=F("obligation__due_on")
    )
    return reports.filter(obligation, obligation__waived_at__isnull=True)


def owed_reports(rights: Rights, at: date) -> QuerySet[Report]:
    """What the person's units have to hand in: reports that can be filled in and whose period has begun, oldest due
    first, those without a date last. The conditions on the obligation are those of its index of what is open."""
    return (
        Report.objects.filter(
            unit__in=rights.report,
            case__state__in=EDITABLE,
            period_start__lte=at,
            obligation__unit__in=rights.report,
            obligation__waived_at__isnull=True,
            obligation__done_at__isnull=True,
            obligation__superseded=False,
        )
        .select_related("unit", "indicator", "case", "obligation")
        .order_by(F("obligation__due_on").asc(nulls_last=True), "indicator__number", "unit__order", "pk")
    )


def is_late(report: Report, at: date) -> bool:
    """Whether the report's current obligation is, or was done, past its day."""
    obligation = report.obligation
    return obligation is not None and obligation.waived_at is None and obligation.is_late(at)
