"""manage.py open_reports: make the reports that are owed up to today (or a given day)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chuangmo import clock
from indicators.plan.models import Plan
from indicators.reporting.services.opening import open_reports


class Command(BaseCommand):
    help = "开立截至今天（或 --until 那天）应报的报表；可以反复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", help="方案代码，如 2017；不写则为当前方案。")
        parser.add_argument("--until", type=_day, help="如 2017-06-06；不写则为今天。")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["plan"]
        plan = Plan.objects.filter(**({"code": code} if code else {"is_current": True})).first()
        if plan is None:
            raise CommandError(f"没有方案“{code}”" if code else "还没有当前方案，请先运行 load_plan")
        until = options["until"] or clock.today()
        made = open_reports(plan=plan, until=until)
        self.stdout.write(f"截至 {until.isoformat()}：新开立 {made} 份报表")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是 2017-06-06 这样的日期") from error
