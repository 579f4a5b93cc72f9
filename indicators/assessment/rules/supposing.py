"""What-if: the same inputs with a few of them supposed to be otherwise. Pure; nothing of it is ever stored.

A cell's key says what it is: `F` a figure, `C` a checklist answer, `A` a month's bad days, `W` a water parameter, `N` a
noise level, `T` a firm's quarter, then what names it, joined by `|`. An empty text changes nothing; 缺 leaves it out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from chuangmo.periods import Kind, Period, parse
from indicators.standards.air_day import DayValues
from indicators.standards.air_limits import CLASS_2_DAY, CODES
from indicators.standards.rounding import format_number
from indicators.standards.surface_water import BLACK_ODOROUS, parse_measured
from indicators.standards.water_limits import SUPPLEMENT, TABLE_1

from .figures import ChecklistInput, Done, FigureInput, Inputs
from .readings import AirInput, FirmInput, NoiseInput, Readings, SampleInput
from .schema import IndicatorRule, elements_read, measures_read

__all__ = ["GONE", "Cell", "SupposeFault", "cells", "periods_of", "sites_of", "suppose"]

GONE = "缺"
BAD_PM25 = 76.0  # just above class 2: what a supposed bad day is made of
_ANSWERS = ((str(Done.DONE), "已完成"), (str(Done.NOT_DONE), "未完成"), (GONE, "未报"))
_TESTS = (("yes", "达标"), ("no", "超标"), ("stop", "停产"), (GONE, "未监测"))
_SAID = {"yes": "达标", "no": "超标", "stop": "停产"}
_PARAMETERS: dict[str, str] = {
    **{code: one.name for code, one in {**TABLE_1, **SUPPLEMENT}.items()},
    **{code: name for code, name, *_ in BLACK_ODOROUS},
}


class SupposeFault(ValueError):
    """What was typed can't be supposed; `key` names the cell."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that may be supposed: what it is, of whom and when, as it stands. `choices` where it is no number."""

    key: str
    what: str
    who: str
    when: str
    current: str
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


# What may be supposed -------------------------------------------------------------------------------------


def periods_of(rule: IndicatorRule, inputs: Inputs, as_of: date) -> list[Period]:
    """Periods that figures, answers or readings are there for or owed, newest first."""
    codes = elements_read(rule)
    found = {one.period for one in inputs.figures if one.element in codes and one.period.start <= as_of}
    found |= {one.period for one in inputs.expectations if one.element in codes and one.period.start <= as_of}
    found |= {one.period for one in inputs.checklist if one.period.start <= as_of}
    measures = measures_read(rule)
    if measures - {"firms"}:
        found |= {month for month in _months(inputs.plan_year, as_of)}
    if "firms" in measures:
        found |= {parse(f"{inputs.plan_year}Q{number}") for number in range(1, (as_of.month + 2) // 3 + 1)}
    return sorted(found, key=lambda one: (one.end, one.start), reverse=True)


def sites_of(inputs: Inputs) -> list[tuple[str, str]]:
    """(code, name) of the sites whose readings may be supposed; air is supposed for the whole city."""
    return [(site.code, site.name) for site in inputs.readings.sites if site.kind != "air"]


def cells(rule: IndicatorRule, inputs: Inputs, of: Period, site: str = "") -> list[Cell]:
    """What may be supposed of one period, and (readings) of one site."""
    return [
        *_figure_cells(rule, inputs, of),
        *_answer_cells(inputs, of),
        *_reading_cells(rule, inputs, of, site),
    ]


def _figure_cells(rule: IndicatorRule, inputs: Inputs, of: Period) -> Iterator[Cell]:
    codes = elements_read(rule)
    current = {
        (one.element, one.unit, one.site): one
        for one in inputs.figures
        if one.element in codes and one.period == of
    }
    owed = {
        (one.element, one.unit, one.site)
        for one in inputs.expectations
        if one.element in codes and one.period == of
    }
    for element, unit, place in sorted({*current, *owed}):
        meta = inputs.elements[element]
        figure = current.get((element, unit, place))
        name = inputs.site_names.get(place, place)
        yield Cell(
            key=f"F|{element}|{unit}|{place}|{of.code}",
            what=meta.name + ("（1 月起累计）" if meta.entry == "cumulative" else ""),
            who=f"{inputs.unit_name(unit)}（{name}）" if name else inputs.unit_name(unit),
            when=of.label,
            current=_figure_text(figure),
            unit=meta.measure,
        )


def _figure_text(figure: FigureInput | None) -> str:
    if figure is None:
        return "未报"
    return "不适用" if figure.amount is None else format_number(figure.amount)


def _answer_cells(inputs: Inputs, of: Period) -> Iterator[Cell]:
    words = dict(_ANSWERS)
    for one in inputs.checklist:
        if one.period == of:
            yield Cell(
                key=f"C|{one.item}|{one.unit}|{of.code}",
                what=one.name,
                who=inputs.unit_name(one.unit),
                when=of.label,
                current="未报" if one.answer is None else words.get(one.answer, "不适用"),
                choices=_ANSWERS,
            )


def _reading_cells(rule: IndicatorRule, inputs: Inputs, of: Period, site: str) -> Iterator[Cell]:
    readings, measures = inputs.readings, measures_read(rule)
    if measures & {"air_annual", "air_good_days"} and of.kind is Kind.MONTH:
        days = [day for day in readings.city_days if of.start <= day.day <= of.end and day.good is not None]
        if days:
            bad = sum(not day.good for day in days)
            yield Cell(f"A|{of.code}", "超标天数", "全市", of.label, f"{bad}（有效 {len(days)} 天）", "天")
    at = next((one for one in readings.sites if one.code == site and one.kind != "air"), None)
    if at is None:
        return
    if at.kind in ("section", "pond", "source") and of.kind is Kind.MONTH:
        for code, text in _parameters(readings, at.code, of).items():
            yield Cell(
                f"W|{at.code}|{of.code}|{code}",
                _PARAMETERS.get(code, code),
                at.name,
                of.label,
                text or "未测",
                "" if code == "ph" else "mg/L" if code in TABLE_1 or code in SUPPLEMENT else "",
            )
    elif at.kind in ("noise_grid", "noise_road"):
        level = next(
            (one for one in readings.noise if one.site == at.code and one.year == inputs.plan_year), None
        )
        current = "未测" if level is None else format_number(level.leq_db)
        yield Cell(f"N|{at.code}", "昼间等效声级", at.name, f"{inputs.plan_year}年", current, "dB(A)")
    elif at.kind == "firm" and of.kind is Kind.QUARTER:
        test = readings.tests_by_quarter.get((at.code, of.start))
        said = "未监测" if test is None else _SAID[_answer_of(test)]
        yield Cell(f"T|{at.code}|{of.code}", "监督性监测", at.name, of.label, said, choices=_TESTS)


def _answer_of(test: FirmInput) -> str:
    return "stop" if not test.in_production else "yes" if test.compliant else "no"


def _parameters(readings: Readings, site: str, of: Period) -> dict[str, str]:
    """Parameters measured at the site in the year, with the month's figure (the last, where there are several)."""
    found: dict[str, str] = {}
    for one in readings.samples_at(site):
        for code in one.values:
            found.setdefault(code, "")
    for one in readings.samples_at(site):
        if of.start <= one.taken_on <= of.end:
            found.update(one.values)
    if not found:
        found = dict.fromkeys(("ph", "do", "codmn", "nh3n", "tp"), "")
    return found


def _months(year: int, as_of: date) -> list[Period]:
    last = as_of.month if as_of.year == year else 12
    return [parse(f"{year}-{number:02d}") for number in range(1, last + 1)]


# Supposing ------------------------------------------------------------------------------------------------


def suppose(inputs: Inputs, typed: Mapping[str, str]) -> Inputs:
    """The inputs with what was typed in place of what stands. SupposeFault names the first cell that can't be read."""
    for key, text in typed.items():
        plain = unicodedata.normalize("NFKC", text).strip()
        if not plain:
            continue
        kind, *names = key.split("|")
        change = _CHANGES.get(kind)
        if change is None:
            raise SupposeFault(key, "没有这个数")
        try:
            inputs = change(inputs, names, plain)
        except SupposeFault:
            raise
        except (ValueError, IndexError, StopIteration, KeyError) as error:
            raise SupposeFault(key, str(error) or "没有这个数") from None
    return inputs


def _figure(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    element, unit, site, code = names
    period = parse(code)
    if element not in inputs.elements:
        raise ValueError("没有这个数据项")
    before = [
        one
        for one in inputs.figures
        if (one.element, one.unit, one.site, one.period) == (element, unit, site, period)
    ]
    others = [one for one in inputs.figures if one not in before]
    if text == GONE:
        return replace(inputs, figures=others)
    figure = FigureInput(element, unit, period, _number(text), site=site)
    return replace(inputs, figures=[*others, figure])


def _answer(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    item, unit, code = names
    if text not in dict(_ANSWERS):
        raise ValueError("没有这个选项")
    period = parse(code)

    def changed(one: ChecklistInput) -> ChecklistInput:
        mine = (one.item, one.unit, one.period) == (item, unit, period)
        return replace(one, answer=None if text == GONE else text) if mine else one

    return replace(inputs, checklist=[changed(one) for one in inputs.checklist])


def _bad_days(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    """So many bad days in the month: good days, the first ones first, get PM₂.₅ just above class 2 at every station;
    or bad days, the last ones first, come down to class 2."""
    of = parse(names[0])
    days = [
        day for day in inputs.readings.city_days if of.start <= day.day <= of.end and day.good is not None
    ]
    wanted = _number(text)
    if wanted != int(wanted) or not 0 <= wanted <= len(days):
        raise ValueError(f"应为 0 到 {len(days)} 之间的整数")
    bad = [day.day for day in days if not day.good]
    good = [day.day for day in days if day.good]
    worse = set(good[: max(0, int(wanted) - len(bad))])
    better = set(bad[int(wanted) :])

    def changed(row: AirInput) -> AirInput:
        if row.day in worse:
            return replace(row, values=row.values._replace(pm25=BAD_PM25))
        return replace(row, values=_within(row.values)) if row.day in better else row

    return _with(inputs, air=[changed(row) for row in inputs.readings.air])


def _within(values: DayValues[float]) -> DayValues[float]:
    return DayValues(
        *(
            None if value is None else min(value, float(CLASS_2_DAY[code]))
            for code, value in zip(CODES, values, strict=True)
        )
    )


def _water(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    site, code, parameter = names
    of = parse(code)
    if parameter not in _PARAMETERS:
        raise ValueError("没有这个监测项目")
    if text != GONE and parse_measured(text) is None:
        raise ValueError(f"“{text}”不是数值")
    mine = [one for one in inputs.readings.samples_at(site) if of.start <= one.taken_on <= of.end]
    others = [one for one in inputs.readings.samples if one not in mine]
    if not mine:
        mine = [SampleInput(site, of.start, {})]
    changed = []
    for one in mine:
        values = {**one.values, parameter: text}
        if text == GONE:
            values.pop(parameter)
        changed.append(replace(one, values=values))
    return _with(inputs, samples=[*others, *changed])


def _noise(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    (site,) = names
    mine = [one for one in inputs.readings.noise if one.site == site and one.year == inputs.plan_year]
    others = [one for one in inputs.readings.noise if one not in mine]
    if text == GONE:
        return _with(inputs, noise=others)
    level = _number(text)
    if not 0 < level <= 200:
        raise ValueError("声级应在 0 到 200 dB(A) 之间")
    before = mine[0] if mine else NoiseInput(site, inputs.plan_year, date(inputs.plan_year, 1, 1), level)
    return _with(inputs, noise=[*others, replace(before, leq_db=level)])


def _test(inputs: Inputs, names: Sequence[str], text: str) -> Inputs:
    site, code = names
    start = parse(code).start
    if text not in dict(_TESTS):
        raise ValueError("没有这个选项")
    others = [one for one in inputs.readings.tests if (one.site, one.quarter_start) != (site, start)]
    if text == GONE:
        return _with(inputs, tests=others)
    test = FirmInput(site, start, text != "stop", None if text == "stop" else text == "yes")
    return _with(inputs, tests=[*others, test])


def _with(inputs: Inputs, **changed: Sequence[object]) -> Inputs:
    readings = inputs.readings
    kept = {
        name: getattr(readings, name) for name in ("sites", "air", "samples", "noise", "tests", "provider")
    }
    return replace(inputs, readings=Readings(**{**kept, **changed}))


def _number(text: str) -> Decimal:
    plain = text.replace(",", "").replace(" ", "").replace("\u2009", "").replace("−", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数值") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
        raise ValueError(f"“{text}”不是数值")
    if number < 0:
        raise ValueError("不能是负数")
    return number


_CHANGES: Mapping[str, Callable[[Inputs, Sequence[str], str], Inputs]] = {
    "F": _figure,
    "C": _answer,
    "A": _bad_days,
    "W": _water,
    "N": _noise,
    "T": _test,
}
