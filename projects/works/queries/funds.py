"""Money by county, kind and indicator, and what needs a word. Sums are taken here: SQLite would add decimals as floats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from projects.works.models import CountyFund, FundPlan, Project
from projects.works.queries.portfolio import ProjectRow
from projects.works.services.funds import FUNDED

__all__ = ["FundLine", "FundTable", "county_funds", "fund_plan_of", "fund_tables", "money_warnings"]


@dataclass
class FundLine:
    """One line of a table: sums of what is known; `known` of `projects` have a plan of money."""

    label: str
    projects: int = 0
    known: int = 0
    planned: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    @property
    def balance(self) -> Decimal:
        return self.arrived - self.paid

    @property
    def arrived_rate(self) -> Decimal | None:
        return self.arrived / self.planned if self.planned else None

    @property
    def paid_rate(self) -> Decimal | None:
        return self.paid / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class FundTable:
    title: str
    lines: Sequence[FundLine] = field(default_factory=list)


def fund_tables(rows: Iterable[ProjectRow]) -> list[FundTable]:
    """By county, by kind, by indicator; a project that supports two indicators stands under both. No query."""
    found = [row for row in rows if not row.is_parent and row.stands is not None]
    return [
        FundTable(
            "按县区", _sums(found, lambda row: [row.project.owner.short_name] if row.project.owner else [])
        ),
        FundTable("按类别", _sums(found, lambda row: [row.project.get_kind_display()])),
        FundTable("按支撑指标", _sums(found, lambda row: [str(one) for one in row.project.indicators.all()])),
    ]


def _sums(rows: Sequence[ProjectRow], labels: Callable[[ProjectRow], Sequence[str]]) -> list[FundLine]:
    lines: dict[str, FundLine] = {}
    for row in rows:
        assert row.stands is not None
        money = row.stands.money
        for label in labels(row):
            line = lines.setdefault(label, FundLine(label))
            line.projects += 1
            line.known += money.planned is not None
            line.planned += money.planned or 0
            line.arrived += money.arrived or 0
            line.paid += money.paid or 0
    return sorted(lines.values(), key=_by_number)


def _by_number(line: FundLine) -> tuple[int, str]:
    """Indicators by their number, the rest as they come by name."""
    first = line.label.partition(" ")[0]
    return (int(first), "") if first.isdecimal() else (0, line.label)


def money_warnings(rows: Iterable[ProjectRow]) -> list[tuple[Project, str]]:
    """Every warning with its project. No query."""
    return [
        (row.project, text) for row in rows if row.stands is not None for text in row.stands.money.warnings
    ]


def county_funds(plan: Plan, rights: Rights) -> list[tuple[Unit, CountyFund | None, bool]]:
    """Each county and zone that the person may view, its own fund, and whether the person may write it. Two queries."""
    funds = {fund.unit_id: fund for fund in CountyFund.objects.filter(plan=plan)}
    units = Unit.objects.filter(kind__in=FUNDED, pk__in=rights.view).order_by("order", "name")
    return [
        (unit, funds.get(unit.pk), rights.may("report", unit.pk) or rights.may("sign_off", unit.pk))
        for unit in units
    ]


def fund_plan_of(project: Project) -> Mapping[tuple[str, int], Decimal]:
    """What is planned for a project by (source, year). One query."""
    return {(row.source, row.year): row.amount for row in FundPlan.objects.filter(project=project)}


def years_of(project: Project, today: date) -> list[int]:
    """The years in which money may be planned: of the project's dates, and the year before."""
    first, last = project.start_by.year - 1, max(project.finish_by.year, today.year)
    return list(range(first, min(last, first + 4) + 1))
