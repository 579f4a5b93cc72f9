"""manage.py sweep: bring what is owed in step and fire the rungs that were reached, or see what would happen."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chuangmo import clock
from chuangmo.deadlines.services import reconcile, sweep
from chuangmo.errors import DomainError

SHOWN = 200


class Command(BaseCommand):
    help = "更新应办事项，并触发到了时点的催办级别；可以反复运行，漏掉的日子会补上。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=_day, help="按哪一天计算，如 2017-06-06；不写则为今天。")
        parser.add_argument("--dry-run", action="store_true", help="只试算并列出，不写任何数据。")

    def handle(self, *args: Any, **options: Any) -> None:
        at, rehearse = options["at"] or clock.today(), options["dry_run"]
        try:
            with transaction.atomic():
                with clock.at(at if rehearse else clock.today()):
                    kept = reconcile(at)
                    swept = sweep(at, dry_run=rehearse)
                transaction.set_rollback(rehearse)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if swept.run.note:
            self.stdout.write(f"注意：{swept.run.note}")
        for unit, subject, due_on, rung in swept.lines[:SHOWN]:
            self.stdout.write(f"{rung}\t{unit}\t{subject}\t应办 {due_on:%Y-%m-%d}")
        if len(swept.lines) > SHOWN:
            self.stdout.write(f"……还有 {len(swept.lines) - SHOWN} 件")
        word = "将" if rehearse else "已"
        self.stdout.write(
            f"{at:%Y-%m-%d}：{word}新增 {kept.added} 件、改期 {kept.moved} 件、免办 {kept.waived} 件应办事项；"
            f"{word}推进 {swept.run.moved} 件，触发 {swept.run.fired} 级，提出 {swept.run.proposed} 条建议，"
            f"通知 {swept.run.told} 人次"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是 2017-06-06 这样的日期") from error
