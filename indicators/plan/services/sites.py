"""Sites that follow from units: each unit has one that stands for the unit as a whole."""

from __future__ import annotations

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from chuangmo.access.models import User
from chuangmo.org.models import Unit
from indicators.plan.models import Site, SiteKind

__all__ = ["ensure_whole_unit_site", "ensure_whole_unit_sites"]


@transaction.atomic
def ensure_whole_unit_sites() -> int:
    """Give every unit that has none its site of kind `unit`; return how many were made. Safe twice."""
    missing = Unit.objects.exclude(sites__kind=SiteKind.UNIT).order_by("order", "pk")
    sites = [
        Site(
            code=f"unit.{unit.pk}",
            name=unit.short_name,
            kind=SiteKind.UNIT,
            unit=unit,
            order=unit.order,
        )
        for unit in missing
    ]
    return len(bulk_create_with_history(sites, Site)) if sites else 0


def ensure_whole_unit_site(*, unit: Unit, by: User | None = None) -> None:
    """The same for a unit that was just saved (settings.UNIT_SAVED)."""
    ensure_whole_unit_sites()
