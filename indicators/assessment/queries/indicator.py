"""What the page of one indicator shows: verdict with derivation, who owes what, history, the figures behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit, UnitGroup, valid_at
from indicators.assessment.models import Verdict
from indicators.plan.models import Duty, DutyRole, Indicator
from indicators.reporting.models import AcceptedAnswer, Figure, Report
from indicators.reporting.rights import visible_reports


@dataclass(frozen=True)
class Duties:
    """Who leads and who is responsible in a month; `empty_groups` are named by the plan but have no members yet."""

    leads: Sequence[Unit]
    responsible: Sequence[Unit]
    groups: Sequence[UnitGroup]
    empty_groups: Sequence[UnitGroup]


def verdict_at(indicator: Indicator, as_of: date) -> Verdict | None:
    """The current verdict at a month end, derivation included."""
    return (
        Verdict.objects.filter(indicator=indicator, as_of=as_of, is_current=True)
        .select_related("rule")
        .first()
    )


def duties_at(indicator: Indicator, day: date) -> Duties:
    """Duties of the indicator on a day, in the plan's order."""
    duties = (
        Duty.objects.filter(valid_at(day), indicator=indicator)
        .select_related("unit", "group")
        .prefetch_related("group__members")
        .order_by("order")
    )
    leads = [duty.unit for duty in duties if duty.role == DutyRole.LEAD and duty.unit]
    responsible = [duty.unit for duty in duties if duty.role == DutyRole.RESPONSIBLE and duty.unit]
    groups = [duty.group for duty in duties if duty.group]
    empty = [group for group in groups if not any(member.is_valid(day) for member in group.members.all())]
    return Duties(leads, responsible, groups, empty)


def reports_of_month(indicator: Indicator, month_end: date, rights: Rights) -> list[Report]:
    """Reports for periods that end with the month, by unit; `may_open` says whether this person may open one."""
    open_to_me = set(
        visible_reports(rights).filter(indicator=indicator, period_end=month_end).values_list("pk", flat=True)
    )
    reports = list(
        Report.objects.filter(indicator=indicator, period_end=month_end)
        .select_related("unit", "case", "obligation", "indicator")
        .order_by("unit__order", "unit__name", "period_start")
    )
    for report in reports:
        report.may_open = report.pk in open_to_me  # type: ignore[attr-defined]
    return reports


def history_of(indicator: Indicator, limit: int = 40) -> QuerySet[Verdict]:
    """Verdicts ever reached on the indicator, newest first, without their derivations."""
    return (
        Verdict.objects.filter(indicator=indicator)
        .select_related("rule")
        .defer("result", "card")
        .order_by("-computed_at", "-as_of")[:limit]
    )


def figure_ids(result: dict[str, Any]) -> list[int]:
    """Ids of all accepted figures that a verdict was computed from."""
    return sorted(set(result.get("figure_ids", [])))


def figures_behind(ids: Iterable[int]) -> QuerySet[Figure]:
    """Accepted figures in the order of a table: element, newest period, unit, site."""
    return (
        Figure.objects.filter(pk__in=list(ids))
        .select_related("element", "unit", "site", "report", "accepted_by")
        .order_by("element__code", "-period_end", "unit__order", "site__order")
    )


def answers_behind(indicator: Indicator, as_of: date) -> QuerySet[AcceptedAnswer]:
    """Accepted checklist answers of the plan's year up to a month end."""
    return (
        AcceptedAnswer.objects.filter(
            item__indicator=indicator,
            superseded_at__isnull=True,
            period_end__year=as_of.year,
        )
        .select_related("item", "unit", "report")
        .order_by("item__order", "unit__order")
    )


def is_late(obligation: Obligation | None, today: date) -> bool:
    """Owed, open and past its day."""
    return bool(obligation and not obligation.done_at and obligation.is_late(today))
