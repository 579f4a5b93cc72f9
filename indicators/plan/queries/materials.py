"""Material that units owe to the archive, with the day by which the plan wants it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse

from chuangmo.deadlines.rules import Owed
from chuangmo.periods import year
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import MaterialRequirement, Milestone, Plan
from indicators.plan.queries.duties import duty_book

__all__ = ["ARCHIVE_MILESTONE", "materials_owed"]

ARCHIVE_MILESTONE = "archive_done"  # plan one(2): all archive material by 31 August 2017
KIND = "material"

logger = logging.getLogger(__name__)


def materials_owed(at: date, horizon: date) -> Iterator[Owed]:
    """For settings.OBLIGATION_SOURCES: who must bring what to the archive of the current plan, due on its milestone (or
    the next working day); nothing where no milestone gives a day, or before the plan's window."""
    plan = Plan.objects.filter(is_current=True).first()
    milestone = Milestone.objects.filter(plan=plan, code=ARCHIVE_MILESTONE).first() if plan else None
    if plan is None or milestone is None or not plan.window_start <= at or milestone.due_on > horizon:
        return
    due_on = work_calendar().next_working_day(milestone.due_on)
    book, period = duty_book(plan), year(plan.year)
    rows = MaterialRequirement.objects.filter(indicator__plan=plan).select_related("indicator")
    for row in rows.order_by("indicator__number", "order", "pk"):
        try:
            unit_ids = book.provider_ids(
                row.provider, row.indicator_id, min(max(at, plan.window_start), plan.window_end)
            )
        except KeyError as unknown:
            logger.warning("归档材料 %s 的提供单位 %s 不存在", row.code, unknown)
            continue
        label = f"{row.indicator.number} {row.indicator.short_name} 归档材料：{row.name}"
        url = reverse(settings.MATERIAL_PAGE, args=[row.pk])
        for unit_id in unit_ids:
            yield Owed(KIND, unit_id, KIND, row.pk, label, url, period, due_on)
