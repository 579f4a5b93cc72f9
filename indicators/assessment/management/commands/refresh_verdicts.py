"""Reach verdicts again: what is marked, or with --all everything up to the last complete month."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from indicators.assessment.services import refresh_all, refresh_stale
from indicators.plan.models import Plan


class Command(BaseCommand):
    help = "重新评定：默认只评有变化的指标；--all 评当前方案的全部月份。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="不管有没有变化，全部重评")

    def handle(self, *args: Any, **options: Any) -> None:
        changed = refresh_all(plan=Plan.objects.current()) if options["all"] else refresh_stale()
        self.stdout.write(f"评定有变化的 {changed} 条。")
