"""The class of each section in a file, by GB 3838-2002."""

from __future__ import annotations

import json as writer
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.standards.surface_water import classify
from indicators.stationfiles.faults import StationFileError
from indicators.stationfiles.summaries import section_as_json, section_in_words
from indicators.stationfiles.water import read_water


class Command(BaseCommand):
    help = "按 GB 3838-2002 表 1 判定断面水质类别；CSV 或 Excel，可压缩；不用数据库"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="断面数据，CSV、XLSX 或 .gz")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, file: Path, json: bool = False, **options: Any) -> None:
        try:
            read = read_water(Path(file))
        except StationFileError as error:
            raise CommandError(str(error)) from error
        for note in read.notes:
            self.stderr.write(f"注意：{note}")
        judged = [(row, classify(row.sample, row.kind)) for row in read.rows]
        if json:
            answer = [section_as_json(row, found) for row, found in judged]
            self.stdout.write(writer.dumps(answer, ensure_ascii=False, indent=2))
        else:
            for row, found in judged:
                self.stdout.write(section_in_words(row, found))
