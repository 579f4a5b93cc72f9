"""Reaching verdicts again, incrementally: a marker in the transaction of the change, the work after its commit."""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from indicators.assessment.models import StaleVerdict, Verdict
from indicators.assessment.queries.inputs import Assessable, gather
from indicators.assessment.queries.months import month_ends
from indicators.assessment.rules import Missing, VerdictResult, assess, elements_read, validate_rule
from indicators.plan.models import Indicator, Plan, RuleVersion

log = logging.getLogger(__name__)

_TELLING = (
    "inputs_digest",
    "rule_id",
    "status",
    "headline",
    "threshold",
    "remark",
    "card",
    "is_provisional",
    "is_correcting",
)


def figures_changed(
    *, element_codes: Collection[str], indicator_ids: Collection[int], from_day: date
) -> None:
    """Mark the verdicts that read these elements, or belong to these indicators, from the month of `from_day` on.

    Called inside the transaction that accepts or unlocks; after its commit the verdicts are reached again. Should
    the process die in between, the markers stay and `manage.py refresh_verdicts` takes them up.
    """
    affected = set(indicator_ids) | _readers(set(element_codes))
    month_end = from_day.replace(day=monthrange(from_day.year, from_day.month)[1])
    StaleVerdict.objects.bulk_create(
        StaleVerdict(indicator_id=pk, from_month_end=month_end) for pk in sorted(affected)
    )
    transaction.on_commit(partial(refresh_stale, indicator_ids=frozenset(affected)), robust=True)


def readings_changed(*, indicator_numbers: Collection[int], from_day: date) -> None:
    """Mark the current plan's verdicts of these indicators: readings from a day on were written or corrected.

    Called inside the transaction that writes them (settings.READINGS_CHANGED).
    """
    indicators = Indicator.objects.filter(plan__is_current=True, number__in=list(indicator_numbers))
    figures_changed(
        element_codes=(), indicator_ids=list(indicators.values_list("pk", flat=True)), from_day=from_day
    )


def refresh_stale(*, indicator_ids: Collection[int] | None = None) -> int:
    """Reach marked verdicts again, one transaction an indicator; return how many verdicts changed.

    A failure in one indicator is logged, leaves its marker, and stops no other.
    """
    markers = StaleVerdict.objects.all()
    if indicator_ids is not None:
        markers = markers.filter(indicator__in=indicator_ids)
    changed = 0
    for pk in markers.order_by("indicator__number").values_list("indicator_id", flat=True).distinct():
        try:
            changed += _refresh_marked(pk)
        except Exception:
            log.exception("verdicts of indicator %s could not be reached; the marker stays", pk)
    return changed


def refresh_all(*, plan: Plan) -> int:
    """Reach every verdict of the plan's year up to the last complete month; return how many changed."""
    changed = 0
    for pk in plan.indicators.values_list("pk", flat=True):
        with transaction.atomic():
            Indicator.objects.select_for_update().get(pk=pk)
            changed += _refresh(plan, pk, date(plan.year, 1, 31))
            StaleVerdict.objects.filter(indicator=pk).delete()
    return changed


def _refresh_marked(indicator_id: int) -> int:
    with transaction.atomic():
        indicator = (
            Indicator.objects.select_for_update(of=("self",)).select_related("plan").get(pk=indicator_id)
        )
        markers = list(StaleVerdict.objects.filter(indicator=indicator).values_list("pk", "from_month_end"))
        if not markers:
            return 0
        changed = _refresh(indicator.plan, indicator.pk, min(end for _, end in markers))
        StaleVerdict.objects.filter(pk__in=[pk for pk, _ in markers]).delete()
        return changed


def _refresh(plan: Plan, indicator_id: int, from_month_end: date) -> int:
    """Assess the months from `from_month_end` on and store what differs. The caller holds the indicator's lock."""
    ends = [end for end in month_ends(plan, clock.today()) if end >= from_month_end]
    current = {
        verdict.as_of: verdict
        for verdict in Verdict.objects.filter(indicator=indicator_id, is_current=True, as_of__in=ends).defer(
            "result"
        )
    }
    changed: list[Verdict] = []
    subjects = gather(plan, [indicator_id])
    for subject in subjects:
        for as_of in ends:
            verdict = _verdict(subject, as_of, assess(subject.rule, subject.inputs, as_of))
            before = current.get(as_of)
            if before is None or not _same(before, verdict):
                changed.append(verdict)
    Verdict.objects.filter(
        indicator=indicator_id, is_current=True, as_of__in=[verdict.as_of for verdict in changed]
    ).update(is_current=False)
    Verdict.objects.bulk_create(changed)
    for subject in subjects:
        for path in settings.VERDICTS_REACHED:
            import_string(path)(subject=subject, ends=ends)
    return len(changed)


def _same(before: Verdict, after: Verdict) -> bool:
    """Same inputs and rule, and (a newer release may word or judge differently) the same outcome."""
    return all(getattr(before, name) == getattr(after, name) for name in _TELLING)


def _verdict(subject: Assessable, as_of: date, result: VerdictResult) -> Verdict:
    return Verdict(
        indicator_id=subject.indicator_id,
        as_of=as_of,
        rule=subject.version,
        status=result.status.value,
        is_provisional=result.provisional,
        is_correcting=result.correcting,
        value=_stored(result.value),
        headline=result.headline[:80],
        threshold=result.threshold[:80],
        remark=result.remark[:200],
        card=_card(result),
        result=result.to_json(),
        inputs_digest=result.inputs_digest,
        computed_at=timezone.now(),
    )


def _card(result: VerdictResult) -> dict[str, Any]:
    """The wall's share of a result: points of the small line, who is missing (each unit once), how much."""
    return {
        "series": [None if point.value is None else f"{point.value:f}" for point in result.series],
        "missing_units": _missing_units(result.missing),
        "missing_count": len(result.missing),
        "sentence": result.sentence,
    }


def _missing_units(missing: Iterable[Missing]) -> list[str]:
    return list(dict.fromkeys(one.unit_name for one in missing))


def _stored(value: Decimal | None) -> Decimal | None:
    """A column holds 12 decimals; the unrounded value stands in `result`."""
    return None if value is None else value.quantize(Decimal("1e-12"))


def _readers(codes: set[str]) -> set[int]:
    """Ids of indicators whose current rule reads any of the elements (relations cross indicators, too)."""
    if not codes:
        return set()
    versions = RuleVersion.objects.filter(is_current=True, indicator__plan__is_current=True)
    return {
        pk
        for pk, body in versions.values_list("indicator_id", "body")
        if elements_read(validate_rule(body)) & codes
    }
