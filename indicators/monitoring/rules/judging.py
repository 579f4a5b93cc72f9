"""What one reading says by itself: a day's AQI, a sample's class. For lists and site pages; verdicts are assessment's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.standards.air_day import DayValues, aqi, is_good, round_day
from indicators.standards.surface_water import Measured, black_odorous, classify, parse_measured
from indicators.standards.water_limits import CLASS_NAMES, LAKE, RIVER, parameters_of
from indicators.standards.water_source import judge_source

__all__ = ["Judged", "day_judged", "sample_judged"]

_PRIMARY = {"so2": "SO₂", "no2": "NO₂", "pm10": "PM₁₀", "pm25": "PM₂.₅", "co": "CO", "o3_8h": "O₃"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading in words with its sign (`status` as the house's signs: met missed partial none)."""

    status: str
    text: str
    value: int | None = None


def day_judged(values: Sequence[float | None]) -> Judged:
    """A station's day: AQI, level and what set it."""
    rounded = round_day(DayValues(*values))
    index, good = aqi(rounded), is_good(rounded)
    if index is None:
        return Judged("partial", "无有效数据")
    primary = "、".join(_PRIMARY[code] for code in index.primary)
    words = f"AQI {index.value} {index.level}" + (f"（{primary}）" if primary else "")
    if good is None:
        return Judged("partial", f"{words}，数据不全", index.value)
    return Judged("met" if good else "missed", words, index.value)


def sample_judged(
    values: Mapping[str, str], *, kind: str, water_body: str, target: int | None, conclusion: str = ""
) -> Judged:
    """A water sample by its site's kind: class against the target, a source's compliance, black-and-odorous water."""
    if conclusion:
        good = conclusion == "yes"
        return Judged("met" if good else "missed", "达标（报告结论）" if good else "不达标（报告结论）")
    if kind == "pond":
        return _pond(values)
    sample = _measured(values)
    table = LAKE if water_body == "lake" else RIVER
    if kind == "source":
        return _source(sample, water_body)
    found = classify(sample, table)
    if found.water_class is None:
        return Judged("partial", "没有可判类的项目")
    words = CLASS_NAMES[found.water_class]
    if found.water_class > 1 and found.decided_by:
        words += "（" + "、".join(parameters_of(table)[code].name for code in found.decided_by[:3]) + "）"
    meets = found.meets(target) if target else None
    return Judged("none" if meets is None else "met" if meets else "missed", words, found.water_class)


def _source(sample: Mapping[str, Measured], water_body: str) -> Judged:
    if water_body == "ground":
        return Judged("partial", "地下水按报告结论")
    judged = judge_source(sample, RIVER if water_body == "river" else LAKE)
    if judged.compliant is None:
        return Judged("partial", "没有可判的项目")
    if judged.compliant:
        return Judged("met", f"达标（测 {judged.measured} 项）")
    return Judged("missed", f"超标 {len(judged.exceeded)} 项")


def _pond(values: Mapping[str, str]) -> Judged:
    numbers: dict[str, Decimal | None] = {}
    for code, text in values.items():
        try:
            numbers[code] = Decimal(text)
        except ArithmeticError:
            numbers[code] = None  # below detection: not black by it
    found = black_odorous(numbers)
    if found is None:
        return Judged("partial", "没有可判的项目")
    names = {"transparency_cm": "透明度", "do": "溶解氧", "orp_mv": "氧化还原电位", "nh3n": "氨氮"}
    if not found:
        return Judged("met", "不黑臭")
    return Judged("missed", "黑臭（" + "、".join(names[code] for code in found) + "）")


def _measured(values: Mapping[str, str]) -> dict[str, Measured]:
    found = {}
    for code, text in values.items():
        try:
            measured = parse_measured(text)
        except ValueError:
            continue  # an ORP below zero, which no class asks for
        if measured is not None:
            found[code] = measured
    return found
