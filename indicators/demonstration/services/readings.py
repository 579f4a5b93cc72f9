"""The demonstration's sites and readings, brought and accepted as anybody's would be: past years at once, 2017 by month."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from chuangmo.access.models import User
from chuangmo.org.models import Unit
from chuangmo.review import services as review
from indicators.demonstration.rules import readings as rules
from indicators.demonstration.rules.days import at
from indicators.demonstration.services.moments import moment
from indicators.demonstration.services.sheets import World
from indicators.monitoring.models import Batch
from indicators.monitoring.services.batches import bring_file, set_reason
from indicators.plan.models import Site

__all__ = ["load_past_readings", "make_sites", "month_of_readings", "waiting_readings"]

BUREAU = "市环保局"
_PAST = (date(2014, 1, 1), date(2016, 12, 31))


def make_sites() -> int:
    """The demonstration's own sites, and invented positions for those of the plan; returns how many were made."""
    units = {unit.name: unit for unit in Unit.objects.filter(kind="county")}
    rows = [
        Site(
            code=one.code,
            name=one.name,
            kind=one.kind,
            unit=units[one.county],
            order=200 + place,
            longitude=Decimal(one.place[0]),
            latitude=Decimal(one.place[1]),
            **one.more,
        )
        for place, one in enumerate(rules.demo_sites())
    ]
    bulk_create_with_history(rows, Site)
    placed = rules.placed_sites()
    known = list(Site.objects.filter(code__in=placed))
    for site in known:
        longitude, latitude, target = placed[site.code]
        site.longitude, site.latitude = Decimal(longitude), Decimal(latitude)
        site.target_class = target or site.target_class
    bulk_update_with_history(known, Site, ["longitude", "latitude", "target_class"])
    return len(rows)


def load_past_readings(world: World) -> None:
    """2014 to 2016: one file a kind, accepted in January 2017."""
    first, last = _PAST
    noise = "".join(
        text if year == first.year else text.partition("\n")[2]
        for year in range(first.year, last.year + 1)
        if (text := rules.noise_text(year))
    )
    for hour, (kind, name, text) in enumerate(
        (
            ("air_day", "2014—2016年空气日值（演示）.csv", rules.air_text(first, last)),
            ("water", "2014—2016年断面水质（演示）.csv", rules.section_text(first, last)),
            ("water", "2014—2016年水源地水质（演示）.csv", rules.source_text(first, last)),
            ("water", "2014—2016年黑臭水体（演示）.csv", rules.pond_text(first, last)),
            ("noise", "2014—2016年噪声（演示）.csv", noise),
            ("firm", "2014—2016年企业监测（演示）.csv", rules.firm_text(first, last)),
        )
    ):
        _accepted(world, kind, name, text, date(2017, 1, 10), 9 + hour)


def month_of_readings(world: World, number: int) -> None:
    """What came in for a month of 2017, in the first days of the next one."""
    first = date(2017, number, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    day = last + timedelta(days=2)
    label = f"2017年{number}月"
    _accepted(world, "air_day", f"{label}空气日值（演示）.csv", rules.air_text(first, last), day, 9)
    _accepted(world, "water", f"{label}断面水质（演示）.csv", rules.section_text(first, last), day, 10)
    _accepted(world, "water", f"{label}水源地水质（演示）.csv", rules.source_text(first, last), day, 11)
    if number < 5:
        _accepted(world, "water", f"{label}黑臭水体（演示）.csv", rules.pond_text(first, last), day, 14)
    if number == 3:
        text = rules.firm_text(date(2017, 1, 1), last)
        _accepted(world, "firm", "2017年一季度企业监测（演示）.csv", text, day, 15)
    if number == 4:
        _accepted(world, "noise", "2017年噪声（演示）.csv", rules.noise_text(2017), day, 15)


def waiting_readings(world: World) -> None:
    """What stands open on the morning of 6 June: a correction that counts, one batch at the office, one with faults."""
    clerk, _, _ = _people(world)
    lines = rules.section_text(date(2017, 4, 1), date(2017, 4, 30)).splitlines()
    wrong = next(line for line in lines if line.startswith("section.shuicheng-3,"))
    cells = wrong.split(",")
    cells[7] = f"{Decimal(cells[7]) + Decimal('0.080'):f}"
    text = "\n".join((lines[0], ",".join(cells))) + "\n"
    reason = "实验室复核，氨氮原始记录抄错"
    _accepted(world, "water", "4月断面更正（演示）.csv", text, date(2017, 5, 22), 10, reason=reason)
    pond = rules.pond_text(date(2017, 5, 1), date(2017, 5, 31))
    batch = _brought(clerk, "water", "2017年5月黑臭水体（演示）.csv", pond, date(2017, 6, 5), 15)
    _moved(world, batch, date(2017, 6, 5), 15, ("submit", "sign_off"))
    bad = "断面,采样日期,pH,溶解氧,氨氮\n水城河监测断面 9,2017-06-05,7.8,7.1,0.42\nsection.shuicheng-1,2017-06-05,78,7.1,0.42\n"
    _brought(clerk, "water", "6月加密监测（演示，有错）.csv", bad, date(2017, 6, 6), 9)


def _people(world: World) -> tuple[User, User, User]:
    """Who brings, who signs off for the bureau, who accepts."""
    reviewer = world.reviewer(BUREAU)
    assert reviewer is not None  # 市环保局 has both
    return world.reporter(BUREAU), reviewer, world.office()


def _brought(by: User, kind: str, name: str, text: str, day: date, hour: int, *, reason: str = "") -> Batch:
    bureau = Unit.objects.get(short_name=BUREAU)
    with moment(at(day, hour, 5)):
        upload = SimpleUploadedFile(name, text.encode("utf-8-sig"))
        batch = bring_file(by=by, unit_id=bureau.pk, kind=kind, upload=upload)
        if reason:
            batch = set_reason(by=by, batch_id=batch.pk, reason=reason)
    return batch


def _accepted(
    world: World, kind: str, name: str, text: str, day: date, hour: int, *, reason: str = ""
) -> None:
    clerk, _, _ = _people(world)
    batch = _brought(clerk, kind, name, text, day, hour, reason=reason)
    _moved(world, batch, day, hour, ("submit", "sign_off", "accept"))


def _moved(world: World, batch: Batch, day: date, hour: int, actions: tuple[str, ...]) -> None:
    clerk, reviewer, office = _people(world)
    who = {"submit": clerk, "sign_off": reviewer, "accept": office}
    for place, action in enumerate(actions):
        with moment(at(day, hour, 10 + 15 * place)):
            getattr(review, action)(
                case_id=batch.case_id, revision_no=1 if place else 0, by=who[action], reason=""
            )
