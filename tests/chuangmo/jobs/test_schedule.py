"""The timetable: loaded once, changed by administrators only, and what it starts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings as installed
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from chuangmo.audit.models import AuditEvent, Seal
from chuangmo.audit.services import record
from chuangmo.celery import app
from chuangmo.errors import Invalid, Refused
from chuangmo.jobs.beat import Timetable
from chuangmo.jobs.kinds import kind_of
from chuangmo.jobs.models import Job, Process, State
from chuangmo.jobs.services import run_due
from chuangmo.jobs.services.schedule import (
    START,
    change_periodic,
    cron_text,
    load_schedule,
    start_periodic,
    timetable,
)
from indicators.reporting.models import Report
from tests.factories import Cast

pytestmark = pytest.mark.django_db
REAL_KINDS = dict(installed.JOB_KINDS)
REAL_PERIODIC = dict(installed.PERIODIC_JOBS)
ROUND = len(REAL_PERIODIC) + 4  # ticks in which everything that is due gets its turn


def seal_row() -> PeriodicTask:
    return timetable().get(name="audit.seal")


def test_every_kind_of_the_settings_can_be_called_and_every_timed_job_is_known():
    assert {code for code in REAL_KINDS if not callable(kind_of(code).work())} == set()
    assert {entry["kind"] for entry in installed.PERIODIC_JOBS.values()} <= set(REAL_KINDS)


def test_it_is_loaded_once_in_local_time(capsys):
    call_command("load_schedule")
    assert (
        capsys.readouterr().out == f"定时任务：新增 {len(installed.PERIODIC_JOBS)} 项，移除不再使用的 0 项\n"
    )
    assert {row.name: cron_text(row) for row in timetable()} == {
        name: entry["cron"] for name, entry in installed.PERIODIC_JOBS.items()
    }
    assert {str(row.timezone) for row in CrontabSchedule.objects.all()} == {"Asia/Shanghai"}
    assert load_schedule() == (0, 0)


def test_what_an_administrator_changed_stays(cast: Cast):
    load_schedule()
    change_periodic(by=cast.admin, row=seal_row(), cron="15 4 * * *", enabled=False)
    assert load_schedule() == (0, 0)
    assert (cron_text(seal_row()), seal_row().enabled) == ("15 4 * * *", False)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_label) == ("修改定时任务", "封存审计记录")
    assert event.changes == {"时间": ["*/30 * * * *", "15 4 * * *"], "启用": ["是", "否"]}


def test_what_the_settings_no_longer_name_goes_and_other_peoples_tasks_stay(settings):
    load_schedule()
    PeriodicTask.objects.create(name="其他", task="other.task", crontab=CrontabSchedule.objects.first())
    settings.PERIODIC_JOBS = {"audit.seal": installed.PERIODIC_JOBS["audit.seal"]}
    assert load_schedule() == (0, len(REAL_PERIODIC) - 1)
    assert {row.name for row in PeriodicTask.objects.all()} == {"audit.seal", "其他"}


def test_only_an_administrator_changes_it(cast: Cast):
    load_schedule()
    with pytest.raises(Refused):
        change_periodic(by=cast.office, row=seal_row(), cron="0 0 * * *", enabled=True)


@pytest.mark.parametrize("cron", ["", "1 2 3", "99 * * * *", "a b c d e", "* * * * * *"])
def test_a_time_that_is_none_is_refused_at_its_field(cast: Cast, cron: str):
    load_schedule()
    with pytest.raises(Invalid) as refusal:
        change_periodic(by=cast.admin, row=seal_row(), cron=cron, enabled=True)
    assert set(refusal.value.faults) == {"cron"}
    assert cron_text(seal_row()) == "*/30 * * * *"


def test_the_desk_changes_time_and_switch_and_nothing_else(cast: Cast, client: Client):
    load_schedule()
    client.force_login(cast.admin, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/admin/django_celery_beat/periodictask/{seal_row().pk}/change/"
    assert "*/30 * * * *" in client.get(url).content.decode()
    forged = {"cron": "5 5 * * *", "enabled": "", "task": "evil", "args": "[1]"}
    assert client.post(url, forged).status_code == 302
    row = seal_row()
    assert (cron_text(row), row.enabled, row.task, row.args) == ("5 5 * * *", False, START, '["audit.seal"]')
    wrong = client.post(url, {"cron": "每天", "enabled": "on"})
    assert "请写五段" in wrong.content.decode() and "每天" in wrong.content.decode()
    assert client.get("/admin/django_celery_beat/periodictask/add/").status_code == 403


def test_it_starts_a_job_once_while_the_last_is_open():
    first = start_periodic("audit.seal")
    assert start_periodic("audit.seal") == first
    assert (first.kind, first.key) == ("audit.seal", "periodic:audit.seal")
    assert start_periodic("gone") is None
    assert Job.objects.count() == 1


def test_every_timed_job_runs_on_an_installation_without_a_plan():
    for name in REAL_PERIODIC:
        start_periodic(name)
    run_due()
    left = Job.objects.exclude(state=State.DONE)
    assert {job.kind: job.error for job in left} == {}
    assert Job.objects.count() >= len(REAL_PERIODIC)


def test_sealing():
    record(by=None, action="x", object_kind="x", object_id=1, label="x")
    job = start_periodic("audit.seal")
    run_due()
    job.refresh_from_db()
    assert (job.result, Seal.objects.count()) == ({"sealed": 1}, 1)


def test_clearing_sessions():
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="new", expire_date=now + timedelta(hours=1))
    start_periodic("sessions.clear")
    run_due()
    assert [row.session_key for row in Session.objects.all()] == ["new"]


@pytest.mark.parametrize(
    ("state", "days", "stays"),
    [
        (State.DONE, 29, True),
        (State.DONE, 31, False),
        (State.CANCELLED, 31, False),
        (State.FAILED, 31, True),
        (State.FAILED, 181, False),
    ],
)
def test_forgetting_jobs(state: str, days: int, stays: bool):
    ended = timezone.now() - timedelta(days=days)
    job = Job.objects.create(kind="audit.seal", state=state, finished_at=ended)
    start_periodic("jobs.forget")
    run_due()
    assert Job.objects.filter(pk=job.pk).exists() is stays


def test_opening_reports_on_the_business_date(cast: Cast, today):
    cast.plan.is_current = True
    cast.plan.save()
    today(date(2017, 4, 20))
    job = start_periodic("reporting.open")
    run_due()
    job.refresh_from_db()
    assert job.state == State.DONE
    assert job.result == {"made": Report.objects.count()}


def test_reaching_verdicts_that_a_dead_process_left():
    job = start_periodic("assessment.refresh")
    run_due()
    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"changed": 0})


@pytest.mark.django_db(transaction=True)
class TestTimetable:
    """The scheduler inside the beat process, ticked by hand. It commits and closes connections, as a process may."""

    @pytest.fixture(autouse=True)
    def rows(self) -> None:
        load_schedule()

    def ticked(self, times: int = ROUND) -> Timetable:
        """A process that starts now and goes round a few times."""
        scheduler = Timetable(app=app)
        for _ in range(times):
            scheduler.tick()
        return scheduler

    def test_a_due_job_becomes_a_row_without_any_queue(self):
        before = timezone.now() - timedelta(days=1)
        timetable().update(last_run_at=timezone.now())
        timetable().filter(name="audit.seal").update(last_run_at=before)
        self.ticked()
        assert [job.kind for job in Job.objects.all()] == ["audit.seal"]
        row = seal_row()
        assert row.last_run_at > before
        assert row.total_run_count == 1

    def test_what_was_missed_at_another_hour_is_made_good(self):
        """However long the machine was off, at whatever hour it comes back: once."""
        timetable().update(last_run_at=timezone.now() - timedelta(days=3))
        self.ticked()
        assert sorted(job.kind for job in Job.objects.all()) == sorted(
            entry["kind"] for entry in installed.PERIODIC_JOBS.values()
        )

    def test_what_is_switched_off_does_not_start(self):
        timetable().update(last_run_at=timezone.now() - timedelta(days=3), enabled=False)
        self.ticked()
        assert not Job.objects.exists()

    def test_a_database_that_fails_for_a_moment_ends_nothing_and_loses_nothing(self):
        timetable().update(last_run_at=timezone.now() - timedelta(days=3))
        scheduler = Timetable(app=app)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_away")
            try:
                for _ in range(ROUND):
                    scheduler.tick()
            finally:
                cursor.execute("ALTER TABLE jobs_away RENAME TO jobs_job")
        for _ in range(ROUND):
            scheduler.tick()
        assert Job.objects.count() == len(installed.PERIODIC_JOBS)

    def test_a_fault_of_the_settings_holds_up_nothing_else(self, settings):
        settings.JOB_KINDS = {"audit.seal": settings.JOB_KINDS["audit.seal"]}
        timetable().update(last_run_at=timezone.now() - timedelta(days=3))
        self.ticked()
        assert [job.kind for job in Job.objects.all()] == ["audit.seal"]

    def test_it_shows_that_it_lives_and_sweeps(self):
        timetable().update(last_run_at=timezone.now())
        long_ago = timezone.now() - timedelta(minutes=5)
        job = Job.objects.create(kind="audit.seal", state=State.RUNNING, worker="a", lease_until=long_ago)
        scheduler = self.ticked(1)
        job.refresh_from_db()
        assert job.state == State.WAITING
        assert Process.objects.get().kind == "beat"
        scheduler.close()
        assert not Process.objects.exists()
