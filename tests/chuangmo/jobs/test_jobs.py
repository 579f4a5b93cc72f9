"""A job from being asked for to its end, in one process."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from chuangmo.jobs.models import Job, State
from chuangmo.jobs.services import cancel, enqueue, enqueue_many, run_due, run_job
from tests.chuangmo.jobs import work

pytestmark = pytest.mark.django_db


def test_a_job_is_run_with_its_arguments_and_keeps_the_result():
    job = enqueue("note", args={"number": 8})
    assert run_due() == 1
    job.refresh_from_db()
    assert work.calls == [{"number": 8}]
    assert (job.state, job.result, job.attempts) == (State.DONE, {"noted": {"number": 8}}, 1)
    assert job.finished_at >= job.started_at >= job.created_at
    assert (job.worker, job.lease_until) == ("", None)


def test_a_job_is_run_once_however_often_it_is_called_for():
    job = enqueue("note")
    assert [run_job(job.pk), run_job(job.pk)] == [True, False]
    assert len(work.calls) == 1


def test_a_kind_that_nobody_named_is_refused_when_it_is_asked_for():
    with pytest.raises(ImproperlyConfigured, match="typo"):
        enqueue("typo")
    assert not Job.objects.exists()


def test_one_open_job_for_each_key():
    first = enqueue("note", key="a", args={"n": 1})
    again = enqueue("note", key="a", args={"n": 2})
    other = enqueue("put_off", key="a", args={"minutes": 1})
    assert again.pk == first.pk != other.pk
    run_due()
    assert enqueue("note", key="a").pk != first.pk


def test_many_are_asked_for_in_a_constant_number_of_queries(django_assert_max_num_queries):
    enqueue("note", key="k3")
    counts = []
    for total in (10, 100):
        jobs = [(f"k{number}", {"n": number}) for number in range(total)] + [("", {"n": -1})]
        with django_assert_max_num_queries(9):
            counts.append(enqueue_many("note", jobs))
    assert counts == [11, 101]
    assert Job.objects.exclude(key="").count() == 100
    assert Job.objects.filter(key="").count() == 2


def test_asked_for_anew_while_it_runs_it_runs_once_more(settings):
    job = enqueue("note", key="a")

    def ask_anew(run):
        work.calls.append({})
        if len(work.calls) == 1:
            assert enqueue("note", key="a").pk == job.pk

    work.ask_anew = ask_anew
    settings.JOB_KINDS["note"] = "tests.chuangmo.jobs.work.ask_anew"
    assert run_due() == 2
    assert len(work.calls) == 2
    assert Job.objects.get().state == State.DONE


def test_an_error_is_kept_and_tried_again_later_until_it_counts_as_failed():
    job = enqueue("break")
    pauses = []
    for attempt in (1, 2):
        assert run_due() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == (State.WAITING, attempt)
        assert job.error.startswith("ValueError: 坏了\n")
        assert "break_down" in job.error
        pauses.append((job.not_before - timezone.now()).total_seconds())
        Job.objects.update(not_before=timezone.now())
    assert run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert job.finished_at is not None
    assert 10 < pauses[0] < 19 < 22 < pauses[1] < 38
    assert run_due() == 0


def test_a_function_may_ask_for_a_later_attempt_and_say_why():
    job = enqueue("put_off", args={"minutes": 40})
    assert run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.error) == (State.WAITING, "对方没有答复")
    assert timedelta(minutes=39) < job.not_before - timezone.now() <= timedelta(minutes=40)


def test_work_for_later_waits_for_its_time():
    enqueue("note", not_before=timezone.now() + timedelta(hours=1))
    assert run_due() == 0


def test_a_cancelled_job_does_not_run():
    job = enqueue("note", key="a")
    assert cancel(job) is True
    assert run_due() == 0
    assert job.state == State.CANCELLED
    assert cancel(job) is False
    assert enqueue("note", key="a").pk != job.pk


def test_cancelling_stops_a_running_job_at_its_next_check(settings):
    job = enqueue("note")

    def stopped_midway(run):
        cancel(job)
        run.check()
        work.calls.append({"went": "on"})

    work.stopped_midway = stopped_midway
    settings.JOB_KINDS["note"] = "tests.chuangmo.jobs.work.stopped_midway"
    run_due()
    job.refresh_from_db()
    assert (job.state, job.result, work.calls) == (State.CANCELLED, None, [])


def test_what_is_done_after_losing_the_lease_does_not_count(settings):
    job = enqueue("note")

    def overtaken(run):
        Job.objects.filter(pk=job.pk).update(worker="another")
        return {"who": "the first"}

    work.overtaken = overtaken
    settings.JOB_KINDS["note"] = "tests.chuangmo.jobs.work.overtaken"
    run_due()
    job.refresh_from_db()
    assert (job.state, job.worker, job.result) == (State.RUNNING, "another", None)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Threads with connections of their own, begun at the same moment."""

    def at_once(self, act, times: int = 6) -> list:
        gate = threading.Barrier(times)

        def one(number: int):
            try:
                gate.wait(timeout=30)
                return act(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    def test_only_one_of_many_takes_a_job(self):
        job = enqueue("note")
        assert sorted(self.at_once(lambda number: run_job(job.pk))) == [False] * 5 + [True]
        assert len(work.calls) == 1

    def test_only_one_job_comes_of_many_that_ask_for_the_same(self):
        found = self.at_once(lambda number: enqueue("note", key="a", args={"n": number}).pk)
        assert len(set(found)) == 1
        assert Job.objects.count() == 1
