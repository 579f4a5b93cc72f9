"""Make the months' progress of projects that is owed by now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chuangmo import clock
from indicators.plan.models import Plan
from projects.works.services.opening import open_progress


class Command(BaseCommand):
    help = "为已批准工期的工程开立到本月为止的月进度；可以反复运行，已有的不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(is_current=True).first()
        if plan is None:
            raise CommandError("没有当前方案；请先运行 manage.py load_plan。")
        self.stdout.write(f"新开立工程进度 {open_progress(plan=plan, until=clock.today())} 份。")
