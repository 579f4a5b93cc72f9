"""The section of inspections on /supervision/."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from supervision.hub import Line, Section
from supervision.inspections.queries.lists import open_counts
from supervision.inspections.rights import hand_for


def section(request: HttpRequest) -> Section:
    """Inspections under way and not released yet, comments that nobody answered. Constant queries."""
    hand = hand_for(request)
    counts = open_counts(hand)
    url = reverse("inspections:inspection-list")
    lines = [
        Line("已计划的检查", counts.planned, f"{url}?state=planned"),
        Line("进行中的检查", counts.under_way, f"{url}?state=under_way", "partial"),
    ]
    if hand.seats:
        lines.append(Line("已结束未公布", counts.unreleased, f"{url}?state=finished", "margin"))
    if hand.watches:
        lines.append(Line("未答复的监督意见", counts.comments, reverse("inspections:comment-list"), "margin"))
    action = ("安排检查", reverse("inspections:inspection-new")) if hand.seats else None
    return Section("检查", url, tuple(lines), action=action)
