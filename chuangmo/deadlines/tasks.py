"""Background work of the deadlines: what is owed brought in step, and the ladder above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from chuangmo import clock
from chuangmo.deadlines.services import reconcile, sweep
from chuangmo.errors import Invalid
from chuangmo.jobs.services import Run


def run_sweep(run: Run, *, at: str = "") -> dict[str, Any]:
    """First what should be owed, then which rungs were reached; `at` is a day such as 2017-06-06 (today).

    Invalid for a day that is still to come: it would chase people before their time.
    """
    day = date.fromisoformat(at) if at else clock.today()
    if day > clock.today():
        raise Invalid({"at": f"{day:%Y-%m-%d} 还没有到"})
    with clock.at(day):
        kept = reconcile(day)
        run.check()
        swept = sweep(day)
    return {
        "added": kept.added,
        "moved": kept.moved,
        "waived": kept.waived,
        "fired": swept.run.fired,
        "told": swept.run.told,
    }


def run_reconcile(run: Run) -> dict[str, Any]:
    """What should be owed, after an edit of the calendar or of duties."""
    kept = reconcile()
    return {"added": kept.added, "moved": kept.moved, "waived": kept.waived}
