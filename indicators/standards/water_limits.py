"""The figures of the surface-water standard: parameters, limits, detection limits. Data only.

GB 3838-2002 《地表水环境质量标准》 table 1 (classes), table 2 (drinking-water sources), table 4 (lowest detection limits of
the methods). Of table 1 the 21 parameters of 《地表水环境质量评价办法（试行）》 (环办〔2011〕22号) 二(一): water temperature,
total nitrogen and faecal coliforms take no part in the class. All in mg/L, pH without unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

__all__ = [
    "CLASSES",
    "CLASS_NAMES",
    "LAKE",
    "RIVER",
    "SUPPLEMENT",
    "TABLE_1",
    "WORSE_THAN_V",
    "Kind",
    "Parameter",
    "parameters_of",
]

Kind = Literal["river", "lake"]
RIVER: Kind = "river"
LAKE: Kind = "lake"  # reservoirs too

CLASSES = (1, 2, 3, 4, 5)
WORSE_THAN_V = 6
CLASS_NAMES: Mapping[int, str] = {1: "Ⅰ类", 2: "Ⅱ类", 3: "Ⅲ类", 4: "Ⅳ类", 5: "Ⅴ类", WORSE_THAN_V: "劣Ⅴ类"}


class Parameter(NamedTuple):
    """A parameter: its class limits I to V, which side of them is better, and the method's lowest detection limit.

    better: "low" (a concentration), "high" (dissolved oxygen), "range" (pH: between the two limits or worse than V).
    detection: half of it stands in means for a 未检出 that names no limit of its own.
    """

    name: str
    limits: tuple[Decimal, ...]
    detection: Decimal | None = None
    better: Literal["low", "high", "range"] = "low"


def _limits(text: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, text.split("/")))


def _low(name: str, limits: str, detection: str) -> Parameter:
    return Parameter(name, _limits(limits), Decimal(detection))


# GB 3838-2002 table 1 in its order, table 4 for the last figure.
TABLE_1: Mapping[str, Parameter] = {
    "ph": Parameter("pH", _limits("6/9"), better="range"),
    "do": Parameter("溶解氧", _limits("7.5/6/5/3/2"), better="high"),
    "codmn": _low("高锰酸盐指数", "2/4/6/10/15", "0.5"),
    "cod": _low("化学需氧量", "15/15/20/30/40", "10"),
    "bod5": _low("五日生化需氧量", "3/3/4/6/10", "2"),
    "nh3n": _low("氨氮", "0.15/0.5/1.0/1.5/2.0", "0.05"),
    "tp": _low("总磷", "0.02/0.1/0.2/0.3/0.4", "0.01"),
    "cu": _low("铜", "0.01/1/1/1/1", "0.001"),
    "zn": _low("锌", "0.05/1/1/2/2", "0.05"),
    "f": _low("氟化物", "1/1/1/1.5/1.5", "0.05"),
    "se": _low("硒", "0.01/0.01/0.01/0.02/0.02", "0.00025"),
    "as": _low("砷", "0.05/0.05/0.05/0.1/0.1", "0.007"),
    "hg": _low("汞", "0.00005/0.00005/0.0001/0.001/0.001", "0.00005"),
    "cd": _low("镉", "0.001/0.005/0.005/0.005/0.01", "0.001"),
    "cr6": _low("铬（六价）", "0.01/0.05/0.05/0.05/0.1", "0.004"),
    "pb": _low("铅", "0.01/0.01/0.05/0.05/0.1", "0.01"),
    "cn": _low("氰化物", "0.005/0.05/0.2/0.2/0.2", "0.004"),
    "phenol": _low("挥发酚", "0.002/0.002/0.005/0.01/0.1", "0.002"),
    "oil": _low("石油类", "0.05/0.05/0.05/0.5/1.0", "0.01"),
    "las": _low("阴离子表面活性剂", "0.2/0.2/0.2/0.3/0.3", "0.05"),
    "sulfide": _low("硫化物", "0.05/0.1/0.2/0.5/1.0", "0.005"),
}
# Total phosphorus has a column of its own for lakes and reservoirs.
_LAKE_TP = _low("总磷", "0.01/0.025/0.05/0.1/0.2", "0.01")
_LAKE_TABLE: Mapping[str, Parameter] = {**TABLE_1, "tp": _LAKE_TP}

# GB 3838-2002 table 2: one limit each, drinking-water sources only.
SUPPLEMENT: Mapping[str, Parameter] = {
    "so4": _low("硫酸盐", "250", "8"),
    "cl": _low("氯化物", "250", "2.5"),
    "no3n": _low("硝酸盐氮", "10", "0.02"),
    "fe": _low("铁", "0.3", "0.03"),
    "mn": _low("锰", "0.1", "0.01"),
}


def parameters_of(kind: Kind) -> Mapping[str, Parameter]:
    """Table 1 for a river, or for a lake or reservoir. ValueError for any other kind."""
    if kind == RIVER:
        return TABLE_1
    if kind == LAKE:
        return _LAKE_TABLE
    raise ValueError(f"水体类型只有 river（河流）和 lake（湖库），没有“{kind}”")
