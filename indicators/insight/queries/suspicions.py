"""Reads of suspicions: the list, one of them with the reports that it concerns, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.access.models import Role
from chuangmo.access.queries import Rights
from chuangmo.org.models import valid_at
from chuangmo.prepared import Prepared
from chuangmo.review.models import State
from indicators.insight.models import Suspicion, SuspicionQuerySet
from indicators.plan.models import Assignment, AssignmentRole, Indicator, Plan
from indicators.reporting.models import Report

__all__ = ["ReportChoice", "listed", "newest_open", "open_of", "reports_of", "visible_to"]

SHOWN = 5
# Who sees what concerns the city as a whole.
_CITY_WIDE = frozenset({Role.OFFICE, Role.INSPECTOR, Role.OBSERVER, Role.ADMIN})


@dataclass(frozen=True)
class ReportChoice:
    """A report that a suspicion concerns, and what sending it back would mean now."""

    report: Report
    may_open: bool
    action: str

    @property
    def may_return(self) -> bool:
        """Whether there is anything to return."""
        return bool(self.action)


def visible_to(rights: Rights) -> SuspicionQuerySet:
    """Of units that the person may view, of indicators that a unit of theirs leads; the city's for city-wide roles."""
    led = Assignment.objects.filter(
        valid_at(clock.today()), unit__in=rights.report | rights.sign_off, role=AssignmentRole.LEAD
    )
    mine = Q(unit__in=rights.view) | Q(indicator__in=led.values("indicator"))
    if rights.roles & _CITY_WIDE:
        mine |= Q(unit__isnull=True)
    return Suspicion.objects.filter(mine)


def listed(rights: Rights) -> QuerySet[Suspicion]:
    """The list's rows with what they show."""
    return (
        visible_to(rights)
        .select_related("rule", "indicator", "unit", "decided_by")
        .defer("cells")
        .order_by("-period_end", "indicator__number", "unit__order", "pk")
    )


def open_of(indicator: Indicator, rights: Rights, limit: int = SHOWN) -> tuple[list[Suspicion], int]:
    """An indicator's open suspicions, newest first, and how many there are. Two queries."""
    found = visible_to(rights).standing().filter(indicator=indicator)
    shown = found.select_related("rule", "unit").defer("cells").order_by("-period_end", "pk")[:limit]
    return list(shown), found.count()


def newest_open(plan: Plan) -> tuple[list[Suspicion], int]:
    """The plan's open suspicions found last, the newest first, and how many there are. One query, another where there are
    more."""
    found: list[Suspicion] = _NEWEST.objects(plan=plan.pk)
    if len(found) <= SHOWN:
        return found, len(found)
    return found[:SHOWN], _open_of_plan(plan.pk).count()


def _open_of_plan(plan: int) -> QuerySet[Suspicion]:
    return Suspicion.objects.standing().filter(indicator__plan=plan)


_NEWEST = Prepared(
    lambda plan: (
        _open_of_plan(plan)
        .select_related("rule", "indicator", "unit")
        .defer("cells")
        .order_by("-found_at", "-pk")[: SHOWN + 1]
    ),
    plan=int,
)


def reports_of(suspicion: Suspicion, visible: QuerySet[Report]) -> Sequence[ReportChoice]:
    """The reports behind the cells, newest period first; `visible`: those that the person may open. Two queries."""
    ids = {cell["report"] for cell in suspicion.cells if cell["report"]}
    reports = (
        Report.objects.filter(pk__in=ids)
        .select_related("case", "unit", "indicator")
        .order_by("-period_end", "unit__order", "pk")
    )
    open_to_me = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
    return [ReportChoice(report, report.pk in open_to_me, _action(report)) for report in reports]


def _action(report: Report) -> str:
    """What returning it now would be; empty where it is with the unit already."""
    if report.case.state == State.ACCEPTED:
        return "解锁更正"
    return "" if report.case.is_editable else "退回"
