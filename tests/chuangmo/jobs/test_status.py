"""The status page says what is there, what is missing and what to do; and helps jobs on."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.audit.services import record, seal
from chuangmo.jobs.models import Job, Process, State
from chuangmo.jobs.services import enqueue, run_due
from chuangmo.jobs.services.schedule import load_schedule
from chuangmo.jobs.status import StatusRow, duration, status_rows
from tests.chuangmo.jobs import work
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office, backend=BACKEND)
    return client


def row(label: str) -> StatusRow:
    [found] = [one for one in status_rows() if one.label == label]
    return found


def process(kind: str, *, silent: float, name: str = "h:1") -> None:
    seen = timezone.now() - timedelta(seconds=silent)
    Process.objects.create(kind=kind, name=name, started_at=seen, seen_at=seen)


def failed(**more) -> Job:
    now = timezone.now()
    columns = {
        "kind": "break",
        "state": State.FAILED,
        "attempts": 3,
        "error": "ValueError: 坏了\nTrace",
        **more,
    }
    return Job.objects.create(finished_at=now, **columns)


def test_an_installation_without_broker_says_so_and_what_waits():
    enqueue("note")
    assert row("消息队列（Redis）") == StatusRow(
        "消息队列（Redis）", "bad", "没有设置 CHUANGMO_REDIS_URL，后台任务不会执行。现有 1 项任务在等。"
    )


def test_a_broker_that_does_not_answer(settings, tmp_path):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/none.sock"
    found = row("消息队列（Redis）")
    assert (found.state, found.text) == (
        "bad",
        "连不上。任务不会丢，Redis 恢复后自动接着做。现在没有任务在等。",
    )


def test_a_broker_that_answers(redis_server):
    assert row("消息队列（Redis）").state == "ok"


@pytest.mark.parametrize("kind", ["worker", "beat"])
def test_a_process_lives_as_long_as_it_says_so(kind: str):
    label = {"worker": "执行进程", "beat": "定时进程"}[kind]
    assert row(label).state == "bad"
    assert "心跳" not in row(label).text
    process(kind, silent=100)
    assert row(label).state == "bad"
    assert "最后一次心跳 1 分钟前" in row(label).text
    process(kind, silent=5, name="h:2")
    assert row(label).state == "ok"
    assert "最近心跳 5 秒前" in row(label).text


def test_two_timetables_are_one_too_many():
    process("beat", silent=1)
    process("beat", silent=1, name="h:2")
    assert row("定时进程").state == "warn"


@pytest.mark.parametrize(
    ("minutes", "state", "text"),
    [
        (1, "ok", "2 项，最早的已等 1 分钟；另有 1 项还没到时间"),
        (3, "warn", "2 项，最早的已等 3 分钟；另有 1 项还没到时间"),
        (90, "bad", "2 项，最早的已等 1 小时；另有 1 项还没到时间"),
    ],
)
def test_how_long_the_oldest_waits(minutes: int, state: str, text: str):
    now = timezone.now()
    enqueue("note", not_before=now - timedelta(minutes=minutes))
    enqueue("note")
    enqueue("note", not_before=now + timedelta(hours=1))
    assert (row("等待的任务").state, row("等待的任务").text) == (state, text)


def test_audit_rows_that_nobody_seals():
    assert row("审计封存").text == "还没有审计记录"
    record(by=None, action="x", object_kind="x", object_id=1, label="x")
    seal()
    assert row("审计封存") == StatusRow("审计封存", "ok", "第 1 号，0 秒前")
    AuditEvent.objects.create(
        at=timezone.now() - timedelta(hours=30), action="x", object_kind="x", object_id="1", object_label="x"
    )
    assert (row("审计封存").state, row("审计封存").text) == (
        "warn",
        "第 1 号，0 秒前；最早一条未封存的已有 1 天",
    )


def broken_check() -> list[StatusRow]:
    raise RuntimeError("没接上")


def mail_check() -> list[StatusRow]:
    return [StatusRow("邮件", "warn", "3 封没有发出")]


def test_lines_of_other_parts_and_one_that_breaks_down(settings):
    here = "tests.chuangmo.jobs.test_status"
    settings.STATUS_CHECKS = [f"{here}.broken_check", f"{here}.mail_check"]
    broken, mail = status_rows()[-2:]
    assert (broken.state, broken.text) == ("bad", "这项检查本身出错：RuntimeError: 没接上")
    assert mail == StatusRow("邮件", "warn", "3 封没有发出")


def test_the_page_lists_what_failed_waits_and_is_timed(office: Client):
    load_schedule()
    failed(args={"message_id": 7})
    enqueue("note", args={"number": 8})
    page = office.get("/status/").content.decode()
    assert "ValueError: 坏了" in page and "Trace" not in page
    for word in ("message_id 7", "number 8", "记一笔", "封存审计记录", "*/30 * * * *", "3 次"):
        assert word in page, word
    assert "/admin/django_celery_beat" not in page  # the office may not enter the desk


def test_the_administrator_finds_the_way_to_the_timetable(cast: Cast, client: Client):
    load_schedule()
    client.force_login(cast.admin, backend=BACKEND)
    assert "/admin/django_celery_beat/periodictask/" in client.get("/status/").content.decode()


def test_queries_do_not_grow_with_the_jobs(office: Client):
    counts = []
    for total in (1, 30):
        for number in range(total):
            failed(args={"n": number})
            enqueue("note")
        with CaptureQueriesContext(connection) as queries:
            office.get("/status/")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40


def test_a_failed_job_tried_again_starts_with_all_its_attempts(office: Client, cast: Cast):
    job = failed()
    assert office.post(f"/status/jobs/{job.pk}/retry/").status_code == 302
    assert run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, len(work.calls)) == (State.WAITING, 1, 1)
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.object_label) == (cast.office, "重试后台任务", "出错")


def test_trying_again_twice_is_told(office: Client):
    job = failed()
    office.post(f"/status/jobs/{job.pk}/retry/")
    answer = office.post(f"/status/jobs/{job.pk}/retry/", follow=True)
    assert "“出错”已不是失败状态。" in answer.content.decode()
    assert AuditEvent.objects.count() == 1


def test_trying_again_what_waits_anew_already(office: Client):
    job = failed(key="a")
    enqueue("break", key="a")
    answer = office.post(f"/status/jobs/{job.pk}/retry/", follow=True)
    assert "“出错”已有同样的任务在等待或进行" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, AuditEvent.objects.count()) == (State.FAILED, 0)


@pytest.mark.parametrize("state", [State.WAITING, State.FAILED])
def test_calling_off(office: Client, state: str):
    job = failed(state=state)
    office.post(f"/status/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert AuditEvent.objects.get().action == "取消后台任务"
    answer = office.post(f"/status/jobs/{job.pk}/cancel/", follow=True)
    assert "“出错”已经结束。" in answer.content.decode()


def test_a_job_that_is_gone(office: Client):
    assert "已经清理掉" in office.post("/status/jobs/99999/retry/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("age", "word"),
    [
        (timedelta(seconds=-3), "0 秒"),
        (timedelta(seconds=59), "59 秒"),
        (timedelta(seconds=60), "1 分钟"),
        (timedelta(minutes=119), "1 小时"),
        (timedelta(hours=49), "2 天"),
    ],
)
def test_duration(age: timedelta, word: str):
    assert duration(age) == word


def test_the_health_check_of_a_container(capsys):
    process("worker", silent=1, name=f"celery@{socket.gethostname()}:7")
    process("beat", silent=1, name="elsewhere:1")
    call_command("check_process", "worker")
    assert socket.gethostname() in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("check_process", "beat")
    Process.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    with pytest.raises(SystemExit):
        call_command("check_process", "worker")
