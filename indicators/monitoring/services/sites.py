"""The sites that a file may name, and the days that are closed, as reading it asks for them."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from indicators.monitoring.rights import leading_units
from indicators.monitoring.rules.layouts import LAYOUTS
from indicators.monitoring.rules.parsing import Closed, PlaceRef, plain_place
from indicators.plan.models import Site
from indicators.reporting.models import PeriodLock

__all__ = ["closed_days", "places_of"]


def places_of(kind: str, unit_id: int, day: date) -> dict[str, PlaceRef]:
    """The sites of a kind of batch by plain code and name; those that the unit may not bring say why. A name that two
    sites share finds neither: the code is needed."""
    leads = unit_id in leading_units(kind, day)
    layout = LAYOUTS[kind]
    found: dict[str, PlaceRef] = {}
    shared: dict[str, list[str]] = {}
    for site in Site.objects.filter(kind__in=layout.site_kinds).select_related("monitored_by"):
        ref = PlaceRef(site.pk, site.name, site.valid_from, site.valid_to, _refusal(site, unit_id, leads))
        found[plain_place(site.code)] = ref
        shared.setdefault(plain_place(site.name), []).append(site.code)
    by_code = dict(found)
    for name, codes in shared.items():
        ref = by_code[plain_place(codes[0])]
        if len(codes) > 1:
            ref = PlaceRef(
                0, ref.name, refused=f"有几个点位都叫“{ref.name}”，请写代码：{'、'.join(sorted(codes))}"
            )
        found.setdefault(name, ref)
    return found


def _refusal(site: Site, unit_id: int, leads: bool) -> str:
    if leads or site.monitored_by_id == unit_id:
        return ""
    whose = site.monitored_by.short_name if site.monitored_by else "指标牵头单位"
    return f"“{site.name}”的数据由{whose}报送，本单位不能导入"


def closed_days() -> list[Closed]:
    """The months that the office locked, each with the words of the refusal."""
    locks = PeriodLock.objects.filter(lifted_at=None).select_related("locked_by").order_by("period_start")
    return [Closed(lock.period_start, lock.period_end, _locked_words(lock)) for lock in locks]


def _locked_words(lock: PeriodLock) -> str:
    at = timezone.localtime(lock.locked_at)
    return f"{lock.period.label}已由 {lock.locked_by} 于 {at:%m-%d} 锁定（{lock.reason}），不再收数据"
