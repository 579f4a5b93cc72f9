"""Who may bring readings of which sites, and who sees the batches.

A unit brings readings of a site that it monitors (`Site.monitored_by`), or, leading the indicator that the site feeds,
of any. Readings that count are open to everybody who reads the campaign's verdicts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, Q, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit, valid_at
from indicators.monitoring.models import Batch, BatchKind
from indicators.monitoring.rules.layouts import LAYOUTS
from indicators.plan.models import Assignment, AssignmentRole

__all__ = [
    "Bringing",
    "bringing",
    "indicator_numbers",
    "kinds_led",
    "kinds_of",
    "leading_units",
    "led_by",
    "may_bring",
    "units_that_bring",
    "visible_batches",
]


def indicator_numbers(site_kinds: Collection[str]) -> frozenset[int]:
    """The numbers of the indicators that sites of these kinds feed (settings.READING_INDICATORS)."""
    return frozenset(number for kind in site_kinds for number in settings.READING_INDICATORS.get(kind, ()))


def kinds_of(numbers: Collection[int]) -> list[str]:
    """The kinds of batch that feed any of these indicators, in the order of the choices."""
    return [
        kind for kind in BatchKind.values if indicator_numbers(LAYOUTS[kind].site_kinds) & frozenset(numbers)
    ]


def _assignments(numbers: Collection[int], day: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        valid_at(day), indicator__plan__is_current=True, indicator__number__in=list(numbers)
    )


def leading_units(kind: str, day: date) -> frozenset[int]:
    """Ids of the units that lead an indicator which batches of this kind feed."""
    numbers = indicator_numbers(LAYOUTS[kind].site_kinds)
    leads = _assignments(numbers, day).filter(role=AssignmentRole.LEAD)
    return frozenset(leads.values_list("unit_id", flat=True))


def kinds_led(unit_ids: Collection[int], day: date) -> list[str]:
    """The kinds of batch of which one of these units leads an indicator. One query."""
    numbers = indicator_numbers(settings.READING_INDICATORS)
    if not unit_ids:
        return []
    leads = _assignments(numbers, day).filter(role=AssignmentRole.LEAD, unit__in=list(unit_ids))
    return kinds_of(set(leads.values_list("indicator__number", flat=True)))


def led_by(unit_ids: Collection[int], day: date, *, kind: str) -> Q:
    """Condition on the column `kind`: a kind of batch of which one of these units leads an indicator; as `kinds_led`."""
    condition = Q(pk__in=())
    for one in BatchKind.values if unit_ids else ():
        numbers = indicator_numbers(LAYOUTS[one].site_kinds)
        leads = _assignments(numbers, day).filter(role=AssignmentRole.LEAD, unit__in=unit_ids)
        condition |= Q(Exists(leads), **{kind: one})
    return condition


@dataclass(frozen=True, slots=True)
class Bringing:
    """A unit that the person may bring readings for, and the kinds of batch."""

    unit: Unit
    kinds: tuple[str, ...]


def units_that_bring(rights: Rights) -> list[Bringing]:
    """The person's reporting units that have to do with monitored indicators: two queries."""
    numbers = indicator_numbers(settings.READING_INDICATORS)
    found: dict[int, set[int]] = {}
    rows = _assignments(numbers, rights.on).filter(unit__in=rights.report)
    for unit_id, number in rows.values_list("unit_id", "indicator__number"):
        found.setdefault(unit_id, set()).add(number)
    units = Unit.objects.filter(pk__in=found).order_by("order", "pk")
    return [Bringing(unit, tuple(kinds_of(found[unit.pk]))) for unit in units]


def bringing(rights: Rights, unit_id: int) -> Bringing | None:
    """The same for one unit; None where the person may bring nothing for it."""
    return next((one for one in units_that_bring(rights) if one.unit.pk == unit_id), None)


def may_bring(rights: Rights, batch: Batch) -> bool:
    """Change, submit, withdraw."""
    if not rights.may("report", batch.unit_id):
        return False
    one = bringing(rights, batch.unit_id)
    return one is not None and batch.kind in one.kinds


def visible_batches(rights: Rights) -> QuerySet[Batch]:
    """Batches that the person may open: of units that they may view, and of kinds that a unit of theirs leads."""
    led = led_by(rights.report | rights.sign_off, rights.on, kind="kind")
    return Batch.objects.filter(Q(unit__in=rights.view) | led)
