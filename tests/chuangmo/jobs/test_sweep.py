"""The sweeper in one process: whose lease ran out, what is told to the queue; and a queue that is not there."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from chuangmo.jobs.models import Job, Process, State
from chuangmo.jobs.services import enqueue, enqueue_many, publishing
from chuangmo.jobs.services.processes import leave, show
from chuangmo.jobs.services.sweeping import LOST, Swept, sweep

pytestmark = pytest.mark.django_db


def running(*, lease: float, attempts: int = 1, kind: str = "note") -> Job:
    return Job.objects.create(
        kind=kind,
        state=State.RUNNING,
        worker="h:1:a",
        attempts=attempts,
        lease_until=timezone.now() + timedelta(seconds=lease),
    )


def length(server) -> int:
    """How many messages lie in the queue."""
    from chuangmo.celery import app

    with app.connection_for_read(server.url) as connection:
        return connection.default_channel.client.llen("celery")


def test_a_job_whose_lease_ran_out_waits_again():
    job, held = running(lease=-1), running(lease=20)
    assert sweep() == Swept(taken_back=1, given_up=0, hinted=0)
    job.refresh_from_db()
    held.refresh_from_db()
    assert (job.state, job.worker, job.attempts, job.error) == (State.WAITING, "", 1, LOST)
    assert (held.state, held.worker) == (State.RUNNING, "h:1:a")


def test_a_job_that_ends_its_workers_is_given_up():
    job = running(lease=-1, attempts=3, kind="break")
    assert sweep().given_up == 1
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, LOST)
    assert job.finished_at is not None


def test_what_is_due_and_was_missed_is_told_once_in_a_while(redis_server):
    now = timezone.now()
    long_ago = now - timedelta(hours=1)
    enqueue_many("note", [("", {"n": number}) for number in range(60)])
    Job.objects.update(hinted_at=long_ago)
    enqueue("note", not_before=now + timedelta(hours=1))
    assert sweep().hinted == 50
    assert sweep().hinted == 10
    assert sweep().hinted == 0
    assert length(redis_server) == 60


def test_a_hint_follows_the_commit_and_only_it(redis_server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        enqueue("note")
        enqueue("note", not_before=timezone.now() + timedelta(hours=1))
        try:
            with transaction.atomic():
                enqueue("note")
                raise RuntimeError
        except RuntimeError:
            pass
        assert length(redis_server) == 0
    assert len(callbacks) == 1
    assert length(redis_server) == 1


def test_a_queue_that_is_not_there_is_left_alone_for_a_while(settings, tmp_path, monkeypatch, redis_server):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/none.sock"
    assert publishing.hint([1]) is False
    settings.CELERY_BROKER_URL = redis_server.url
    assert publishing.hint([1]) is False  # still quiet
    assert length(redis_server) == 0
    monkeypatch.setattr(publishing, "_quiet_until", time.monotonic() - 1)
    assert publishing.hint([1]) is True
    assert length(redis_server) == 1


def test_a_queue_that_takes_the_call_and_says_nothing_holds_nobody_up(
    settings, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(publishing, "_quiet_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            job = enqueue("note")
        first = time.monotonic() - begun
        with django_capture_on_commit_callbacks(execute=True):
            enqueue("note")
        second = time.monotonic() - begun - first
    assert first < 5
    assert second < 0.5 * first
    assert Job.objects.get(pk=job.pk).state == State.WAITING


def test_a_process_shows_itself_and_leaves():
    long_ago = timezone.now() - timedelta(days=2)
    Process.objects.create(kind="worker", name="old", started_at=long_ago, seen_at=long_ago)
    show("worker", "new", started_at=timezone.now())
    show("worker", "new", started_at=timezone.now())
    assert [row.name for row in Process.objects.all()] == ["new"]
    leave("worker", "new")
    assert not Process.objects.exists()
