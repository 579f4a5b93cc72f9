"""Lines of the status page: the last check of the archive, the last comparison of the store."""

from __future__ import annotations

from django.utils import timezone

from archives.checks.models import CheckRun, StoreCheck
from chuangmo.jobs.status import BAD, OK, WARN, StatusRow, ago

LATE_DAYS = 2  # both are done every night


def checks_status() -> list[StatusRow]:
    return [_store(), _pieces()]


def _store() -> StatusRow:
    label = "文件库核对"
    last = StoreCheck.objects.first()
    if last is None:
        return StatusRow(label, WARN, "还没有核对过（manage.py check_store，或等夜间的定时核对）")
    age = timezone.now() - last.checked_at
    when = f"{ago(age)}核对 {last.files} 个文件"
    if not last.is_sound:
        text = f"缺失 {last.missing}，被改动 {last.changed}，没有登记 {last.orphaned}"
        lost = last.missing or last.changed
        return StatusRow(label, BAD if lost else WARN, f"{when}：{text}。清单见 manage.py check_store")
    return StatusRow(label, WARN if age.days > LATE_DAYS else OK, f"{when}，全部相符")


def _pieces() -> StatusRow:
    label = "档案四性检查"
    last = CheckRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    if last is None or last.finished_at is None:
        return StatusRow(label, OK, "还没有检查过")
    age = timezone.now() - last.finished_at
    text = f"{ago(age)}检查 {last.pieces} 件，不合格 {last.bad}，有提醒 {last.warned}"
    return StatusRow(label, WARN if last.bad or age.days > LATE_DAYS else OK, text)
