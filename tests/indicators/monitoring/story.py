"""A small world of monitoring: the bureau leads indicators 8 to 12 and 15, the county monitors one section itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from chuangmo.access.models import User
from chuangmo.review import services as review
from chuangmo.review.models import Case
from indicators.monitoring.models import Batch
from indicators.monitoring.services.batches import bring_file
from indicators.plan.models import Site
from tests.factories import Cast, IndicatorFactory, SiteFactory, assign, make_cast

AIR_DAYS = "点位,日期,SO2,NO2,PM10,PM2.5,CO,O3-8h\n"
AIR_HOURS = "station,time,pm25,pm10,so2,no2,co,o3\n"
WATER = "断面,月份,pH,溶解氧,高锰酸盐指数,氨氮,总磷\n"


@dataclass
class World:
    cast: Cast
    station: Site
    other_station: Site
    section: Site
    own_section: Site  # the county's
    source: Site
    grid_point: Site
    road: Site
    firm: Site

    @property
    def clerk(self) -> User:
        return self.cast.lead_clerk

    def bring(self, kind: str, text: str | bytes, name: str = "数据.csv", by: User | None = None) -> Batch:
        content = text.encode() if isinstance(text, str) else text
        who = by or self.clerk
        unit = self.cast.county if who == self.cast.owner else self.cast.bureau
        return bring_file(by=who, unit_id=unit.pk, kind=kind, upload=SimpleUploadedFile(name, content))

    def accept(self, batch: Batch) -> Batch:
        """Through the whole review, by whoever's step it is."""
        move(batch, "submit", batch.created_by)
        move(batch, "sign_off", self.cast.lead if batch.unit == self.cast.bureau else self.cast.colleague)
        if Case.objects.get(pk=batch.case_id).state == "signed_off":
            move(batch, "verify", self.cast.lead)
        move(batch, "accept", self.cast.office)
        return Batch.objects.get(pk=batch.pk)

    def loaded(self, kind: str, text: str, reason: str = "", **more: object) -> Batch:
        batch = self.bring(kind, text, **more)  # type: ignore[arg-type]
        if reason:
            Batch.objects.filter(pk=batch.pk).update(reason=reason)
        return self.accept(batch)


def move(batch: Batch, action: str, by: User, reason: str = "") -> Case:
    case = Case.objects.get(pk=batch.case_id)
    return getattr(review, action)(case_id=case.pk, revision_no=case.revision_no, by=by, reason=reason)


def make_world(cast: Cast | None = None) -> World:
    cast = cast or make_cast()
    for number in (8, 9, 10, 11, 12, 15):
        indicator = IndicatorFactory(plan=cast.plan, number=number, category=cast.indicator.category)
        assign(indicator, cast.bureau, "lead")
        assign(indicator, cast.county)

    def site(code: str, name: str, kind: str, **more: object) -> Site:
        return SiteFactory(code=code, name=name, kind=kind, unit=cast.county, **more)

    return World(
        cast,
        site("air.1", "市环保局站", "air", longitude=Decimal("104.83"), latitude=Decimal("26.59")),
        site("air.2", "凤凰山站", "air", longitude=Decimal("104.86"), latitude=Decimal("26.57")),
        site("sec.1", "德坞河", "section", target_class=3, water_body="river"),
        site("sec.2", "响水河", "section", target_class=4, water_body="river", monitored_by=cast.county),
        site("src.1", "玉舍水库", "source", water_body="lake"),
        site("ng.1", "网格1", "noise_grid"),
        site("nr.1", "人民路", "noise_road", length_m=Decimal(1200)),
        site("firm.1", "水钢", "firm"),
    )
