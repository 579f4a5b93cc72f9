"""manage.py check_process worker|beat: exit code 1 unless one on this machine said lately that it lives.

For the health check of a container, whose machine it is alone on.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from chuangmo.jobs.models import Process
from chuangmo.jobs.queries import alive


class Command(BaseCommand):
    help = "本机的执行进程（worker）或定时进程（beat）是否在运行；没有则退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=Process.Kind.values)

    def handle(self, *args: Any, kind: str, **options: Any) -> None:
        living, _ = alive(kind, timezone.now())
        host = socket.gethostname()
        here = [row for row in living if host in row.name]
        self.stdout.write("、".join(str(row) for row in here) or "没有在运行")
        if not here:
            sys.exit(1)
