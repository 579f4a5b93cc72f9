"""Fill a new database with the demonstration; or print who can sign in."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangmo import clock
from chuangmo.errors import DomainError
from indicators.demonstration.rules.days import TODAY
from indicators.demonstration.rules.people import PASSWORD
from indicators.demonstration.services import build, cast, is_built


class Command(BaseCommand):
    help = "在新数据库中生成演示数据（人员、2013—2016年数据、2017年1—5月报表）；--accounts 只列出演示账号"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="只列出演示账号，不改任何数据")

    def handle(self, *args: Any, accounts: bool = False, **options: Any) -> None:
        if accounts:
            if not is_built():
                raise CommandError("这个数据库里没有演示数据。")
            self._print_accounts()
            return
        if is_built():
            self.stdout.write("已经是演示数据库，没有改动任何数据；manage.py demo --accounts 列出账号。")
            return
        try:
            built = build()
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"演示数据已生成：人员 {built.people} 名，历史数据 {built.past} 个，报表 {built.reports} 份，"
            f"审定数据 {built.figures} 个，评定 {built.verdicts} 条。"
        )
        self.stdout.write("全部为虚构数据，每一页、每份打印件都标明“演示”。")
        if clock.today() != TODAY:
            self.stdout.write(f"演示的“今天”是 {TODAY}，请设置 CHUANGMO_TODAY={TODAY} 后再启动。")
        self._print_accounts()

    def _print_accounts(self) -> None:
        people = cast()
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for username, name, posts in people:
            self.stdout.write(f"  {_padded(username, 20)}{_padded(name, 12)}{posts}")


def _padded(text: str, width: int) -> str:
    """A Chinese character takes two columns of a terminal."""
    shown = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    return text + " " * max(1, width - shown)
