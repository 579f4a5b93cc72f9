"""Who may do what, and whether groups, permissions and assignments are what memberships and duties say."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangmo import clock
from chuangmo.access.models import Grant
from chuangmo.access.queries import grants_in_force
from chuangmo.access.services import sync_permissions
from chuangmo.errors import DomainError
from indicators.plan.models import Plan
from indicators.plan.queries.permissions import RIGHTS, Permitted, permission_table
from indicators.plan.services.duties import assignment_differences, sync_assignments


class Command(BaseCommand):
    help = "列出单位 × 指标 × 人员 × 权限，核对任职、职责与实际权限的差异；有差异未修复时退出码为 1"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="按任职和职责修复（不动临时授权）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--quiet", action="store_true", help="不列全表，只列差异和临时授权")

    def handle(
        self, *args: Any, repair: bool = False, quiet: bool = False, json: bool = False, **options: Any
    ) -> None:
        plans = list(Plan.objects.order_by("-is_current", "code"))
        try:
            differences = [str(difference) for difference in sync_permissions(repair=repair)]
            for plan in plans:
                differences += assignment_differences(plan)
                if repair:
                    sync_assignments(plan=plan)
        except DomainError as error:
            raise CommandError(str(error)) from error
        table = [] if quiet else [line for plan in plans for line in permission_table(plan)]
        grants = grants_in_force()
        if json:
            self.stdout.write(_as_json(table, differences, grants, repair))
        else:
            self._print(table, differences, grants, repair)
        if differences and not repair:
            sys.exit(1)

    def _print(
        self, table: list[Permitted], differences: list[str], grants: list[Grant], repaired: bool
    ) -> None:
        if table:
            self.stdout.write(f"{clock.today()} 单位\t指标\t人员\t权限")
        for line in table:
            person = f"{line.person.name}（{line.person.username}）"
            self.stdout.write(f"{line.unit.name}\t{line.indicator}\t{person}\t{RIGHTS[line.right]}")
        if table:
            self.stdout.write(f"共 {len(table)} 行")
        for grant in grants:
            self.stdout.write(f"临时授权：{grant}，{grant.by} 批准，理由：{grant.reason}")
        for difference in differences:
            self.stdout.write(f"{'已修复：' if repaired else ''}{difference}")
        self.stdout.write(f"差异 {len(differences)} 处" if differences else "没有差异")


def _as_json(table: list[Permitted], differences: list[str], grants: list[Grant], repaired: bool) -> str:
    return json.dumps(
        {
            "date": clock.today().isoformat(),
            "table": [
                {
                    "unit": line.unit.name,
                    "indicator": line.indicator.number,
                    "plan": line.indicator.plan.code,
                    "assignment": line.role,
                    "person": line.person.username,
                    "right": line.right,
                }
                for line in table
            ],
            "grants": [
                {
                    "unit": grant.unit.name,
                    "person": grant.user.username,
                    "permission": grant.permission,
                    "until": grant.until.isoformat(),
                    "reason": grant.reason,
                    "by": grant.by.username,
                }
                for grant in grants
            ],
            "differences": differences,
            "repaired": repaired and bool(differences),
        },
        ensure_ascii=False,
        indent=2,
    )
