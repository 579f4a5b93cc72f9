"""The timetable: rows of django-celery-beat, made from settings.PERIODIC_JOBS, kept by the administrators."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from celery.schedules import ParseException, crontab
from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from chuangmo.access.models import User
from chuangmo.access.services import require_admin
from chuangmo.audit.services import record
from chuangmo.errors import Invalid
from chuangmo.jobs.kinds import label_of
from chuangmo.jobs.models import Job
from chuangmo.jobs.services.queueing import enqueue

__all__ = [
    "START",
    "TimetableLine",
    "change_periodic",
    "cron_text",
    "load_schedule",
    "start_periodic",
    "timetable",
    "timetable_lines",
]

log = logging.getLogger(__name__)

START = "jobs.start_periodic"
_CRON_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")


@transaction.atomic
def load_schedule() -> tuple[int, int]:
    """Make the rows that are missing, remove those whose job is no longer in the settings; (made, removed).

    A row that is there stays as it is, whatever the settings say: an administrator may have changed or stopped it.
    """
    known = set(timetable().values_list("name", flat=True))
    made = 0
    for name, entry in settings.PERIODIC_JOBS.items():
        if name not in known:
            PeriodicTask.objects.create(
                name=name,
                task=START,
                args=json.dumps([name]),
                crontab=_crontab(entry["cron"]),
                description=label_of(entry["kind"]),
            )
            made += 1
    gone = timetable().exclude(name__in=settings.PERIODIC_JOBS)
    removed = gone.count()
    for row in gone:
        row.delete()  # one by one: the row itself tells the running timetable
    return made, removed


@transaction.atomic
def change_periodic(*, by: User, row: PeriodicTask, cron: str, enabled: bool) -> PeriodicTask:
    """Let a job of the timetable start at other times, or not at all. Refused, Invalid."""
    require_admin(by)
    stored = timetable().select_related("crontab").get(pk=row.pk)
    before = (cron_text(stored), stored.enabled)
    stored.crontab = _crontab(cron)
    stored.enabled = enabled
    stored.save()
    after = (cron_text(stored), stored.enabled)
    if after != before:
        words = [("时间", 0), ("启用", 1)]
        changes = {word: [_word(before[i]), _word(after[i])] for word, i in words if before[i] != after[i]}
        record(
            by=by,
            action="修改定时任务",
            object_kind="periodic",
            object_id=stored.pk,
            label=stored.description or stored.name,
            changes=changes,
        )
    return stored


def start_periodic(name: str) -> Job | None:
    """Ask for the job of this name; while the last one is open it is not asked for twice."""
    entry = settings.PERIODIC_JOBS.get(name)
    if entry is None:
        log.warning("nothing in the settings is called %s; manage.py load_schedule removes its row", name)
        return None
    return enqueue(entry["kind"], key=f"periodic:{name}", args=entry.get("args"))


def timetable() -> Any:
    """The rows that start our jobs."""
    return PeriodicTask.objects.filter(task=START)


@dataclass(frozen=True, slots=True)
class TimetableLine:
    """One job of the timetable as the status page shows it."""

    row: PeriodicTask
    label: str
    cron: str


def timetable_lines() -> list[TimetableLine]:
    """The timetable in the order of its names; one query."""
    rows = timetable().select_related("crontab").order_by("name")
    return [TimetableLine(row, row.description or row.name, cron_text(row)) for row in rows]


def cron_text(row: PeriodicTask) -> str:
    """The five fields as an administrator types them; blank where the row has no crontab."""
    if row.crontab is None:
        return ""
    return " ".join(getattr(row.crontab, field) for field in _CRON_FIELDS)


def _crontab(text: str) -> CrontabSchedule:
    """The schedule of five fields in local time; Invalid, naming the field `cron`."""
    parts = text.split()
    if len(parts) != len(_CRON_FIELDS):
        raise Invalid({"cron": "请写五段，用空格隔开：分 时 日 月 星期，例如每天 2:30 是“30 2 * * *”。"})
    minute, hour, day, month, weekday = parts
    try:
        crontab(minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday)
    except (ParseException, ValueError) as error:
        raise Invalid({"cron": f"看不懂“{text}”（{error}）。例如每天 2:30 是“30 2 * * *”。"}) from error
    fields = dict(zip(_CRON_FIELDS, parts, strict=True))
    schedule = CrontabSchedule.objects.filter(**fields, timezone=settings.TIME_ZONE).first()
    return schedule or CrontabSchedule.objects.create(**fields, timezone=settings.TIME_ZONE)


def _word(value: str | bool) -> str:
    return value if isinstance(value, str) else "是" if value else "否"
