"""The figures of the air standards: pollutants, units, decimals, limits and breakpoints. Data only.

GB 3095-2012 《环境空气质量标准》 tables 1 (limits, class 2) and HJ 633-2012 《环境空气质量指数（AQI）技术规定（试行）》
table 1 (breakpoints); decimals by HJ 663-2013 《环境空气质量评价技术规范（试行）》 table 1. Limits are handed to the functions
that judge by them, so that another class or a later edition is another table, not other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

__all__ = [
    "ANNUAL",
    "ANNUAL_CODES",
    "CLASS_2_DAY",
    "CODES",
    "HOUR_CODES",
    "IAQI_STEPS",
    "NAMES",
    "PLACES",
    "UNITS",
    "Annual",
]

# The six pollutants of a day, in the order in which every tuple of this package holds them.
CODES = ("so2", "no2", "pm10", "pm25", "co", "o3_8h")
# Those of an hour, in the order in which monitoring files write them.
HOUR_CODES = ("pm25", "pm10", "so2", "no2", "co", "o3")

NAMES: Mapping[str, str] = {
    "so2": "SO₂",
    "no2": "NO₂",
    "pm10": "PM₁₀",
    "pm25": "PM₂.₅",
    "co": "CO",
    "o3": "O₃",
    "o3_8h": "O₃-8h",
}
UNITS: Mapping[str, str] = {code: "mg/m³" if code == "co" else "µg/m³" for code in NAMES}
# Decimals kept: HJ 663-2013 table 1 (CO one, the rest none).
PLACES: Mapping[str, int] = {code: 1 if code == "co" else 0 for code in NAMES}

# GB 3095-2012 table 1, class 2, 24 h means; O₃: maximum 8 h mean of the day. Also the 100 of HJ 633 table 1.
CLASS_2_DAY: Mapping[str, Decimal] = {
    "so2": Decimal(150),
    "no2": Decimal(80),
    "pm10": Decimal(150),
    "pm25": Decimal(75),
    "co": Decimal(4),
    "o3_8h": Decimal(160),
}

# HJ 633-2012 table 1: concentrations at the steps of the index. Days use the 8 h ozone only, whose table ends at 300.
IAQI_STEPS = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS: Mapping[str, tuple[int, ...]] = {
    "so2": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "no2": (0, 40, 80, 180, 280, 565, 750, 940),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 35, 75, 115, 150, 250, 350, 500),
    "co": (0, 2, 4, 14, 24, 36, 48, 60),
    "o3_8h": (0, 100, 160, 215, 265, 800),
}


class Annual(NamedTuple):
    """One annual statistic: of which pollutant, mean or percentile (a share of 1), and the class 2 limit."""

    pollutant: str
    percentile: Decimal | None
    limit: Decimal


# GB 3095-2012 table 1, class 2, annual; the percentiles of HJ 663-2013 table 1 are judged by the daily limits.
ANNUAL: Mapping[str, Annual] = {
    "so2": Annual("so2", None, Decimal(60)),
    "no2": Annual("no2", None, Decimal(40)),
    "pm10": Annual("pm10", None, Decimal(70)),
    "pm25": Annual("pm25", None, Decimal(35)),
    "co_p95": Annual("co", Decimal("0.95"), Decimal(4)),
    "o3_8h_p90": Annual("o3_8h", Decimal("0.90"), Decimal(160)),
}
ANNUAL_CODES = tuple(ANNUAL)
