"""Tests the forecasts on years that are over: published air data, and with --figures this installation's own."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal, localcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from indicators.assessment.queries.inputs import gather
from indicators.assessment.rules import elements_read
from indicators.assessment.rules.ledger import Ledger
from indicators.assessment.rules.reading import Quantity
from indicators.assessment.rules.schema import Rate, Threshold
from indicators.insight.rules.backtesting import (
    Case,
    Score,
    day_cases,
    percentile_cases,
    ratio_cases,
    scores,
)
from indicators.insight.rules.good_days import AirMonth
from indicators.insight.rules.projecting import RUN_RATE, SEASONAL, WEATHER
from indicators.insight.rules.series import flows_of
from indicators.plan.models import Plan
from indicators.standards.rounding import format_number

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"


class Command(BaseCommand):
    help = "用已过去的年份检验预测：公开的空气监测数据；--figures 加上本系统已审定的数据。输出 Markdown 表。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--figures", action="store_true", help="再用本系统已审定的历年数据检验各项比率")

    def handle(self, *args: Any, **options: Any) -> None:
        with localcontext(Context(prec=34)):
            self._show("公开空气数据", _air_cases())
            self._show("公开空气数据：百分位数", _percentile_cases(), "同期日值代入", "至今的百分位数")
            self._show("演示序列（虚构）", _invented_cases())
            if options["figures"]:
                self._show("本系统已审定数据", _figure_cases())

    def _show(self, title: str, cases: list[Case], method: str = "季节法", naive: str = "均速法") -> None:
        self.stdout.write(f"## {title}\n")
        if not cases:
            self.stdout.write("没有可检验的整年数据。\n")
            return
        self._methods = method, naive
        self._table("序列与检验年", scores(cases), by_year=cases)
        self.stdout.write("按已知期数（误差为实际值的百分比）：\n")
        self._table("已知期数", scores([_relative(case) for case in cases], "done"))

    def _table(self, name: str, found: Mapping[object, Score], by_year: list[Case] | None = None) -> None:
        years: dict[str, set[int]] = defaultdict(set)
        for case in by_year or ():
            years[case.series].add(case.year)
        method, naive = self._methods
        self.stdout.write(
            f"| {name} | 检验次数 | {method}平均误差 | {naive}平均误差 | {method}改进 | {method}落入范围 | {naive}落入范围 |"
        )
        self.stdout.write("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for key, score in found.items():
            label = f"{key}（{'、'.join(map(str, sorted(years[str(key)])))}）" if years else str(key)
            self.stdout.write(f"| {label} | {score.count} | {_cells(score)} |")
        self.stdout.write("")


def _relative(case: Case) -> Case:
    """In per cent of the real end, so that series of different units can be put together."""
    scale = Decimal(100) / case.real
    return replace(
        case, likely=case.likely * scale, low=case.low * scale, high=case.high * scale, real=Decimal(100)
    )


def _cells(score: Score) -> str:
    skill = "—" if score.skill is None else f"{format_number(score.skill * 100, 0)}%"
    errors = [_number(score.errors.get(method)) for method in (SEASONAL, RUN_RATE)]
    within = [
        f"{format_number(score.within.get(method, Decimal(0)) * 100, 0)}%" for method in (SEASONAL, RUN_RATE)
    ]
    return " | ".join([*errors, skill, *within])


def _number(value: Decimal | None) -> str:
    return "—" if value is None else format_number(value, 2)


def _air_cases() -> list[Case]:
    """Bad days, and annual means of particles, of every place of the sample."""
    months: dict[str, dict[int, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    with (SAMPLES / "air_months.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            months[row["place"]][int(row["year"])].append(row)
    found = []
    for place, years in months.items():
        days = {
            year: [
                AirMonth(int(row["month"]), int(row["good"]), int(row["valid"]), int(row["days"]))
                for row in rows
            ]
            for year, rows in years.items()
        }
        found += day_cases(f"{place} 超标天数（天）", days, Decimal(85))
        for code, name in (("pm25", "PM₂.₅"), ("pm10", "PM₁₀")):
            upper, lower = (
                {year: [Decimal(row[f"{code}_{side}"]) for row in rows] for year, rows in years.items()}
                for side in ("sum", "days")
            )
            found += ratio_cases(f"{place} {name} 年均值（µg/m³）", upper, lower, Decimal(1), damping=WEATHER)
    return found


def _percentile_cases() -> list[Case]:
    """CO's 95th and ozone's 90th percentile of every place of the sample."""
    days: dict[tuple[str, str], dict[int, list[list[Decimal]]]] = {}
    with (SAMPLES / "air_days.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date"])
            for code in ("co", "o3_8h"):
                years = days.setdefault((row["place"], code), {})
                months = years.setdefault(day.year, [[] for _ in range(12)])
                if row[code]:
                    months[day.month - 1].append(Decimal(row[code]))
    found = []
    for (place, code), years in days.items():
        name, share = (
            ("CO 第 95 百分位数（mg/m³）", "0.95")
            if code == "co"
            else ("O₃-8h 第 90 百分位数（µg/m³）", "0.90")
        )
        whole = {year: months for year, months in years.items() if all(months)}
        found += percentile_cases(f"{place} {name}", whole, Decimal(share))
    return found


def _invented_cases() -> list[Case]:
    """Rates as the demonstration makes them up: they show how the methods behave on steady series, and prove nothing."""
    upper: dict[str, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    lower: dict[str, dict[int, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    with (SAMPLES / "invented_months.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            upper[row["series"]][int(row["year"])].append(Decimal(row["upper"]))
            lower[row["series"]][int(row["year"])].append(Decimal(row["lower"]))
    return [
        case
        for name in upper
        for case in ratio_cases(f"{name}（%）", upper[name], lower[name], Decimal(100), ceiling=Decimal(100))
    ]


def _figure_cases() -> list[Case]:
    """The rates of the plan's rules, from the accepted figures of whole years before the plan's year."""
    plan = Plan.objects.current()
    found = []
    for subject in gather(plan):
        as_of = date(plan.year, 12, 31)
        ledger = Ledger(subject.inputs, elements_read(subject.rule), as_of, as_of)
        for part in subject.rule.parts:
            if not isinstance(part, Rate | Threshold) or not part.numerator or not part.denominator:
                continue
            quantity = Quantity.of(part.numerator, part.denominator, part.scale, part.unit)
            flows = flows_of(ledger, quantity, plan.year, as_of)
            if flows is None or flows.lower is None:
                continue
            uppers = dict(enumerate(flows.upper.past))
            lowers = dict(enumerate(flows.lower.past))
            found += ratio_cases(
                f"{part.name}（{part.unit}）", uppers, lowers, part.scale, months=flows.upper.months
            )
    return found
