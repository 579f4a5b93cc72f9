"""What the status page asks: who is there to work, what waits, runs, failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet

from chuangmo.jobs.kinds import label_of
from chuangmo.jobs.models import OPEN, Job, Process, State
from chuangmo.jobs.rules import summary

__all__ = ["Line", "Queue", "alive", "failed_jobs", "lines_of", "open_jobs", "queue_at"]

LISTED = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """How much there is to do. `due` may be begun, `later` waits for its time; `oldest` is since when `due` waits."""

    due: int
    later: int
    running: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One job in a list."""

    job: Job
    label: str
    args: str
    error: str

    @property
    def progress(self) -> str:
        if self.job.state != State.RUNNING:
            return ""
        share = f"{self.job.progress_done}/{self.job.progress_total}" if self.job.progress_total else ""
        return " ".join(filter(None, [share, self.job.progress_text]))


def queue_at(now: datetime) -> Queue:
    """One query over what is open or failed."""
    due = Q(state=State.WAITING, not_before__lte=now)
    found = Job.objects.filter(state__in=[*OPEN, State.FAILED]).aggregate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=Q(state=State.WAITING, not_before__gt=now)),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        oldest=Min("not_before", filter=due),
    )
    return Queue(**found)


def alive(kind: str, now: datetime) -> tuple[list[Process], list[Process]]:
    """Processes of a kind: those that spoke within a lease, and those that fell silent, freshest first."""
    rows = list(Process.objects.filter(kind=kind).order_by("-seen_at"))
    since = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return [row for row in rows if row.seen_at >= since], [row for row in rows if row.seen_at < since]


def failed_jobs() -> QuerySet[Job]:
    return Job.objects.filter(state=State.FAILED).order_by("-finished_at", "-id")


def open_jobs() -> list[Job]:
    """What runs, then what waits, oldest first; the first few."""
    running = list(Job.objects.filter(state=State.RUNNING).order_by("started_at")[:LISTED])
    waiting = Job.objects.filter(state=State.WAITING).order_by("not_before", "id")
    return [*running, *waiting[: LISTED - len(running)]]


def lines_of(jobs: list[Job]) -> list[Line]:
    return [
        Line(
            job=job,
            label=label_of(job.kind),
            args="，".join(f"{name} {value}" for name, value in job.args.items()),
            error=summary(job.error),
        )
        for job in jobs
    ]
