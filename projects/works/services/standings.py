"""Keeps how projects stand: after a schedule is approved, after figures are accepted, when a threshold is changed; and
once a day all of them, which mends whatever was changed in another way."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from chuangmo.jobs.services import Run
from indicators.plan.models import Plan
from projects.works.models import KeptStanding, Project
from projects.works.queries.kept import basis_of, calculated
from projects.works.queries.standings import thresholds
from projects.works.rules.kept import as_json

__all__ = ["keep_all_standings", "keep_standings"]

BATCH = 500  # projects at a time


@transaction.atomic
def keep_standings(plan: Plan, project_ids: Sequence[int]) -> int:
    """Calculate and keep them; returns how many. Who is overtaken by another change keeps a row that doesn't count: its
    basis is read first. Eight statements, no audit row: nothing is decided here."""
    rule = thresholds(plan)
    basis = basis_of(project_ids, rule)
    rows = [
        KeptStanding(project_id=pk, basis=basis[pk], work=as_json(kept))
        for pk, kept in calculated(project_ids, rule).items()
    ]
    KeptStanding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["project"], update_fields=["basis", "work"]
    )
    return len(rows)


def keep_all_standings(run: Run) -> dict[str, int]:
    """The daily job: every project of the current plan."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None:
        return {"kept": 0}
    ids = list(Project.objects.filter(plan=plan, parts=None).order_by("pk").values_list("pk", flat=True))
    kept = 0
    for start in range(0, len(ids), BATCH):
        kept += keep_standings(plan, ids[start : start + BATCH])
        run.progress(kept, len(ids))
    return {"kept": kept}
