"""Seal, then check the whole chain and settings.AUDIT_CHECKS; names the first link that does not hold.

Exit code 1 when something is wrong.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo.audit.sealing import seal, verify

_KNOWN = re.compile(r"^(\d+):([0-9a-f]{64})$")


class Command(BaseCommand):
    help = "先封存，再核对全部审计记录，指出第一处断开的地方"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--known", metavar="序号:摘要", help="另存的一号封存，用来发现链尾被截断")

    def handle(self, *args: Any, known: str | None = None, **options: Any) -> None:
        noted = _noted(known)
        sealed = seal()
        found = verify(known=noted)
        self.stdout.write(f"新封存 {sealed} 条；核对通过 {found.links} 号")
        if found.last is not None:
            self.stdout.write(f"最后一号 {found.last.seal_no}:{found.last.digest}")
        since = (
            f"，最早一条 {timezone.localtime(found.tail_since):%Y-%m-%d %H:%M}" if found.tail_since else ""
        )
        self.stdout.write(f"尚未封存 {found.tail} 条{since}")
        if found.missing_triggers:
            self.stderr.write(f"数据库缺少防改触发器：{'、'.join(found.missing_triggers)}")
        if found.broken is not None:
            self.stderr.write(f"断开：{found.broken}")
        wrong = [sentence for path in settings.AUDIT_CHECKS for sentence in import_string(path)()]
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong or not found.is_sound:
            sys.exit(1)
        self.stdout.write("审计链完整")


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    match = _KNOWN.match(text.strip())
    if match is None:
        raise CommandError("--known 应为“序号:64 位摘要”")
    return int(match[1]), match[2]
