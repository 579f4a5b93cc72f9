"""Runs the consistency watch: what is marked, or everything."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from indicators.insight.services import recheck, recheck_stale
from indicators.plan.models import Plan


class Command(BaseCommand):
    help = "数据核查：默认只查标记过的数据项，--all 全部重查。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="全部重查")

    def handle(self, *args: Any, **options: Any) -> None:
        done = recheck(plan=Plan.objects.current()) if options["all"] else recheck_stale()
        self.stdout.write(f"新存疑 {done.opened} 条，自行消除 {done.gone} 条。")
