"""What the workers do when a hint arrives."""

from __future__ import annotations

import time

from chuangmo.celery import app
from chuangmo.jobs.services.leases import KeepAlive
from chuangmo.jobs.services.publishing import RUN
from chuangmo.jobs.services.running import next_due, run_job
from chuangmo.jobs.services.schedule import START, start_periodic

GO_ON_SECONDS = 20.0


@app.task(name=RUN)
def run(job_id: int) -> None:
    """Run the job that the message names, then what else is due, for a while: a lost message loses nothing."""
    begun = time.monotonic()
    run_job(job_id, keeper=KeepAlive)
    while time.monotonic() - begun < GO_ON_SECONDS and (pk := next_due()) is not None:
        run_job(pk, keeper=KeepAlive)


@app.task(name=START)
def start(name: str) -> None:
    """Ask for a job of the timetable. The timetable does so itself; this is for a message from elsewhere."""
    start_periodic(name)
