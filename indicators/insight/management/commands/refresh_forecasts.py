"""Brings every forecast into line with its verdict (after an upgrade, or when a process died)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from indicators.insight.services import refresh_forecasts
from indicators.plan.models import Plan


class Command(BaseCommand):
    help = "按现行结论补齐各月预测。"

    def handle(self, *args: Any, **options: Any) -> None:
        written = refresh_forecasts(plan=Plan.objects.current())
        self.stdout.write(f"写入 {written} 条预测。")
