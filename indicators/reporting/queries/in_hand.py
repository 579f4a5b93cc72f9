"""What a person has in hand: told when the person leaves, so that somebody else of the unit goes on with it."""

from __future__ import annotations

from django.db.models import Q

from chuangmo.access.models import User
from chuangmo.review.models import EDITABLE, IN_REVIEW
from indicators.reporting.models import Report

__all__ = ["in_hand"]


def in_hand(user: User) -> list[str]:
    """Labels of the reports that the person last wrote in and that are not submitted, and of those that the person
    submitted and that are still under review. The reports stay with their unit."""
    wrote = (Q(values__updated_by=user) | Q(texts__updated_by=user) | Q(answers__updated_by=user)) & Q(
        case__state__in=EDITABLE
    )
    submitted = Q(case__submitted_by=user, case__state__in=IN_REVIEW)
    reports = (
        Report.objects.filter(wrote | submitted)
        .select_related("unit", "indicator", "case")
        .distinct()
        .order_by("period_end", "pk")
    )
    return [f"{report}（{report.case.get_state_display()}）" for report in reports]
