"""The state of the installation, line by line. Parts add theirs by settings.STATUS_CHECKS."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo.audit.sealing import last_seal, unsealed
from chuangmo.jobs.models import Process
from chuangmo.jobs.queries import Queue, alive, queue_at
from chuangmo.jobs.services.publishing import broker_answers

__all__ = ["BAD", "OK", "WARN", "StatusRow", "status_rows"]

log = logging.getLogger(__name__)

OK, WARN, BAD = "ok", "warn", "bad"
WAITS_LONG, WAITS_TOO_LONG = timedelta(minutes=2), timedelta(minutes=15)
SEAL_LATE = timedelta(hours=2)
GIGABYTE = 1024**3
DISK_LOW, DISK_FULL = 5 * GIGABYTE, GIGABYTE
SERVERS = {"postgresql": "PostgreSQL", "sqlite": "SQLite（只适合演示和试用）"}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One line of /status/: what, how it is (ok | warn | bad), and in words what that means and what to do."""

    label: str
    state: str
    text: str


def status_rows() -> list[StatusRow]:
    """Every line, our own first. A part's check that breaks down is a line that says so, not a broken page."""
    now = timezone.now()
    queue = queue_at(now)
    rows = [
        _database(),
        _broker(queue),
        _workers(now, queue),
        _timetable(now),
        _waiting(now, queue),
        _failed(queue),
        _disk(),
        _seals(now),
    ]
    for path in settings.STATUS_CHECKS:
        try:
            rows += import_string(path)()
        except Exception as error:
            log.exception("the status check %s broke down", path)
            rows.append(StatusRow(path, BAD, f"这项检查本身出错：{type(error).__name__}: {error}"))
    return rows


def _database() -> StatusRow:
    server = SERVERS.get(connection.vendor, connection.vendor)
    return StatusRow("数据库", OK, f"{server}，应答正常")


def _broker(queue: Queue) -> StatusRow:
    label = "消息队列（Redis）"
    if not settings.CELERY_BROKER_URL:
        return StatusRow(label, BAD, f"没有设置 CHUANGMO_REDIS_URL，后台任务不会执行。{_standing(queue)}")
    if not broker_answers():
        return StatusRow(label, BAD, f"连不上。任务不会丢，Redis 恢复后自动接着做。{_standing(queue)}")
    return StatusRow(label, OK, "应答正常")


def _standing(queue: Queue) -> str:
    return f"现有 {queue.due} 项任务在等。" if queue.due else "现在没有任务在等。"


def _workers(now: datetime, queue: Queue) -> StatusRow:
    living, silent = alive(Process.Kind.WORKER, now)
    if not living:
        return StatusRow(
            "执行进程", BAD, f"没有在运行的执行进程{_last(now, silent)}。请启动 worker。{_standing(queue)}"
        )
    text = f"{len(living)} 个在运行，最近心跳 {ago(now - living[0].seen_at)}；在做 {queue.running} 项"
    return StatusRow("执行进程", OK, text)


def _timetable(now: datetime) -> StatusRow:
    living, silent = alive(Process.Kind.BEAT, now)
    if not living:
        return StatusRow(
            "定时进程",
            BAD,
            f"没有在运行{_last(now, silent)}。定时任务不会开始，中断的任务没人接手。请启动 beat。",
        )
    text = f"在运行，最近心跳 {ago(now - living[0].seen_at)}"
    if len(living) > 1:
        return StatusRow("定时进程", WARN, f"{len(living)} 个同时在运行，只需要一个。")
    return StatusRow("定时进程", OK, text)


def _last(now: datetime, silent: list[Process]) -> str:
    return f"（最后一次心跳 {ago(now - silent[0].seen_at)}）" if silent else ""


def _waiting(now: datetime, queue: Queue) -> StatusRow:
    later = f"；另有 {queue.later} 项还没到时间" if queue.later else ""
    if queue.oldest is None:
        return StatusRow("等待的任务", OK, f"没有积压{later}")
    age = now - queue.oldest
    state = BAD if age >= WAITS_TOO_LONG else WARN if age >= WAITS_LONG else OK
    return StatusRow("等待的任务", state, f"{queue.due} 项，最早的已等 {duration(age)}{later}")


def _failed(queue: Queue) -> StatusRow:
    if not queue.failed:
        return StatusRow("失败的任务", OK, "没有")
    return StatusRow("失败的任务", WARN, f"{queue.failed} 项，列在下面，可以重试或取消")


def _disk() -> StatusRow:
    usage = shutil.disk_usage(settings.DATA_DIR)
    state = BAD if usage.free < DISK_FULL else WARN if usage.free < DISK_LOW else OK
    advice = "" if state == OK else "。请尽快清理或扩容，满了以后不能上传附件"
    free, total = usage.free / GIGABYTE, usage.total / GIGABYTE
    return StatusRow("数据目录的磁盘", state, f"剩余 {free:.1f} GB，共 {total:.1f} GB{advice}")


def _seals(now: datetime) -> StatusRow:
    last, first = last_seal(), unsealed().first()
    if last is None and first is None:
        return StatusRow("审计封存", OK, "还没有审计记录")
    late = first is not None and now - first.at > SEAL_LATE
    sealed = f"第 {last.seal_no} 号，{ago(now - last.sealed_at)}" if last is not None else "还没有封存过"
    open_since = f"；最早一条未封存的已有 {duration(now - first.at)}" if first is not None and late else ""
    return StatusRow("审计封存", WARN if late else OK, f"{sealed}{open_since}")


def ago(age: timedelta) -> str:
    return f"{duration(age)}前"


def duration(age: timedelta) -> str:
    """The largest unit that fits: 12 秒, 3 分钟, 5 小时, 2 天."""
    seconds = max(0, int(age.total_seconds()))
    for size, word in ((86_400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} 秒"
