"""Background work of reporting. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from chuangmo import clock
from chuangmo.jobs.services import Run
from indicators.plan.models import Plan
from indicators.reporting.services.opening import open_reports as open_until


def open_reports(run: Run) -> dict[str, int]:
    """Make the reports that are owed up to today; nothing where there is no plan yet."""
    plan = Plan.objects.filter(is_current=True).first()
    return {"made": open_until(plan=plan, until=clock.today()) if plan else 0}
