"""What is measured: codes, names, units, and the values that no instrument reports.

Codes as in the command-line faces (`assess_air`, `classify_water`). Sources: GB 3095-2012 and HJ 633-2012 (six
pollutants; CO in mg/m³, the rest in µg/m³), GB 3838-2002 tables 1 and 2 (mg/L but for pH), domain.md §4 for watched
lakes. `low` and `high` are bounds of the possible, not limits of a class: beyond them a value is a slip or another unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = [
    "AIR_DAY",
    "AIR_HOUR",
    "WATER",
    "WATER_BY_CODE",
    "Parameter",
    "plain_head",
    "unit_in_head",
]

UG, MG_M3, MG_L = "µg/m³", "mg/m³", "mg/L"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that is measured. `names` are the other spellings in a file's header; `unit` "" for pH."""

    code: str
    label: str
    unit: str
    low: float
    high: float
    names: tuple[str, ...] = ()

    @property
    def spellings(self) -> frozenset[str]:
        return frozenset(plain_head(name) for name in (self.code, self.label, *self.names))

    @property
    def heading(self) -> str:
        """As templates and tables write it: 氨氮(mg/L)."""
        return f"{self.label}({self.unit})" if self.unit else self.label


_SO2 = Parameter("so2", "SO₂", UG, 0, 3000, ("二氧化硫",))
_NO2 = Parameter("no2", "NO₂", UG, 0, 1500, ("二氧化氮",))
_PM10 = Parameter("pm10", "PM₁₀", UG, 0, 5000, ("可吸入颗粒物",))
_PM25 = Parameter("pm25", "PM₂.₅", UG, 0, 2000, ("pm2.5", "细颗粒物"))
_CO = Parameter("co", "CO", MG_M3, 0, 60, ("一氧化碳",))
_O3 = Parameter("o3", "O₃", UG, 0, 1200, ("臭氧", "臭氧1小时", "o3_1h"))
_O3_8H = Parameter(
    "o3_8h",
    "O₃-8h",
    UG,
    0,
    1000,
    ("o3", "臭氧", "臭氧8小时", "臭氧日最大8小时", "o38h", "o3-8h", "臭氧日最大8小时平均"),
)
AIR_HOUR: tuple[Parameter, ...] = (_SO2, _NO2, _PM10, _PM25, _CO, _O3)
AIR_DAY: tuple[Parameter, ...] = (_SO2, _NO2, _PM10, _PM25, _CO, _O3_8H)

WATER: tuple[Parameter, ...] = (
    Parameter("ph", "pH", "", 0, 14, ("ph值", "ph(无量纲)")),
    Parameter("do", "溶解氧", MG_L, 0, 25, ("DO",)),
    Parameter("codmn", "高锰酸盐指数", MG_L, 0, 500, ("CODMn", "高锰酸钾指数")),
    Parameter("cod", "化学需氧量", MG_L, 0, 5000, ("CODCr", "COD")),
    Parameter("bod5", "五日生化需氧量", MG_L, 0, 2000, ("BOD5", "生化需氧量")),
    Parameter("nh3n", "氨氮", MG_L, 0, 500, ("NH3-N", "NH₃-N")),
    Parameter("tp", "总磷", MG_L, 0, 100, ("TP", "总磷(以P计)")),
    Parameter("cu", "铜", MG_L, 0, 100, ("Cu",)),
    Parameter("zn", "锌", MG_L, 0, 100, ("Zn",)),
    Parameter("f", "氟化物", MG_L, 0, 100, ("F", "F-", "F⁻", "氟化物(以F计)")),
    Parameter("se", "硒", MG_L, 0, 10, ("Se",)),
    Parameter("as", "砷", MG_L, 0, 10, ("As",)),
    Parameter("hg", "汞", MG_L, 0, 1, ("Hg",)),
    Parameter("cd", "镉", MG_L, 0, 10, ("Cd",)),
    Parameter("cr6", "六价铬", MG_L, 0, 10, ("Cr6+", "铬(六价)", "Cr⁶⁺")),
    Parameter("pb", "铅", MG_L, 0, 10, ("Pb",)),
    Parameter("cn", "氰化物", MG_L, 0, 10, ("CN", "CN-", "CN⁻", "总氰化物")),
    Parameter("phenol", "挥发酚", MG_L, 0, 10, ("挥发性酚",)),
    Parameter("oil", "石油类", MG_L, 0, 100, ("油类",)),
    Parameter("las", "阴离子表面活性剂", MG_L, 0, 100, ("LAS",)),
    Parameter("sulfide", "硫化物", MG_L, 0, 100, ("S2-",)),
    Parameter("so4", "硫酸盐", MG_L, 0, 5000, ("SO4", "SO42-", "硫酸盐(以SO4计)")),
    Parameter("cl", "氯化物", MG_L, 0, 20000, ("Cl", "Cl-", "氯化物(以Cl计)")),
    Parameter("no3n", "硝酸盐", MG_L, 0, 1000, ("硝酸盐氮", "硝酸盐(以N计)", "NO3-N")),
    Parameter("fe", "铁", MG_L, 0, 1000, ("Fe",)),
    Parameter("mn", "锰", MG_L, 0, 1000, ("Mn",)),
    Parameter("transparency_cm", "透明度", "cm", 0, 2000, ("SD", "transparency")),
    Parameter("orp_mv", "氧化还原电位", "mV", -1000, 1500, ("ORP", "orp")),
    # Measured and kept, but outside a river's class (domain.md §4).
    Parameter("tn", "总氮", MG_L, 0, 500, ("TN", "总氮(以N计)")),
    Parameter("temperature", "水温", "℃", -5, 50, ("温度",)),
    Parameter("coliform", "粪大肠菌群", "个/L", 0, 1e9, ("粪大肠菌群数",)),
)
WATER_BY_CODE = {one.code: one for one in WATER}

_UNIT = re.compile(r"[(\[（【]\s*([^()（）\[\]【】]*?)\s*[)\]）】]\s*$")
# The ways in which files write a unit, brought to ours.
_UNITS = {
    "ug/m3": UG,
    "μg/m3": UG,
    "µg/m3": UG,
    "微克/立方米": UG,
    "mg/m3": MG_M3,
    "毫克/立方米": MG_M3,
    "mg/l": MG_L,
    "毫克/升": MG_L,
    "ug/l": "µg/L",
    "μg/l": "µg/L",
    "微克/升": "µg/L",
    "cm": "cm",
    "m": "m",
    "mv": "mV",
    "ppm": "ppm",
    "ppb": "ppb",
    "无量纲": "",
    "℃": "℃",
    "个/l": "个/L",
    "db(a)": "dB(A)",
    "db": "dB(A)",
}


def plain_head(text: str) -> str:
    """A header in one spelling: NFKC (₂ = 2, full width = half width), no blanks, small letters, no unit behind."""
    found = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    bare = _UNIT.sub("", found)
    return (bare or found).replace("µ", "μ")


def unit_in_head(text: str) -> str | None:
    """The unit that a header names in brackets, in our spelling; None where it names none that we know."""
    found = _UNIT.search("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    return _UNITS.get(found[1].casefold().replace("μ", "μ"))
