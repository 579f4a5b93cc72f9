"""manage.py load_schedule: the timetable's rows that are not there yet; what an administrator changed stays."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chuangmo.jobs.services.schedule import load_schedule


class Command(BaseCommand):
    help = "补齐定时任务表；已有的（包括管理员改过或停用的）保持原样。"

    def handle(self, *args: Any, **options: Any) -> None:
        made, removed = load_schedule()
        self.stdout.write(f"定时任务：新增 {made} 项，移除不再使用的 {removed} 项")
