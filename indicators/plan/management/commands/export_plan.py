"""Print a plan: units, groups, indicators with their duties and rules."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators.plan.models import Plan
from indicators.plan.queries import current_plan, plan_by_code, plan_export, plan_text


class Command(BaseCommand):
    help = "输出方案：单位、单位组、指标及其职责和规则。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", default="", help="方案代码；不写为当前方案")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = plan_by_code(options["plan"]) if options["plan"] else current_plan()
        except Plan.DoesNotExist as error:
            raise CommandError("没有这个方案；请先运行 manage.py load_plan。") from error
        if options["json"]:
            self.stdout.write(json.dumps(plan_export(plan), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(plan_text(plan))
