"""What the ground floor itself has to have done every day. Functions of settings.JOB_KINDS."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from chuangmo.audit import sealing
from chuangmo.jobs.models import Job, State
from chuangmo.jobs.services import Run

KEEP_ENDED = timedelta(days=30)
KEEP_FAILED = timedelta(days=180)


def seal_audit(run: Run) -> dict[str, int]:
    """Chain the audit rows that are not sealed yet, a batch at a time."""
    total = 0
    while sealed := sealing.seal(limit=sealing.BATCH):
        total += sealed
        run.progress(total, total + sealing.unsealed().count())
        if sealed < sealing.BATCH:
            break
    return {"sealed": total}


def clear_sessions(run: Run) -> dict[str, int]:
    """Forget sessions that are over."""
    removed, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return {"removed": removed}


def forget_jobs(run: Run) -> dict[str, int]:
    """Forget jobs that ended a month ago, and failures of half a year ago."""
    now = timezone.now()
    ended = Job.objects.filter(state__in=[State.DONE, State.CANCELLED], finished_at__lt=now - KEEP_ENDED)
    failed = Job.objects.filter(state=State.FAILED, finished_at__lt=now - KEEP_FAILED)
    return {"removed": ended.delete()[0] + failed.delete()[0]}
