"""The gap check: what is claimed and not proved, gathered from settings.GAP_SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from archives.checks.models import GapKind
from archives.checks.rules.gaps import Gap
from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan

__all__ = ["GapRow", "gaps_of", "visible_gaps"]

Source = Callable[[Plan], Iterable[Gap]]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap with the names of what it concerns."""

    gap: Gap
    kind: GapKind
    unit: str
    indicator: str

    @property
    def text(self) -> str:
        return self.gap.text

    @property
    def url(self) -> str:
        return self.gap.url


def gaps_of(plan: Plan) -> list[Gap]:
    """Everything that the sources find, as they find it; the number of queries does not grow with units or pieces."""
    found: list[Gap] = []
    for path in settings.GAP_SOURCES:
        source: Source = import_string(path)
        found += source(plan)
    return found


def visible_gaps(plan: Plan, rights: Rights) -> list[GapRow]:
    """The gaps of the kinds that are on and of units that the person may view, by kind, indicator and unit. Whoever sees the
    campaign sees gaps of no unit."""
    kinds = {kind.code: kind for kind in GapKind.objects.filter(is_on=True)}
    units = dict(Unit.objects.values_list("pk", "short_name"))
    orders = dict(Unit.objects.values_list("pk", "order"))
    names = {one.number: str(one) for one in Indicator.objects.filter(plan=plan)}
    rows = [
        GapRow(gap, kinds[gap.kind], units.get(gap.unit_id or 0, ""), names.get(gap.indicator_number, ""))
        for gap in gaps_of(plan)
        if gap.kind in kinds and (gap.unit_id is None or gap.unit_id in rights.view)
    ]
    return sorted(
        rows,
        key=lambda row: (
            row.kind.order,
            row.gap.indicator_number,
            orders.get(row.gap.unit_id or 0, -1),
            row.text,
        ),
    )
