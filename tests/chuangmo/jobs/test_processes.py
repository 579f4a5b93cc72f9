"""With a real Redis and real processes: hints after the commit, killed workers, a broker that goes away."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.audit.services import record
from chuangmo.celery import app
from chuangmo.jobs.models import Job, Process, State
from chuangmo.jobs.services import cancel, enqueue, publishing
from chuangmo.jobs.services.schedule import load_schedule, timetable
from chuangmo.jobs.services.sweeping import sweep
from tests.services import LEASE_SECONDS, Processes, RedisServer, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SETTINGS = "tests.chuangmo.jobs.worker_settings"


@pytest.fixture(autouse=True)
def kinds(settings) -> None:
    from tests.chuangmo.jobs.worker_settings import JOB_KINDS

    settings.JOB_KINDS = {**settings.JOB_KINDS, **JOB_KINDS}


def done(job: Job, seconds: float = 30) -> Job:
    wait_until(lambda: Job.objects.filter(pk=job.pk, state=State.DONE).exists(), seconds, f"{job} is done")
    job.refresh_from_db()
    return job


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_worker_does_what_was_committed_once_whatever_the_messages(processes: Processes, tmp_path: Path):
    """Without a timetable: the hint alone brings it. A rolled back job is never seen, a message twice does it once."""
    worker = processes.worker(settings_module=SETTINGS)
    wait_until(lambda: Process.objects.filter(kind="worker").exists(), 10, "the worker says that it lives")
    out = tmp_path / "out"
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("write", args={"path": str(out), "text": "rolled-back"})
        raise RuntimeError
    job = done(enqueue("write", args={"path": str(out), "text": "first"}))
    assert job.attempts == 1
    publishing.hint([job.pk, job.pk, job.pk])
    done(enqueue("write", args={"path": str(out), "text": "last"}))
    assert lines(out) == ["first", "last"]
    worker.stop()
    assert not Process.objects.exists()
    assert "Traceback" not in worker.output()


def test_a_killed_workers_job_is_done_by_another(processes: Processes, tmp_path: Path):
    """SIGKILL in the middle; the timetable's sweep gives the job to the other worker when the lease is over."""
    first = processes.worker(settings_module=SETTINGS)
    started, until = tmp_path / "started", tmp_path / "until"
    job = enqueue("wait", args={"started": str(started), "until": str(until)})
    wait_until(lambda: lines(started), 20, "the job began")
    assert Job.objects.get(pk=job.pk).progress_text == "在等文件"
    processes.worker(settings_module=SETTINGS)
    processes.beat(settings_module=SETTINGS)
    time.sleep(LEASE_SECONDS * 1.5)  # longer than the lease: the heartbeat holds it
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.RUNNING, 1)
    first.kill()
    killed = time.monotonic()
    until.touch()
    done(job)
    assert (
        time.monotonic() - killed < 30 * LEASE_SECONDS / 15
    )  # scaled: a minute for a lease of thirty seconds
    pids = lines(started)
    assert (job.attempts, len(pids), len(set(pids))) == (2, 2, 2)
    assert job.result == {"by": int(pids[1])}


def test_one_process_of_the_pool_killed_costs_one_attempt(processes: Processes, tmp_path: Path):
    worker = processes.worker(settings_module=SETTINGS)
    processes.beat(settings_module=SETTINGS)
    started, until = tmp_path / "started", tmp_path / "until"
    job = enqueue("wait", args={"started": str(started), "until": str(until)})
    wait_until(lambda: lines(started), 20, "the job began")
    os.kill(int(lines(started)[0]), signal.SIGKILL)
    until.touch()
    assert done(job).attempts == 2
    assert worker.is_alive


def test_a_redis_that_is_lost_and_comes_back_loses_nothing(
    processes: Processes, redis_server: RedisServer, tmp_path: Path
):
    worker = processes.worker(settings_module=SETTINGS)
    beat = processes.beat(settings_module=SETTINGS)
    out = tmp_path / "out"
    done(enqueue("write", args={"path": str(out), "text": "before"}))
    redis_server.stop()
    begun = time.monotonic()
    jobs = [enqueue("write", args={"path": str(out), "text": f"away{number}"}) for number in range(3)]
    assert time.monotonic() - begun < 5
    assert sweep().hinted == 0
    assert [Job.objects.get(pk=job.pk).state for job in jobs] == [State.WAITING] * 3
    redis_server.start()
    for job in jobs:
        done(job, 60)
    assert sorted(lines(out)) == ["away0", "away1", "away2", "before"]
    assert worker.is_alive and beat.is_alive


def test_several_processes_write_one_database_while_pages_do(processes: Processes):
    """Two workers and this process at once, on SQLite too: each job once, at the first attempt, none stuck."""
    for _ in range(2):
        processes.worker(settings_module=SETTINGS)
    for number in range(40):
        enqueue("count", args={"number": number})
        record(by=None, action="页面", object_kind="x", object_id=number, label="x")
    wait_until(lambda: not Job.objects.open().exists(), 60, "all jobs have ended")
    assert set(Job.objects.values_list("state", "attempts")) == {(State.DONE, 1)}
    counted = AuditEvent.objects.filter(action="数").values_list("object_id", flat=True)
    assert sorted(map(int, counted)) == list(range(40))


def test_the_timetables_process_starts_what_is_due(processes: Processes):
    """From the row in the database to the work that is done, through all processes, with the settings as they are."""
    load_schedule()
    timetable().exclude(name="sessions.clear").update(enabled=False)
    timetable().update(last_run_at=timezone.now() - timedelta(days=2))
    Session.objects.create(session_key="old", expire_date=timezone.now() - timedelta(days=1))
    processes.beat()
    wait_until(lambda: Process.objects.filter(kind="beat").exists(), 20, "the timetable says that it lives")
    wait_until(lambda: Job.objects.filter(kind="sessions.clear").exists(), 20, "the job is asked for")
    processes.worker()
    done(Job.objects.get())
    assert not Session.objects.exists()


def test_a_worker_without_a_queue_says_what_to_set(processes: Processes):
    with pytest.raises(AssertionError, match="请设置 CHUANGMO_REDIS_URL"):
        processes.worker(CHUANGMO_REDIS_URL="")


def test_a_running_job_that_is_cancelled_stops(processes: Processes, tmp_path: Path):
    processes.worker(settings_module=SETTINGS)
    started, until = tmp_path / "started", tmp_path / "until"
    job = enqueue("wait", args={"started": str(started), "until": str(until)})
    wait_until(lambda: lines(started), 20, "the job began")
    assert cancel(job)
    until.touch()
    done(enqueue("write", args={"path": str(tmp_path / "out"), "text": "next"}))
    job.refresh_from_db()
    assert (job.state, job.result) == (State.CANCELLED, None)


def test_messages_name_the_task_that_the_worker_knows():
    app.loader.import_default_modules()
    assert publishing.RUN in app.tasks
