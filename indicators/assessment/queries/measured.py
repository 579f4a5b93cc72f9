"""Readings that verdicts are computed from, as the plain values of `assessment.rules.readings`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from indicators.assessment.rules.readings import (
    AirInput,
    FirmInput,
    NoiseInput,
    Readings,
    SampleInput,
    SiteInput,
)
from indicators.monitoring.queries import (
    air_days,
    firm_tests,
    noise_readings,
    sites_in_service,
    water_samples,
)
from indicators.plan.models import Duty, DutyRole, Plan
from indicators.standards.air_day import DayValues

__all__ = ["KINDS_READ", "gather_readings"]

YEARS_SHOWN = 3  # before the plan's year, for the table of years
# measurement → kinds of sites that it reads
KINDS_READ: Mapping[str, tuple[str, ...]] = {
    "air_annual": ("air",),
    "air_good_days": ("air",),
    "area_noise": ("noise_grid",),
    "road_noise": ("noise_road",),
    "sources": ("source",),
    "sections": ("section", "pond"),
    "outflow": ("section",),
    "firms": ("firm",),
}


def gather_readings(plan: Plan, measures: Mapping[int, Collection[str]]) -> dict[int, Readings]:
    """Readings by indicator id, for the measurements that each one is judged by.

    The number of queries follows from the measurements, never from how much was measured: sites and lead units once,
    air days once, water samples once, a year's noise once for each year shown, firms' tests once.
    """
    wanted = {pk: {kind for one in ones for kind in KINDS_READ[one]} for pk, ones in measures.items() if ones}
    kinds = {kind for some in wanted.values() for kind in some}
    if not kinds:
        return {}
    loaded = _Loaded(plan, kinds)
    providers = _providers(list(wanted))
    return {pk: loaded.readings(some, providers.get(pk, "")) for pk, some in wanted.items()}


class _Loaded:
    """The readings of all kinds asked for, read once and handed out by kind."""

    def __init__(self, plan: Plan, kinds: set[str]) -> None:
        start, end = date(plan.year - YEARS_SHOWN, 1, 1), date(plan.year, 12, 31)
        facts = sites_in_service(sorted(kinds), start, end)
        codes = {one.id: one.code for one in facts}
        self._kinds = {one.code: str(one.kind) for one in facts}
        self._sites = [
            SiteInput(
                code=one.code,
                name=one.name,
                kind=str(one.kind),
                unit=one.county,
                target_class=one.target_class,
                water_body=str(one.water_body),
                is_outflow=one.is_outflow,
                is_background=one.is_background,
                length_m=one.length_m,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
            )
            for one in facts
        ]
        this_year = date(plan.year, 1, 1)
        waters = sorted(kinds & {"section", "pond", "source"})
        self._air = _air(start, end, codes) if "air" in kinds else []
        self._samples = [
            SampleInput(
                codes[one.site],
                one.taken_on,
                one.values,
                one.volume,
                one.conclusion,
                one.reading,
                one.batch,
            )
            for one in (water_samples(waters, this_year, end) if waters else ())
            if one.site in codes
        ]
        self._noise = [
            NoiseInput(
                codes[one.site], one.year, one.taken_on, one.leq_day, one.length_m, one.reading, one.batch
            )
            for kind in sorted(kinds & {"noise_grid", "noise_road"})
            for year in range(start.year, plan.year + 1)
            for one in noise_readings(kind, year)
            if one.site in codes
        ]
        self._tests = [
            FirmInput(
                codes[one.site], one.quarter_start, one.in_production, one.compliant, one.reading, one.batch
            )
            for one in (firm_tests(plan.year) if "firm" in kinds else ())
            if one.site in codes
        ]

    def readings(self, kinds: set[str], provider: str) -> Readings:
        """Those of some kinds."""
        return Readings(
            sites=[site for site in self._sites if site.kind in kinds],
            air=self._air if "air" in kinds else (),
            samples=[one for one in self._samples if self._kinds[one.site] in kinds],
            noise=[one for one in self._noise if self._kinds[one.site] in kinds],
            tests=self._tests if "firm" in kinds else (),
            provider=provider,
        )


def _air(start: date, end: date, codes: Mapping[int, str]) -> list[AirInput]:
    return [
        AirInput(
            codes[one.site],
            one.day,
            DayValues(one.so2, one.no2, one.pm10, one.pm25, one.co, one.o3_8h),
            one.reading,
            one.batch,
        )
        for one in air_days(start, end)
        if one.site in codes
    ]


def _providers(indicator_ids: Collection[int]) -> dict[int, str]:
    """Indicator → short name of its lead unit (the first of two), who owes the readings."""
    duties = Duty.objects.filter(
        indicator__in=indicator_ids, role=DutyRole.LEAD, unit__isnull=False, valid_to__isnull=True
    ).order_by("-order")
    return dict(duties.values_list("indicator_id", "unit__short_name"))
