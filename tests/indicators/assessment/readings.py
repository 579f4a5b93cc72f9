"""Readings as the monitoring part would have written them: accepted batches with rows, for tests of the assessment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.files.models import StoredFile
from chuangmo.org.models import Unit
from chuangmo.review.models import State
from indicators.monitoring.models import AirDay, Batch, FirmTest, NoiseReading, WaterSample
from indicators.plan.models import Site
from tests.factories import CaseFactory, SiteFactory

CLEAN = {"so2": 20.0, "no2": 20.0, "pm10": 50.0, "pm25": 30.0, "co": 1.0, "o3_8h": 90.0}


def make_batch(kind: str, unit: Unit, by: User, name: str = "四月监测.xlsx") -> Batch:
    """An accepted batch of the unit."""
    number = Batch.objects.count()
    stored = StoredFile.objects.create(
        sha256=f"{number:064x}", size=4, mime="text/csv", path=f"readings/{number}.csv"
    )
    case = CaseFactory(
        kind="readings", unit=unit, state=State.ACCEPTED, revision_no=1, accepted_revision_no=1
    )
    return Batch.objects.create(
        kind=kind,
        unit=unit,
        case=case,
        file=stored,
        name=name,
        created_by=by,
        accepted_by=by,
        loaded_at=timezone.now(),
    )


def make_site(code: str, kind: str, unit: Unit, **fields: Any) -> Site:
    return SiteFactory(code=code, kind=kind, unit=unit, **fields)


def air_month(site: Site, batch: Batch, month: date, bad: int = 0) -> None:
    """A whole month of a station, its first days above class 2."""
    days = [month + timedelta(days=number) for number in range(31)]
    AirDay.objects.bulk_create(
        AirDay(site=site, batch=batch, day=day, **{**CLEAN, "pm25": 80.0 if number < bad else 25.0})
        for number, day in enumerate(days)
        if day.month == month.month
    )


def water(site: Site, batch: Batch, at: date, **values: str) -> WaterSample:
    return WaterSample.objects.create(site=site, batch=batch, taken_on=at, values=values)


def noise(site: Site, batch: Batch, leq: str, at: date = date(2017, 4, 10)) -> NoiseReading:
    return NoiseReading.objects.create(
        site=site, batch=batch, year=at.year, taken_on=at, leq_day=Decimal(leq)
    )


def firm_test(site: Site, batch: Batch, quarter_start: date, compliant: bool | None) -> FirmTest:
    return FirmTest.objects.create(
        site=site,
        batch=batch,
        quarter_start=quarter_start,
        in_production=compliant is not None,
        compliant=compliant,
    )
