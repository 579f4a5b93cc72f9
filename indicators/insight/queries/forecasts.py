"""Reads of forecasts: one row for an indicator's page, one query for the whole wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from chuangmo.prepared import Prepared
from indicators.assessment.models import Verdict
from indicators.insight.models import Forecast
from indicators.insight.rules.allowance import OUTLOOKS
from indicators.insight.rules.forecasting import METHODS, PartForecast, part_forecasts

__all__ = ["ForecastView", "PartView", "forecast_at", "wall_notes"]


@dataclass(frozen=True)
class PartView:
    """A part's forecast as the page shows it."""

    part: PartForecast
    sign: str
    word: str
    method: str
    range_means: str
    until: date | None


@dataclass(frozen=True)
class ForecastView:
    """An indicator's forecast as the page shows it."""

    row: Forecast
    parts: Sequence[PartView]
    sign: str
    word: str


def forecast_at(verdict: Verdict | None) -> ForecastView | None:
    """The forecast that belongs to a verdict; None where there is none, or where it is of other inputs. One query."""
    if verdict is None:
        return None
    row = Forecast.objects.filter(
        indicator=verdict.indicator_id, as_of=verdict.as_of, inputs_digest=verdict.inputs_digest
    ).first()
    if row is None:
        return None
    word, sign = OUTLOOKS[row.outlook]
    return ForecastView(row, [_part(part) for part in part_forecasts(row.body)], sign, word)


def wall_notes(indicator_ids: frozenset[int], as_of: date) -> dict[int, str]:
    """One line for each card: what is left to the year, where that is not safe anyway. One query."""
    return dict(_LINES.rows(indicators=indicator_ids, as_of=as_of))


def _lines(indicators: frozenset[int], as_of: date) -> QuerySet[Forecast, Any]:
    silent = [Forecast.Outlook.SECURE, Forecast.Outlook.NONE]
    rows = Forecast.objects.exclude(outlook__in=silent).filter(
        indicator__in=indicators,
        as_of=as_of,
        indicator__verdicts__as_of=F("as_of"),
        indicator__verdicts__is_current=True,
        indicator__verdicts__inputs_digest=F("inputs_digest"),
    )
    return rows.order_by().values_list("indicator_id", "line")


_LINES = Prepared(_lines, indicators=frozenset, as_of=date)


def _part(part: PartForecast) -> PartView:
    word, sign = OUTLOOKS[part.outlook]
    until = date.fromisoformat(part.cut) if part.cut else None
    return PartView(part, sign, word, *METHODS.get(part.method, ("", "")), until)
