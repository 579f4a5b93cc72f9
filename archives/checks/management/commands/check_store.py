"""Compares the table of files, the store and the contents' digests."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from archives.checks.queries.store import StoreFault, compare_store
from archives.checks.services import keep_store_check


class Command(BaseCommand):
    help = "核对文件表、文件库和 SHA-256，列出缺失、被改动和没有登记的文件；有问题时返回码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="只比文件大小，不读内容")

    def handle(self, *args: Any, **options: Any) -> None:
        report = compare_store(is_quick=options["quick"])
        keep_store_check(report)
        self._list("缺失", report.missing)
        self._list("被改动", report.changed)
        self._list("没有登记", report.orphaned)
        how = "（只比大小）" if report.is_quick else ""
        self.stdout.write(
            f"核对 {report.files} 个文件，{report.octets / 1024 / 1024:.1f} MB{how}："
            f"缺失 {len(report.missing)}，被改动 {len(report.changed)}，没有登记 {len(report.orphaned)}"
        )
        if not report.is_sound:
            raise SystemExit(1)

    def _list(self, word: str, faults: list[StoreFault]) -> None:
        for fault in faults:
            names = f"（{fault.names}）" if fault.names else ""
            self.stdout.write(f"{word}：{fault.path} {fault.text}{names}")
