"""Load a plan's fixtures; what an administrator edited stays and is reported."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangmo.errors import DomainError
from indicators.plan.services.duties import empty_group_warning
from indicators.plan.services.loading import Loaded, load_plan


class Command(BaseCommand):
    help = "载入方案数据（单位、指标、职责、数据项、规则……）。已有的行不覆盖，只报告差异；再次运行不改变任何东西。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", default="2017", help="方案代码，默认 2017")
        parser.add_argument("--overwrite", action="store_true", help="用方案数据覆盖管理员改过的内容")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_plan(code=options["plan"], overwrite=options["overwrite"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        for line in report(loaded, overwrite=options["overwrite"]):
            self.stdout.write(line)


def report(loaded: Loaded, *, overwrite: bool = False) -> list[str]:
    """What a load did, in lines for a person."""
    lines = [f"{loaded.plan.name}"]
    lines += [f"新增{kind} {count} 行" for kind, count in loaded.added.items()]
    lines += [f"覆盖{kind} {count} 行" for kind, count in loaded.overwritten.items()]
    synced = loaded.synced
    if synced:
        lines.append(f"任务分派：新增 {synced.added}，变更 {synced.changed}，撤销 {synced.removed}")
    if loaded.differences:
        lines.append("与方案数据不同，已覆盖：" if overwrite else "与方案数据不同，保留现有内容：")
        lines += [f"  {difference}" for difference in loaded.differences]
    if not loaded:
        lines.append("没有变化")
    lines += [f"提醒：{empty_group_warning(group)}" for group in loaded.empty_groups]
    return lines
