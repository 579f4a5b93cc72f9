"""MON, noise: mean of the grid points, and mean of the roads weighted by length, daytime (HJ 640-2012 5.3, 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chuangmo.days import long_day
from chuangmo.periods import year as year_period
from indicators.standards.noise import NoiseMean, Road, area_level, area_mean, road_level, road_mean
from indicators.standards.rounding import format_number

from ..judging import judge_value
from ..readings import NoiseInput, SiteInput
from ..results import InputRow, Missing, PartVerdict, Point, Step
from ..schema import MonPart
from ..statuses import Status
from ..wording import distance_text, missing_text, pending_text, threshold_text, value_text
from ._measured import decided
from .registry import Context

__all__ = ["judge_noise"]

KINDS = {"area_noise": "noise_grid", "road_noise": "noise_road"}
WORDS = {"area_noise": "个测点", "road_noise": "个路段"}
EXPRESSIONS = {
    "area_noise": "各测点昼间等效声级之和 ÷ 测点数",
    "road_noise": "Σ（路段昼间等效声级 × 路段长度）÷ Σ 路段长度",
}


def judge_noise(part: MonPart, context: Context) -> PartVerdict:
    """The mean over every point in service. Until all are measured nothing is judged: before the due day 未到期, with
    the mean so far shown; after it 数据不全, naming the points. Fewer than 100 grid points is a warning."""
    assert part.limit is not None  # the schema asks for a limit here
    year = context.plan_year
    sites = context.inputs.readings.of_kind(KINDS[part.measure], date(year, 1, 1), date(year, 12, 31))
    levels = _levels(year, sites, context)
    mean = _mean(part, sites, levels)
    missing, pending = _gaps(part, sites, levels, context)
    status = _status(part, mean, missing, pending)
    threshold = threshold_text(part.op, part.limit, part.unit)
    text = value_text(mean.leq_db, part.places, part.unit)
    if status is Status.NONE and mean.points:
        text += f"（已测 {mean.points}/{len(sites)}）"
    formula = _formula(part, mean)
    step = Step(
        label=f"{year}年",
        status=status,
        value=mean.leq_db,
        text=text,
        threshold=threshold,
        formula=formula,
        start=date(year, 1, 1),
        end=context.as_of,
        missing=tuple(missing),
        pending=tuple(pending),
        provisional=status is Status.NONE,
        inputs=tuple(_row(site, levels.get(site.code), part) for site in sites),
    )
    return decided(
        part,
        [step],
        context,
        status=status,
        value=mean.leq_db,
        text=text,
        threshold=threshold,
        formula=formula,
        expression=EXPRESSIONS[part.measure],
        remark=_remark(part, mean, status, missing, pending, len(sites)),
        # A year's noise is measured once: with every point there, the verdict is final.
        cut=date(year, 12, 31) if not missing and not pending else context.as_of,
        missing=missing,
        years=_years(part, context),
    )


def _levels(year: int, sites: Sequence[SiteInput], context: Context) -> dict[str, NoiseInput]:
    codes = {site.code for site in sites}
    return {
        one.site: one
        for one in context.inputs.readings.noise
        if one.year == year and one.site in codes and one.taken_on <= context.as_of
    }


def _mean(part: MonPart, sites: Sequence[SiteInput], levels: dict[str, NoiseInput]) -> NoiseMean:
    if part.measure == "area_noise":
        return area_mean(levels[site.code].leq_db if site.code in levels else None for site in sites)
    roads = []
    for site in sites:
        level = levels.get(site.code)
        length = level.length_m if level is not None and level.length_m else site.length_m
        if length:
            roads.append(Road(level.leq_db if level is not None else None, length))
    return road_mean(roads)


def _gaps(
    part: MonPart, sites: Sequence[SiteInput], levels: dict[str, NoiseInput], context: Context
) -> tuple[list[Missing], list[Missing]]:
    """What is missing, and what may still come until the due day."""
    month, day = map(int, part.due.split("-"))
    due = date(context.plan_year, month, min(day, 28) if month == 2 else day)
    provider = context.inputs.readings.provider
    gaps = [
        Missing(
            unit=provider,
            unit_name=provider or "未落实填报单位",
            element="noise",
            element_name=words,
            period=year_period(context.plan_year),
            due_on=due,
            site=code,
            site_name=name,
        )
        for code, name, words in _without(part, sites, levels)
    ]
    return (gaps, []) if due <= context.due_by else ([], gaps)


def _without(
    part: MonPart, sites: Sequence[SiteInput], levels: dict[str, NoiseInput]
) -> list[tuple[str, str, str]]:
    if not sites:
        return [("", "", "噪声测点（没有登记）")]
    found = [(site.code, site.name, "昼间噪声监测值") for site in sites if site.code not in levels]
    if part.measure == "road_noise":
        found += [
            (site.code, site.name, "路段长度")
            for site in sites
            if site.code in levels and not (levels[site.code].length_m or site.length_m)
        ]
    return found


def _status(part: MonPart, mean: NoiseMean, missing: Sequence[Missing], pending: Sequence[Missing]) -> Status:
    assert part.limit is not None
    if missing:
        return Status.PARTIAL
    if pending or mean.leq_db is None:
        return Status.NONE
    return judge_value(mean.leq_db, part.op, part.limit, part.margin_pct, part.rounding)


def _formula(part: MonPart, mean: NoiseMean) -> str:
    if mean.leq_db is None:
        return ""
    value = value_text(mean.leq_db, max(part.places, 2), part.unit)
    if mean.length_m is None:
        total = format_number(mean.leq_db * mean.points, 1)
        return f"{mean.points} 个测点合计 {total} ÷ {mean.points} = {value}"
    total = format_number(mean.leq_db * mean.length_m, 0)
    length = format_number(mean.length_m)
    return f"{mean.points} 个路段 Σ（声级 × 长度）{total} ÷ 总长 {length} m = {value}"


def _remark(
    part: MonPart,
    mean: NoiseMean,
    status: Status,
    missing: Sequence[Missing],
    pending: Sequence[Missing],
    sites: int,
) -> str:
    if status is Status.PARTIAL:
        return missing_text(missing)
    if status is Status.NONE:
        return f"已测 {mean.points}/{sites} {WORDS[part.measure]}，{pending_text(pending)}"
    assert part.limit is not None and mean.leq_db is not None
    level = area_level(mean.leq_db) if mean.length_m is None else road_level(mean.leq_db)
    words = f"{distance_text(part.op, mean.leq_db, part.limit, part.unit, part.places)}，{level}水平"
    return f"{words}；测点 {mean.points} 个，少于规范要求的 100 个" if mean.too_few_points else words


def _row(site: SiteInput, level: NoiseInput | None, part: MonPart) -> InputRow:
    if level is None:
        return InputRow(site.name, "未测", Status.PARTIAL)
    length = level.length_m or site.length_m
    note = f"长 {format_number(length)} m" if part.measure == "road_noise" and length else ""
    return InputRow(
        site.name,
        value_text(level.leq_db, 1, "dB(A)"),
        Status.MET,
        f"{long_day(level.taken_on)} {note}".strip(),
        (level.batch,),
    )


def _years(part: MonPart, context: Context) -> list[Point]:
    points = []
    for number in range(context.plan_year - 3, context.plan_year):
        start, end = date(number, 1, 1), date(number, 12, 31)
        sites = context.inputs.readings.of_kind(KINDS[part.measure], start, end)
        levels = _levels(number, sites, context)
        if levels:
            value: Decimal | None = _mean(part, sites, levels).leq_db
            points.append(
                Point(
                    f"{number}年",
                    start,
                    end,
                    value,
                    value_text(value, part.places, part.unit),
                    len(levels) == len(sites),
                )
            )
    return points
