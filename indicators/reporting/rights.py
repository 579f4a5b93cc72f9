"""Who may see and do what with a report: right on the unit (now) and assignment (in the report's period).

Pages, services, exports and the admin ask these predicates and no others.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from chuangmo.access.models import Grant, Membership, UnitGroupObjectPermission
from chuangmo.access.queries import Rights
from chuangmo.access.rules import REPORT
from chuangmo.org.models import valid_at
from indicators.plan.models import Assignment, AssignmentRole
from indicators.reporting.models import Report, ReportPart


def visible_reports(rights: Rights) -> QuerySet[Report]:
    """Reports that the person may open: of units that they may view, and those that a unit of theirs leads."""
    leads = Assignment.objects.filter(
        indicator=OuterRef("indicator"),
        unit__in=rights.report | rights.sign_off,
        role=AssignmentRole.LEAD,
    ).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef("period_end")),
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("period_end")),
    )
    return Report.objects.filter(Q(unit__in=rights.view) | Exists(leads))


def may_see(rights: Rights, report: Report) -> bool:
    """Whether the report is among `visible_reports`; a query only for who sees it as a lead, or not at all."""
    return report.unit_id in rights.view or visible_reports(rights).filter(pk=report.pk).exists()


def leading_units(report: Report) -> frozenset[int]:
    """Ids of the units that lead the report's indicator in its period (two for indicator 21)."""
    return frozenset(
        Assignment.objects.filter(
            valid_at(report.period_end), indicator_id=report.indicator_id, role=AssignmentRole.LEAD
        ).values_list("unit_id", flat=True)
    )


def is_assigned(report: Report) -> bool:
    """Whether the report's unit has anything to do with its indicator in its period."""
    return Assignment.objects.filter(
        valid_at(report.period_end), indicator_id=report.indicator_id, unit_id=report.unit_id
    ).exists()


def reports_now(user_id: int, day: date) -> Exists | Q:
    """Condition on reports: the person may report for the unit on that day; the same as `rights.may("report", …)`,
    for queries that have no `Rights` at hand (a test holds the two together)."""
    seat = Membership.objects.filter(
        valid_at(day),
        user=user_id,
        unit=OuterRef("group__unit_role__unit_id"),
        role=OuterRef("group__unit_role__role"),
    )
    held = UnitGroupObjectPermission.objects.filter(
        Exists(seat), content_object=OuterRef("unit_id"), permission__codename=REPORT, group__user=user_id
    )
    granted = Grant.objects.filter(user=user_id, unit=OuterRef("unit_id"), permission=REPORT, until__gte=day)
    return Exists(held) | Exists(granted)


def assigned_then() -> Exists:
    """Condition on reports: their unit has to do with their indicator in their period, as `is_assigned`."""
    end = OuterRef("period_end")
    return Exists(
        Assignment.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=end),
            Q(valid_to__isnull=True) | Q(valid_to__gte=end),
            indicator=OuterRef("indicator_id"),
            unit=OuterRef("unit_id"),
        )
    )


def may_report(rights: Rights, report: Report) -> bool:
    """Enter, submit, withdraw."""
    return rights.may("report", report.unit_id) and is_assigned(report)


def may_sign_off(rights: Rights, report: Report) -> bool:
    """Sign off for the unit; never the person who submitted it."""
    return rights.may("sign_off", report.unit_id) and report.case.submitted_by_id != rights.user.pk


def may_verify(rights: Rights, report: Report) -> bool:
    """Verify for a lead unit; never the person who submitted it."""
    return bool(leading_units(report) & rights.sign_off) and report.case.submitted_by_id != rights.user.pk


def may_accept(rights: Rights, report: Report) -> bool:
    """Accept, return or unlock for the steering office; never the person who submitted it."""
    return rights.may("accept", report.unit_id) and report.case.submitted_by_id != rights.user.pk


def may_extend(rights: Rights, report: Report) -> bool:
    """Whether the person may keep this report open, and there is a lock to keep it open past."""
    has_lock = report.obligation is not None and report.obligation.locks_on is not None
    return rights.may("accept", report.unit_id) and report.case.is_editable and has_lock


def may_name_publication(rights: Rights, report: Report) -> bool:
    """Whether the person may say when outside figures are published that this report waits for: the lead, the office."""
    if report.part != ReportPart.PUBLISHED or not report.case.is_editable:
        return False
    return rights.is_office or bool(leading_units(report) & (rights.report | rights.sign_off))
