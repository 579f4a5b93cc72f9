"""Write the rows and scores of a period as JSON, for whoever wants to compute them again."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators.plan.models import Plan
from supervision.scores.models import ScoreRound
from supervision.scores.queries.export import exported_round


class Command(BaseCommand):
    help = "导出效能考评的计分事项和得分（JSON），可据此独立复算。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", default="", help="方案代码，如 2017；空着用当前方案")
        parser.add_argument("--period", default="", help="2017-05 或 2017；空着导出全部已公示和定稿的")
        parser.add_argument("--json", action="store_true", help="以 JSON 写到标准输出（也是唯一的格式）")

    def handle(self, *args: Any, plan: str, period: str, **options: Any) -> None:
        try:
            found = Plan.objects.get(code=plan) if plan else Plan.objects.current()
        except Plan.DoesNotExist:
            raise CommandError("没有这个方案") from None
        rounds = ScoreRound.objects.filter(plan=found).order_by("period_end", "period_kind")
        chosen = [one for one in rounds if (one.period.code == period if period else one.state != "draft")]
        if period and not chosen:
            raise CommandError(f"没有 {period} 的考评")
        content = [exported_round(one) for one in chosen]
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))
