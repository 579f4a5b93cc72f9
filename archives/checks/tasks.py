"""Background work of checks. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from archives.checks.models import CheckRun
from archives.checks.queries.store import compare_store
from archives.checks.services import go_on, keep_store_check, start_run
from chuangmo.errors import Stale
from chuangmo.jobs.services import Run
from indicators.plan.models import Plan


def start_regular(run: Run) -> dict[str, object] | None:
    """The timetable's run of the current plan; none where one is under way or there is no plan."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None:
        return None
    try:
        return {"run": start_run(plan=plan, by=None).pk}
    except Stale:
        return None


def check_pieces(run: Run, *, run_id: int) -> dict[str, object] | None:
    """Go on with a run; one that is finished or gone ends quietly."""
    found = CheckRun.objects.select_related("plan").filter(pk=run_id, finished_at__isnull=True).first()
    if found is None:
        return None
    is_done = go_on(found, tell=lambda done, total: run.progress(done, total, f"已检查 {done} 件"))
    return (
        {"pieces": found.pieces, "bad": found.bad, "warned": found.warned} if is_done else {"goes_on": True}
    )


def check_store(run: Run) -> dict[str, object]:
    """Table, store and digests compared, at night."""
    kept = keep_store_check(
        compare_store(tell=lambda done, total: run.progress(done, total, f"已核对 {done} 个文件"))
    )
    return {"files": kept.files, "missing": kept.missing, "changed": kept.changed, "orphaned": kept.orphaned}
