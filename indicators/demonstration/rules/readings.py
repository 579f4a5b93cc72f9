"""Invented sites and readings of the demonstration: the same at every run, and good enough for the rules to bite.

Nothing here is a real measurement or a real position; names that the plan does not give bear “（演示）”.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import cos, pi
from typing import Any

from .chance import noise, pick

__all__ = [
    "GRID_POINTS",
    "ROADS",
    "DemoSite",
    "air_text",
    "demo_sites",
    "firm_text",
    "noise_text",
    "placed_sites",
    "pond_text",
    "section_text",
    "source_text",
]

ZHONGSHAN, SHUICHENG, LIUZHI, PAN = "钟山区人民政府", "水城县人民政府", "六枝特区人民政府", "盘县人民政府"
GRID_POINTS, ROADS = 110, 24


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site that only the demonstration has."""

    code: str
    name: str
    kind: str
    county: str
    place: tuple[str, str]
    more: dict[str, Any] = field(default_factory=dict)


def demo_sites() -> list[DemoSite]:
    """Air stations, sections, noise points and roads."""
    return [*_stations(), *_sections(), *_grid(), *_roads()]


def placed_sites() -> dict[str, tuple[str, str, int | None]]:
    """Invented positions (and target class) of the waters and firms that the plan names: longitude, latitude, class."""
    return {
        "source.yushe": ("104.8412", "26.4487", 3),
        "source.yaoshang": ("104.7985", "26.6421", 3),
        "pond.minghu": ("104.7921", "26.5903", None),
        "pond.fengchi": ("104.8452", "26.5868", None),
        "pond.dewu": ("104.8105", "26.6015", None),
        "pond.kadakaisi": ("104.9208", "26.5521", None),
        "section.shuicheng-1": ("104.7810", "26.5921", 4),
        "section.shuicheng-2": ("104.8203", "26.5895", 4),
        "section.shuicheng-3": ("104.8611", "26.5862", 4),
        "section.shuicheng-4": ("104.9127", "26.5793", 4),
        "firm.faer": ("104.7402", "26.3218", None),
        "firm.yueqian": ("104.5511", "25.8503", None),
        "firm.qiangui": ("104.6420", "25.7126", None),
        "firm.shuigang": ("104.8718", "26.6052", None),
    }


def _stations() -> Iterator[DemoSite]:
    for code, name, place, background in (
        ("demo.air-1", "钟山大道站（演示）", ("104.8316", "26.5932"), False),
        ("demo.air-2", "凤凰山站（演示）", ("104.8637", "26.5748"), False),
        ("demo.air-3", "双水站（演示）", ("104.9351", "26.5486"), False),
        ("demo.air-4", "南郊对照站（演示）", ("104.8077", "26.5219"), True),
    ):
        yield DemoSite(code, name, "air", ZHONGSHAN, place, {"is_background": background})


def _sections() -> Iterator[DemoSite]:
    for number, (county, name, place, target, outflow) in enumerate(
        (
            (SHUICHENG, "北盘江上游断面（演示）", ("104.7714", "26.3405"), 2, False),
            (LIUZHI, "六枝河出境断面（演示）", ("105.4712", "26.2093"), 3, True),
            (PAN, "拖长江出境断面（演示）", ("104.5218", "25.7305"), 3, True),
            (SHUICHENG, "三岔河断面（演示）", ("105.0127", "26.6318"), 3, False),
        ),
        1,
    ):
        more = {"target_class": target, "water_body": "river", "is_outflow": outflow}
        yield DemoSite(f"demo.section-{number}", name, "section", county, place, more)


def _grid() -> Iterator[DemoSite]:
    for number in range(GRID_POINTS):
        row, column = divmod(number, 11)
        place = (f"{104.79 + column * 0.0128:.4f}", f"{26.555 + row * 0.0072:.4f}")
        yield DemoSite(
            f"demo.grid-{number + 1:03d}", f"网格 {number + 1}（演示）", "noise_grid", ZHONGSHAN, place
        )


def _roads() -> Iterator[DemoSite]:
    for number in range(ROADS):
        row, column = divmod(number, 6)
        place = (f"{104.80 + column * 0.0229:.4f}", f"{26.562 + row * 0.0163:.4f}")
        length = Decimal(600 + 100 * pick(18, "length", number))
        yield DemoSite(
            f"demo.road-{number + 1:02d}",
            f"路段 {number + 1}（演示）",
            "noise_road",
            ZHONGSHAN,
            place,
            {"length_m": length},
        )


# Readings as the files in which they come --------------------------------------------------------------

_WINTER = {
    1: 1.0,
    12: 0.9,
    2: 0.85,
    11: 0.6,
    3: 0.55,
    10: 0.35,
    4: 0.3,
    5: 0.2,
    9: 0.15,
    6: 0.1,
    7: 0.05,
    8: 0.05,
}


def air_text(first: date, last: date) -> str:
    """Daily values of the four stations: clean summers, some hazy days in winter, less of them year by year."""
    lines = ["点位,日期,SO2(μg/m3),NO2(μg/m3),PM10(μg/m3),PM2.5(μg/m3),CO(mg/m3),O3-8h(μg/m3)"]
    day = first
    while day <= last:
        episode = pick(100, "haze", day) < 18 * _WINTER[day.month]
        base = (23 + 21 * _WINTER[day.month]) * (1 - 0.05 * (day.year - 2014))
        city = float(noise("air", day)) * 9
        for number in (1, 2, 3, 4):
            if pick(250, "gap", number, day) == 0:
                continue  # a day without a report
            own = float(noise("station", number, day)) * 4
            fine = max(base + city + own + (58 if episode else 0), 6) * (0.6 if number == 4 else 1)
            ozone = 70 + 38 * cos((day.timetuple().tm_yday - 170) / 365 * 2 * pi) + city * 1.4 + own
            lines.append(
                f"demo.air-{number},{day},{fine * 0.42:.0f},{16 + fine * 0.2:.0f},{fine * 1.6:.0f},"
                f"{fine:.0f},{0.5 + fine * 0.008:.1f},{max(ozone, 12):.0f}"
            )
        day += timedelta(days=1)
    return "\n".join(lines) + "\n"


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _near(middle: float, spread: float, places: int, *about: object) -> str:
    return f"{middle * (1 + spread * float(noise(*about))):.{places}f}"


_SECTIONS = {
    # code: how dirty (1 = a class III river), in which year the cleaning began
    "section.shuicheng-1": 1.15,
    "section.shuicheng-2": 1.35,
    "section.shuicheng-3": 1.5,
    "section.shuicheng-4": 1.3,
    "demo.section-1": 0.5,
    "demo.section-2": 0.85,
    "demo.section-3": 0.9,
    "demo.section-4": 0.75,
}


def section_text(first: date, last: date) -> str:
    """Monthly samples of the sections; the river in the city gets cleaner year by year."""
    heads = [
        "pH",
        "溶解氧",
        "高锰酸盐指数",
        "化学需氧量",
        "五日生化需氧量",
        "氨氮",
        "总磷",
        "氟化物",
        "挥发酚",
        "石油类",
    ]
    heads += ["六价铬", "砷", "汞", "铅", "镉", "铜", "锌", "硒", "氰化物", "阴离子表面活性剂", "硫化物"]
    lines = ["断面,采样日期," + ",".join(heads)]
    for month in _months(first, last):
        for code, dirt in _SECTIONS.items():
            day = month.replace(day=4 + pick(6, "day", code, month))
            years = month.year + (month.month - 1) / 12 - 2014
            worse = dirt * (1.22 - 0.1 * years) if dirt > 1 else dirt
            about = (code, month)
            cells = [
                _near(7.8, 0.03, 2, "ph", *about),
                _near(8.4 - 2.0 * worse, 0.06, 2, "do", *about),
                _near(3.6 * worse, 0.12, 1, "mn", *about),
                _near(13 * worse, 0.12, 0, "cod", *about),
                _near(2.7 * worse, 0.1, 1, "bod", *about),
                _near(0.62 * worse, 0.22, 3, "nh3n", *about),
                _near(0.12 * worse, 0.2, 3, "tp", *about),
                _near(0.3, 0.2, 2, "f", *about),
                "0.0003L" if dirt < 1 else _near(0.0012, 0.3, 4, "phenol", *about),
                "0.01L" if worse < 1 else _near(0.03, 0.2, 2, "oil", *about),
                "0.004L",
                _near(0.002, 0.3, 4, "as", *about),
                "0.00004L",
                "0.001L",
                "0.0001L",
                "0.001L",
                "0.05L",
                "0.0004L",
                "0.004L",
                "0.05L",
                "0.005L",
            ]
            lines.append(f"{code},{day}," + ",".join(cells))
    return "\n".join(lines) + "\n"


def source_text(first: date, last: date) -> str:
    """Monthly samples of the two reservoirs with what was taken from them."""
    heads = [
        "pH",
        "溶解氧",
        "高锰酸盐指数",
        "化学需氧量",
        "五日生化需氧量",
        "氨氮",
        "总磷",
        "氟化物",
        "砷",
        "汞",
    ]
    heads += ["铅", "镉", "六价铬", "硫酸盐", "氯化物", "硝酸盐", "铁", "锰", "取水量"]
    lines = ["水源地,采样日期," + ",".join(heads)]
    for month in _months(first, last):
        for code, volume in (("source.yushe", 285), ("source.yaoshang", 96)):
            day = month.replace(day=3 + pick(5, "day", code, month))
            about = (code, month)
            cells = [
                _near(7.9, 0.02, 2, "ph", *about),
                _near(8.1, 0.05, 2, "do", *about),
                _near(1.8, 0.15, 1, "mn", *about),
                "10L",
                _near(1.4, 0.15, 1, "bod", *about),
                "0.025L" if pick(3, "nd", *about) else _near(0.06, 0.2, 3, "nh3n", *about),
                _near(0.02, 0.25, 3, "tp", *about),
                _near(0.18, 0.2, 2, "f", *about),
                "0.0003L",
                "0.00004L",
                "0.001L",
                "0.0001L",
                "0.004L",
                _near(48, 0.15, 1, "so4", *about),
                _near(4.5, 0.2, 1, "cl", *about),
                _near(1.1, 0.2, 2, "no3", *about),
                _near(0.05, 0.3, 2, "fe", *about),
                "0.01L",
                _near(volume, 0.06, 1, "volume", *about),
            ]
            lines.append(f"{code},{day}," + ",".join(cells))
    return "\n".join(lines) + "\n"


def pond_text(first: date, last: date) -> str:
    """Monthly looks at the four waters without a class."""
    lines = ["点位,采样日期,透明度(cm),溶解氧(mg/L),氧化还原电位(mV),氨氮(mg/L)"]
    for month in _months(first, last):
        for code, clear in (
            ("pond.minghu", 95),
            ("pond.fengchi", 60),
            ("pond.dewu", 48),
            ("pond.kadakaisi", 34),
        ):
            about = (code, month)
            years = month.year - 2014
            lines.append(
                f"{code},{month.replace(day=10 + pick(6, 'day', *about))},"
                f"{_near(clear * (0.75 + 0.1 * years), 0.1, 0, 'clear', *about)},"
                f"{_near(3 + clear / 30, 0.1, 2, 'do', *about)},"
                f"{_near(90 + clear, 0.1, 0, 'orp', *about)},"
                f"{_near(240 / clear * (1 - 0.12 * years), 0.15, 2, 'nh3n', *about)}"
            )
    return "\n".join(lines) + "\n"


def noise_text(year: int) -> str:
    """A year's levels by day at the grid points and along the roads."""
    lines = ["点位,监测日期,昼间等效声级,路段长度"]
    month = 4 if year == 2017 else 9
    for number in range(1, GRID_POINTS + 1):
        day = date(year, month, 10 + number % 15)
        lines.append(f"demo.grid-{number:03d},{day},{_near(54.6, 0.07, 1, 'grid', number, year)},")
    for number in range(1, ROADS + 1):
        day = date(year, month, 10 + number % 15)
        lines.append(f"demo.road-{number:02d},{day},{_near(67.6, 0.03, 1, 'road', number, year)},")
    return "\n".join(lines) + "\n"


def firm_text(first: date, last: date) -> str:
    """Quarterly tests of the four firms; one stood still for a quarter."""
    lines = ["企业,季度,监测日期,生产情况,是否达标,监测结果,说明"]
    for month in _months(first, last):
        if month.month % 3 != 1:
            continue
        quarter = (month.month + 2) // 3
        for code in ("firm.faer", "firm.yueqian", "firm.qiangui", "firm.shuigang"):
            day = month + timedelta(days=35 + pick(20, "day", code, month))
            if code == "firm.yueqian" and month == date(2015, 7, 1):
                lines.append(f"{code},{month.year}Q{quarter},,停产,,,全季停机检修")
                continue
            results = f"SO2 {_near(96, 0.2, 0, 'so2', code, month)} mg/m³；NOx {_near(105, 0.2, 0, 'nox', code, month)} mg/m³"
            lines.append(f"{code},{month.year}Q{quarter},{day},在产,达标,{results},")
    return "\n".join(lines) + "\n"
