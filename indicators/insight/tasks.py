"""Background work of insight. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from chuangmo.jobs.services import Run
from indicators.insight.services import recheck_stale, refresh_forecasts
from indicators.plan.models import Plan


def catch_up(run: Run) -> dict[str, int]:
    """Run the checks whose markers a dead process left behind, and make the forecasts that lag behind their verdicts."""
    done = recheck_stale()
    plan = Plan.objects.filter(is_current=True).first()
    forecasts = refresh_forecasts(plan=plan) if plan is not None else 0
    return {"opened": done.opened, "gone": done.gone, "forecasts": forecasts}
