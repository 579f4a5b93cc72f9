"""Classes of surface water.

GB 3838-2002 5 (single-factor method) with 《地表水环境质量评价办法（试行）》 (环办〔2011〕22号) 二, 三(一): the class is that of
the worst of the 21 parameters. Values are compared unrounded (GB/T 8170-2008 4.3.2). A blank takes no part; a value below
detection complies, and stands for half its limit in a mean (HJ/T 91-2002 3.6.3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from indicators.standards.water_limits import (
    CLASSES,
    SUPPLEMENT,
    TABLE_1,
    WORSE_THAN_V,
    Kind,
    Parameter,
    parameters_of,
)

__all__ = [
    "Classified",
    "Measured",
    "Sample",
    "black_odorous",
    "class_of",
    "classify",
    "mean_of",
    "mean_sample",
    "parse_measured",
    "year_sample",
]


class Measured(NamedTuple):
    """A laboratory's figure. below: under the detection limit, which is `value` (None: 未检出 without a limit)."""

    value: Decimal | None
    below: bool = False

    def __str__(self) -> str:
        if self.value is None:
            return "未检出"
        return f"{self.value:f}L" if self.below else f"{self.value:f}"


Sample = Mapping[str, Measured]  # parameter code → figure; a parameter that was not measured is not in it


@dataclass(frozen=True, slots=True)
class Classified:
    """A class (1–5, 6 = worse than V, None = nothing was measured) and how it came about.

    by_parameter: the class of each measured parameter, in table order. measured is out of `len(TABLE_1)` = 21.
    """

    water_class: int | None
    by_parameter: Mapping[str, int]

    @property
    def measured(self) -> int:
        return len(self.by_parameter)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The parameters that have the worst class."""
        return tuple(code for code, found in self.by_parameter.items() if found == self.water_class)

    def meets(self, target: int) -> bool | None:
        """Whether the class is the target's or better; None without a class (数据不全, counted neither way)."""
        return None if self.water_class is None else self.water_class <= target


# Reading ----------------------------------------------------------------------------------------------

NOT_DETECTED = ("未检出", "未检测出", "低于检出限", "nd", "n.d.", "bdl")
MISSING = ("", "-", "--", "—", "——", "/", "na", "n/a", "nan", "null", "none", "未测", "未监测", "缺测")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_BELOW = re.compile(r"(?:[<＜≤]\s*(?P<under>[0-9.eE+-]+)|(?P<limit>[0-9.eE+-]+)\s*[lL])")


def parse_measured(text: str) -> Measured | None:
    """Read a laboratory's figure: “0.031”, “0.01L”, “<0.01”, “未检出”; None for a blank.

    ValueError, in Chinese, for anything else and for a negative or endless number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in MISSING:
        return None
    if plain.lower() in NOT_DETECTED:
        return Measured(None, below=True)
    found = _BELOW.fullmatch(plain)
    if found is None:
        return Measured(_number(plain, text))
    value = _number(found["under"] or found["limit"], text)
    if value == 0:
        raise ValueError(f"“{text}”的检出限不能是零")
    return Measured(value, below=True)


def _number(plain: str, text: str) -> Decimal:
    if _NUMBER.fullmatch(plain) is None:
        raise ValueError(f"“{text}”不是数值")
    value = Decimal(plain)
    if value < 0:
        raise ValueError(f"“{text}”是负数")
    return value


# Judging ----------------------------------------------------------------------------------------------


def class_of(parameter: Parameter, measured: Measured) -> int:
    """The class of one figure: the first of I to V whose limit it keeps, else 6.

    Below detection complies: class I. ValueError where that says nothing: pH, and oxygen, of which little is bad.
    """
    if measured.below:
        if parameter.better != "low":
            raise ValueError(f"{parameter.name}不能是“{measured}”")
        return CLASSES[0]
    value = measured.value
    if value is None:
        raise ValueError(f"{parameter.name}没有数值")
    if parameter.better == "range":
        low, high = parameter.limits
        return CLASSES[0] if low <= value <= high else WORSE_THAN_V
    for number, limit in zip(CLASSES, parameter.limits, strict=True):
        if value >= limit if parameter.better == "high" else value <= limit:
            return number
    return WORSE_THAN_V


def classify(sample: Sample, kind: Kind) -> Classified:
    """The class of a sample or of a year's mean. Codes outside the 21 take no part."""
    found = {
        code: class_of(parameter, sample[code])
        for code, parameter in parameters_of(kind).items()
        if code in sample
    }
    return Classified(max(found.values(), default=None), found)


# Means ------------------------------------------------------------------------------------------------


def mean_of(values: Sequence[Measured], parameter: Parameter) -> Measured:
    """The mean of several figures, a value below detection as half its limit.

    All below: below, with the largest limit. A 未检出 without a limit takes that of its parameter's method (table 4).
    ValueError without values, or where pH or oxygen is below detection.
    """
    if not values:
        raise ValueError(f"{parameter.name}没有数据，不能求均值")
    if all(value.below for value in values):
        return Measured(max(_limit_of(value, parameter) for value in values), below=True)
    return Measured(sum((_counted(value, parameter) for value in values), Decimal(0)) / len(values))


def _counted(measured: Measured, parameter: Parameter) -> Decimal:
    if measured.below:
        return _limit_of(measured, parameter) / 2
    if measured.value is None:
        raise ValueError(f"{parameter.name}没有数值")
    return measured.value


def _limit_of(measured: Measured, parameter: Parameter) -> Decimal:
    limit = parameter.detection if measured.value is None else measured.value
    if limit is None or parameter.better != "low":
        raise ValueError(f"{parameter.name}不能是“{measured}”")
    return limit


def mean_sample(samples: Iterable[Sample]) -> dict[str, Measured]:
    """The mean of each parameter over the samples that measured it (tables 1 and 2)."""
    samples = list(samples)
    return {
        code: mean_of(values, parameter)
        for code, parameter in {**TABLE_1, **SUPPLEMENT}.items()
        if (values := [sample[code] for sample in samples if code in sample])
    }


def year_sample(samples: Iterable[tuple[int, Sample]]) -> dict[str, Measured]:
    """The year's figure of each parameter: the mean of its months, each the mean of that month's samples.

    samples: (month, sample). A section's year is judged by this (a decision of this product, editable as the
    rule's mode), its months by their own values.
    """
    by_month: dict[int, list[Sample]] = {}
    for month, sample in samples:
        by_month.setdefault(month, []).append(sample)
    return mean_sample(mean_sample(of_month) for _, of_month in sorted(by_month.items()))


# Waters without a class -------------------------------------------------------------------------------

# 《城市黑臭水体整治工作指南》 (建城〔2015〕130号) table 1: (code, name, better high, limit)
BLACK_ODOROUS = (
    ("transparency_cm", "透明度", True, Decimal(25)),
    ("do", "溶解氧", True, Decimal(2)),
    ("orp_mv", "氧化还原电位", True, Decimal(50)),
    ("nh3n", "氨氮", False, Decimal(8)),
)


def black_odorous(values: Mapping[str, Decimal | None]) -> tuple[str, ...] | None:
    """The codes that make a pond black and odorous: transparency < 25 cm, DO < 2, ORP < 50 mV, NH₃-N > 8 mg/L.

    Empty: none of the measured ones does. None: nothing was measured.
    """
    there = {code: value for code, *_ in BLACK_ODOROUS if (value := values.get(code)) is not None}
    if not there:
        return None
    return tuple(
        code
        for code, _, high, limit in BLACK_ODOROUS
        if code in there and (there[code] < limit if high else there[code] > limit)
    )
