"""Background work of the scores."""

from __future__ import annotations

from chuangmo.jobs.services import Run
from supervision.scores.models import RoundState, ScoreRound
from supervision.scores.services.corrections import recheck


def recheck_job(run: Run) -> dict[str, int]:
    """Compare every final round with what lies behind it now; months before years. Safe to repeat."""
    rounds = list(
        ScoreRound.objects.filter(state=RoundState.FINAL)
        .select_related("plan")
        .order_by("period_end", "period_kind", "pk")
    )
    found = 0
    for place, one in enumerate(rounds):
        run.check()
        found += len(recheck(one))
        run.progress(place + 1, len(rounds), str(one))
    return {"考评期": len(rounds), "待确认的更正": found}
