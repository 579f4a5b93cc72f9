"""A year's air from a station's files: good days and annual statistics, by HJ 633, HJ 663 and GB 3095."""

from __future__ import annotations

import json as writer
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.standards.air_city import city_days
from indicators.standards.air_year import AirYear, assess_year
from indicators.stationfiles.air import AirFiles, read_air
from indicators.stationfiles.faults import StationFileError
from indicators.stationfiles.summaries import year_as_json, year_in_words


class Command(BaseCommand):
    help = "按 HJ 633、HJ 663、GB 3095 评价一年的空气质量；日均或小时 CSV 或 Excel，可压缩，多个文件为多个站点；不用数据库"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", type=Path, help="日均或小时数据，CSV、XLSX 或 .gz"
        )
        parser.add_argument("--year", type=int, required=True, help="评价哪一年")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument(
            "--background",
            action="append",
            default=[],
            metavar="站点",
            help="清洁对照点，不参加城市评价，可写多次",
        )
        parser.add_argument("--hour-end", action="store_true", help="时间标的是小时末（01:00 至 24:00）")

    def handle(
        self,
        *args: Any,
        files: list[Path],
        year: int,
        json: bool = False,
        background: list[str] | None = None,
        hour_end: bool = False,
        **options: Any,
    ) -> None:
        paths = [Path(file) for file in files]
        try:
            read = read_air(paths, year=year, hour_end=hour_end)
        except StationFileError as error:
            raise CommandError(str(error)) from error
        counting = _counting(read, background or [], year)
        assessed = assess_year(year, city_days(read.stations, background=background or []))
        for note in read.notes:
            self.stderr.write(f"注意：{note}")
        if json:
            self.stdout.write(
                writer.dumps(
                    year_as_json(assessed, counting, [str(note) for note in read.notes]),
                    ensure_ascii=False,
                    indent=2,
                )
            )
        else:
            self._print(assessed, counting)

    def _print(self, assessed: AirYear, counting: list[str]) -> None:
        for line in year_in_words(assessed, counting):
            self.stdout.write(line)


def _counting(read: AirFiles, background: list[str], year: int) -> list[str]:
    """The names of the stations that count. CommandError where the year has none, or a background name is unknown."""
    if not read.years:
        raise CommandError("文件里没有一行数据")
    if not read.stations:
        there = "、".join(map(str, sorted(read.years)))
        raise CommandError(f"文件里没有 {year} 年的数据，只有 {there} 年")
    unknown = [name for name in background if name not in read.stations]
    if unknown:
        raise CommandError(f"没有站点“{'、'.join(unknown)}”，有：{'、'.join(read.stations)}")
    counting = [name for name in read.stations if name not in background]
    if not counting:
        raise CommandError("除清洁对照点外没有站点")
    return counting
