"""Forecasts follow their verdicts: made when those are reached, from the same inputs, kept beside them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from chuangmo import clock
from indicators.assessment.models import Verdict
from indicators.assessment.queries.inputs import Assessable, gather
from indicators.assessment.queries.months import month_ends
from indicators.insight.models import Forecast
from indicators.insight.rules.forecasting import forecast_of
from indicators.plan.models import Plan

__all__ = ["refresh_forecasts", "verdicts_reached"]

log = logging.getLogger(__name__)


def verdicts_reached(*, subject: Assessable, ends: Iterable[date]) -> None:
    """Make the forecasts that belong to these month ends' verdicts, in the transaction that reached them.

    A forecast that fails is logged and left out: it never keeps a verdict from being stored.
    """
    try:
        with transaction.atomic():
            _refresh(subject, list(ends))
    except Exception:
        log.exception("no forecast for indicator %s", subject.indicator_id)


def refresh_forecasts(*, plan: Plan) -> int:
    """Bring every forecast of the plan's complete months into line with its verdict; return how many were written."""
    ends = month_ends(plan, clock.today())
    written = 0
    for subject in gather(plan):
        with transaction.atomic():
            written += _refresh(subject, ends)
    return written


def _refresh(subject: Assessable, ends: list[date]) -> int:
    """Write what is missing or of other inputs, drop what has nothing to say any more."""
    verdicts = dict(
        Verdict.objects.filter(indicator=subject.indicator_id, is_current=True, as_of__in=ends).values_list(
            "as_of", "inputs_digest"
        )
    )
    kept = {
        one.as_of
        for one in Forecast.objects.filter(indicator=subject.indicator_id, as_of__in=ends).only(
            "as_of", "inputs_digest"
        )
        if one.inputs_digest == verdicts.get(one.as_of)
    }
    wanted = [as_of for as_of in ends if as_of in verdicts and as_of not in kept]
    rows = [row for as_of in wanted if (row := _row(subject, as_of, verdicts[as_of])) is not None]
    written = {row.as_of for row in rows}
    Forecast.objects.filter(
        indicator=subject.indicator_id, as_of__in=[as_of for as_of in wanted if as_of not in written]
    ).delete()
    Forecast.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["indicator", "as_of"],
        update_fields=["inputs_digest", "outlook", "line", "body", "computed_at"],
    )
    return len(rows)


def _row(subject: Assessable, as_of: date, digest: str) -> Forecast | None:
    found = forecast_of(subject.rule, subject.inputs, as_of)
    if found is None:
        return None
    return Forecast(
        indicator_id=subject.indicator_id,
        as_of=as_of,
        inputs_digest=digest,
        outlook=found.outlook,
        line=found.line[:120],
        body=found.to_json(),
        computed_at=timezone.now(),
    )
