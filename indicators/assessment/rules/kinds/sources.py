"""SITES, sources: water taken that complied ÷ water taken (GB 3838-2002 table 1 class III and table 2; 环办〔2011〕3号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chuangmo.periods import Period, month
from indicators.standards.rounding import format_number
from indicators.standards.water_limits import LAKE, RIVER, SUPPLEMENT, TABLE_1
from indicators.standards.water_source import judge_source

from ..readings import SampleInput, SiteInput
from ..results import InputRow, Missing, PartVerdict, Step
from ..schema import SitesPart
from ..statuses import Status
from ..wording import missing_text, threshold_text, value_text
from ._measured import (
    cut_of,
    decided,
    label_until,
    missing_reading,
    nothing_due,
    over_until,
    share_of,
    short_list,
)
from .registry import Context
from .sections import measured_of

__all__ = ["judge_sources"]

UNIT = "万m³"


@dataclass(frozen=True)
class _SourceMonth:
    """What a source gave in a month and whether it complied. volume None: not told; not `counts`: not applicable."""

    period: Period
    volume: Decimal | None = None
    compliant: bool | None = None
    counts: bool = True
    note: str = ""
    figure_ids: tuple[int, ...] = ()
    correcting: bool = False
    batches: tuple[int, ...] = field(default=())

    @property
    def answered(self) -> bool:
        return not self.counts or self.volume == 0 or (self.volume is not None and self.compliant is not None)

    @property
    def counted(self) -> Decimal:
        """The volume that counts; 0 where it isn't known (never taken for a figure: see `answered`)."""
        return self.volume if self.volume is not None and self.counts else Decimal(0)


def judge_sources(part: SitesPart, context: Context) -> PartVerdict:
    """By volume over the months of the year. Volume: the accepted report's, else the sample's. Compliance: the
    measured values; a groundwater source, or a month without values, by the conclusion entered with its report."""
    threshold = threshold_text(part.op, part.limit, part.unit)
    expression = "水质达标的取水量之和 ÷ 取水总量 × 100"
    until = min(context.as_of, date(context.plan_year, 12, 31))
    sites = context.inputs.readings.of_kind("source", date(context.plan_year, 1, 1), until)
    table = {
        site.code: {period: _month(part, site, period, context) for period in over_until("month", context)}
        for site in sites
    }

    def answered(period: Period) -> bool:
        mine = [table[site.code][period] for site in sites if site.in_service(period.start, period.end)]
        return bool(mine) and all(one.answered for one in mine)

    months = cut_of(over_until("month", context), answered, part.due_days, context.due_by)
    if not months:
        first = [
            missing_reading(context, "水源地取水量和水质监测数据", month(context.plan_year, 1), part.due_days)
        ]
        return nothing_due(part, context, threshold, expression, first)
    rows = {
        site.code: [table[site.code][one] for one in months if site.in_service(one.start, one.end)]
        for site in sites
    }
    steps = [_step(part, site, rows[site.code], months, context) for site in sites]
    every = [one for ones in rows.values() for one in ones]
    missing = [one for step in steps for one in step.missing]
    if not sites:
        missing = [missing_reading(context, "水源地（没有登记）", months[0], part.due_days)]
    good = sum((one.counted for one in every if one.compliant), Decimal(0))
    bad = sum((one.counted for one in every if one.compliant is False), Decimal(0))
    status, rate = share_of(part, good, bad, 0)
    if missing:
        # The volume that is missing has no upper bound: what complied might still make up any share but 100 %.
        conclusive = bad > 0 and part.limit >= 100
        status = Status.MISSED if conclusive else Status.PARTIAL
    return decided(
        part,
        steps,
        context,
        status=status,
        value=rate,
        text=value_text(rate, part.places, part.unit),
        threshold=threshold,
        formula=_formula(part, good, good + bad, rate, context, months[-1].end),
        expression=expression,
        remark=_remark(sites, rows, status, missing),
        cut=months[-1].end,
        missing=missing,
    )


# One source's month -----------------------------------------------------------------------------------------


def _month(part: SitesPart, site: SiteInput, period: Period, context: Context) -> _SourceMonth:
    samples = [
        one
        for one in context.inputs.readings.samples_at(site.code)
        if period.start <= one.taken_on <= period.end
    ]
    volume, counts, ids, correcting = _reported(part, 0, site, period, context)
    if volume is None and counts:
        volumes = [one.volume for one in samples if one.volume is not None]
        volume = sum(volumes, Decimal(0)) if volumes else None
    compliant, note = _measured(site, samples)
    if compliant is None:
        said, _, flag_ids, flag_correcting = _reported(part, 1, site, period, context)
        if said is not None:
            compliant, note = said == 1, "按监测报告结论"
            ids, correcting = (*ids, *flag_ids), correcting or flag_correcting
    return _SourceMonth(
        period=period,
        volume=volume,
        compliant=compliant,
        counts=counts,
        note=note,
        figure_ids=ids,
        correcting=correcting,
        batches=tuple(dict.fromkeys(one.batch for one in samples if one.batch)),
    )


def _reported(
    part: SitesPart, number: int, site: SiteInput, period: Period, context: Context
) -> tuple[Decimal | None, bool, tuple[int, ...], bool]:
    """The accepted figure of an element for the site and month: amount, whether it applies, its ids, 更正中."""
    if not part.reads:
        return None, True, (), False
    atom = context.ledger[part.reads[number]].by_site.get((site.code, period.start, period.end))
    if atom is None:
        return None, True, (), False
    return atom.amount, atom.amount is not None, (atom.figure_id,), atom.correcting


def _measured(site: SiteInput, samples: Sequence[SampleInput]) -> tuple[bool | None, str]:
    """Whether the month's samples complied: every one of them; None where nothing was measured or concluded."""
    answers: list[bool] = []
    notes: list[str] = []
    names = {**TABLE_1, **SUPPLEMENT}
    for sample in samples:
        judged = judge_source(measured_of(sample), RIVER if site.water_body == "river" else LAKE)
        if site.water_body != "ground" and judged.compliant is not None:
            answers.append(judged.compliant)
            if judged.exceeded:
                notes.append("超标：" + "、".join(names[code].name for code in judged.exceeded))
            else:
                notes.append(f"测了 {judged.measured} 项，均达标")
        elif sample.conclusion:
            answers.append(sample.conclusion == "yes")
            notes.append("按监测报告结论")
    return (all(answers) if answers else None), "；".join(dict.fromkeys(notes))


# One source, all of them ------------------------------------------------------------------------------------


def _step(
    part: SitesPart,
    site: SiteInput,
    rows: Sequence[_SourceMonth],
    months: Sequence[Period],
    context: Context,
) -> Step:
    missing = [_gap(part, site, one, context) for one in rows if not one.answered]
    good = sum((one.counted for one in rows if one.compliant), Decimal(0))
    total = sum((one.counted for one in rows if one.compliant is not None), Decimal(0))
    bad = [one for one in rows if one.compliant is False and one.counted]
    return Step(
        label=site.name,
        status=Status.MISSED if bad else Status.PARTIAL if missing else Status.MET,
        value=None,
        text=f"达标 {format_number(good)} / 取水 {format_number(total)} {UNIT}",
        threshold="每月达标",
        formula="",
        start=months[0].start,
        end=months[-1].end,
        remark="；".join(f"{one.period.label}{one.note}" for one in bad) or missing_text(missing),
        missing=tuple(missing),
        figure_ids=tuple(pk for one in rows for pk in one.figure_ids),
        correcting=any(one.correcting for one in rows),
        site=site.code,
        inputs=tuple(_row(one) for one in rows),
    )


def _gap(part: SitesPart, site: SiteInput, one: _SourceMonth, context: Context) -> Missing:
    element = part.reads[0 if one.volume is None else 1] if part.reads else ""
    name = "取水量" if one.volume is None else "水质监测数据或达标结论"
    return missing_reading(context, name, one.period, part.due_days, site=site.code, element=element)


def _row(one: _SourceMonth) -> InputRow:
    status = Status.PARTIAL
    if not one.counts:
        status = Status.NOT_APPLICABLE
    elif one.answered:
        status = Status.MISSED if one.compliant is False and one.counted else Status.MET
    volume = "不适用" if not one.counts else value_text(one.volume, 2, UNIT)
    return InputRow(one.period.label, f"取水 {volume}", status, one.note, one.batches)


def _formula(
    part: SitesPart, good: Decimal, total: Decimal, rate: Decimal | None, context: Context, through: date
) -> str:
    if rate is None:
        return ""
    return (
        f"{label_until(context, through)}达标取水量 {format_number(good)} {UNIT} ÷ 取水总量 {format_number(total)} "
        f"{UNIT} × 100 = {value_text(rate, part.places, part.unit)}"
    )


def _remark(
    sites: Sequence[SiteInput],
    rows: dict[str, list[_SourceMonth]],
    status: Status,
    missing: Sequence[Missing],
) -> str:
    failing = [
        f"{site.name} {one.period.label}{one.note}"
        for site in sites
        for one in rows[site.code]
        if one.compliant is False and one.counted
    ]
    if failing:
        return short_list(failing, "处")
    return missing_text(missing) if status is Status.PARTIAL else f"{len(sites)} 处水源每月均达标"
