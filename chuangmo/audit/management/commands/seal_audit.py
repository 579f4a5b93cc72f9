"""Seal the audit rows that are not sealed yet (run every day, or as often as one likes)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chuangmo.audit.sealing import last_seal, seal


class Command(BaseCommand):
    help = "把还没有封存的审计记录接进哈希链"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="最多封存几条")

    def handle(self, *args: Any, limit: int | None = None, **options: Any) -> None:
        count = seal(limit=limit)
        last = last_seal()
        end = f"最后一号 {last.seal_no}，摘要 {last.digest}" if last else "还没有审计记录"
        self.stdout.write(f"封存 {count} 条；{end}")
