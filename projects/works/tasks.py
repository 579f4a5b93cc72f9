"""Background work of the projects. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from chuangmo import clock
from chuangmo.jobs.services import Run
from indicators.plan.models import Plan
from projects.works.services.opening import open_progress as open_until


def open_progress(run: Run) -> dict[str, int]:
    """Make the months' progress that is owed by now; nothing where there is no plan yet."""
    plan = Plan.objects.filter(is_current=True).first()
    return {"made": open_until(plan=plan, until=clock.today()) if plan else 0}
