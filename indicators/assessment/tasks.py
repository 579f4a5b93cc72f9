"""Background work of assessment. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from chuangmo.jobs.services import Run
from indicators.assessment.services import refresh_stale


def refresh_verdicts(run: Run) -> dict[str, int]:
    """Reach the verdicts again whose markers a process left behind that died after an acceptance."""
    return {"changed": refresh_stale()}
