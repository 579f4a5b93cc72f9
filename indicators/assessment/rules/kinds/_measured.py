"""What the kinds that are judged by readings share: how far the year can be judged, and what is missing until then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from chuangmo.periods import Period, periods_between

from ..assembly import put_together
from ..judging import judge_value, meets
from ..results import Missing, PartVerdict, Step
from ..schema import MonPart, SitesPart
from ..statuses import Status
from ..windows import span_label
from ..wording import pending_text, value_text
from .registry import Context

__all__ = [
    "cut_of",
    "decided",
    "label_until",
    "missing_reading",
    "nothing_due",
    "over_until",
    "share_of",
    "short_list",
]

NAMES_SHOWN = 3


def over_until(kind: str, context: Context) -> list[Period]:
    """The plan year's periods of a kind that are over by the as-of day."""
    end = min(context.as_of, date(context.plan_year, 12, 31))
    return periods_between(kind, date(context.plan_year, 1, 1), end) if end.year >= context.plan_year else []


def due_on(period: Period, days: int) -> date:
    """The day by which a period's readings are owed."""
    return period.end + timedelta(days=days)


def cut_of(
    periods: Sequence[Period], answered: Callable[[Period], bool], due_days: int, due_by: date
) -> list[Period]:
    """The periods that are judged: up to the last one through which everything is there or, if that is later, the
    last one whose due day has passed (domain.md §3, as `reading.find_cut`)."""
    complete = 0
    for number, period in enumerate(periods, start=1):
        if not answered(period):
            break
        complete = number
    overdue = sum(due_on(period, due_days) <= due_by for period in periods)
    return list(periods[: max(complete, overdue)])


def missing_reading(
    context: Context, name: str, period: Period, days: int, *, site: str = "", element: str = ""
) -> Missing:
    """A reading that is not there, from the unit that owes this indicator's readings."""
    readings = context.inputs.readings
    return Missing(
        unit=readings.provider,
        unit_name=readings.provider or "未落实填报单位",
        element=element or "reading",
        element_name=name,
        period=period,
        due_on=due_on(period, days),
        site=site,
        site_name=readings.names.get(site, site),
    )


def nothing_due(
    part: MonPart | SitesPart, context: Context, threshold: str, expression: str, pending: Sequence[Missing]
) -> PartVerdict:
    """未到期: no reading was owed yet by the as-of day."""
    return put_together(
        part,
        [],
        expression=expression,
        threshold=threshold,
        text=value_text(None, 0, ""),
        remark=pending_text(pending),
    )


def decided(
    part: MonPart | SitesPart,
    steps: Sequence[Step],
    context: Context,
    *,
    status: Status,
    value: Decimal | None,
    text: str,
    threshold: str,
    formula: str,
    expression: str,
    remark: str,
    cut: date,
    missing: Sequence[Missing] = (),
    **shown: object,
) -> PartVerdict:
    """The part's verdict where it is not the AND of its steps but a value made of them."""
    built = put_together(
        part,
        steps,
        expression=expression,
        threshold=threshold,
        text=text,
        value=value,
        remark=remark,
        **shown,  # type: ignore[arg-type]
    )
    whole_year = date(context.plan_year, 12, 31)
    return replace(
        built,
        status=status,
        value=value,
        formula=formula,
        cut=cut,
        missing=tuple(missing) or built.missing,
        partial=bool(missing) or bool(built.missing),
        provisional=cut < whole_year or status is Status.NONE,
    )


def share_of(
    part: SitesPart, good: Decimal | int, bad: Decimal | int, open_: Decimal | int
) -> tuple[Status, Decimal | None]:
    """Verdict and share (%) of what complies among what was judged. `open_`: what can't be told yet; it counts
    neither way, but the limit is missed only where it would be even if all of that complied."""
    counted = good + bad
    rate = Decimal(good) * 100 / counted if counted else None
    if open_:
        best = Decimal(good + open_) * 100 / (counted + open_)
        return (Status.PARTIAL if meets(best, part.op, part.limit) else Status.MISSED), rate
    if rate is None:
        return Status.NOT_APPLICABLE, None
    return judge_value(rate, part.op, part.limit, part.margin_pct, part.rounding), rate


def short_list(names: Sequence[str], measure: str) -> str:
    """甲、乙、丙等 5 个断面 · 甲、乙."""
    shown = "、".join(names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown}等 {len(names)} {measure}"


def label_until(context: Context, cut: date) -> str:
    """2017年1—4月."""
    return span_label(date(context.plan_year, 1, 1), cut)
