"""SITES, firms: key enterprises with every test compliant ÷ key enterprises in production (环办〔2011〕3号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chuangmo.periods import Period, quarter

from ..readings import SiteInput
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

__all__ = ["judge_firms"]


@dataclass(frozen=True, slots=True)
class _Quarter:
    """A firm's quarter. stopped: it stood still; compliant None: not tested (unless it stood still)."""

    period: Period
    stopped: bool = False
    compliant: bool | None = None
    note: str = ""
    figure_ids: tuple[int, ...] = ()
    correcting: bool = False
    batches: tuple[int, ...] = ()

    @property
    def answered(self) -> bool:
        return self.stopped or self.compliant is not None


def judge_firms(part: SitesPart, context: Context) -> PartVerdict:
    """A firm complies when every test of the year did. Not tested in a quarter that is due: 数据不全, never taken for
    compliant. A firm that stood still all the time leaves the count, a quarter of standstill needs no test."""
    threshold = threshold_text(part.op, part.limit, part.unit)
    expression = "每次监测都达标的企业数 ÷ 在生产的企业数 × 100"
    year = context.plan_year
    quarters = over_until("quarter", context)
    firms = context.inputs.readings.of_kind("firm", date(year, 1, 1), min(context.as_of, date(year, 12, 31)))
    table = {firm.code: {one: _quarter(part, firm, one, context) for one in quarters} for firm in firms}

    def answered(period: Period) -> bool:
        mine = [table[firm.code][period] for firm in firms if firm.in_service(period.start, period.end)]
        return bool(mine) and all(one.answered for one in mine)

    judged = cut_of(quarters, answered, part.due_days, context.due_by)
    if not judged:
        first = [missing_reading(context, "重点工业企业监测数据", quarter(year, 1), part.due_days)]
        return nothing_due(part, context, threshold, expression, first)
    steps = [_step(part, firm, table[firm.code], judged, context) for firm in firms]
    missing = [one for step in steps for one in step.missing]
    if not firms:
        missing = [missing_reading(context, "重点工业企业（没有登记）", judged[0], part.due_days)]
    good, bad, open_ = (
        sum(step.status is status for step in steps) for status in (Status.MET, Status.MISSED, Status.PARTIAL)
    )
    status, rate = share_of(part, good, bad, open_)
    return decided(
        part,
        steps,
        context,
        status=status if firms else Status.PARTIAL,
        value=rate,
        text=value_text(rate, part.places, part.unit),
        threshold=threshold,
        formula=(
            f"{label_until(context, judged[-1].end)}每次都达标 {good} 家 ÷ 在生产 {good + bad} 家 × 100 = "
            f"{value_text(rate, part.places, part.unit)}"
            if rate is not None
            else ""
        ),
        expression=expression,
        remark=_remark(steps, missing),
        cut=judged[-1].end,
        missing=missing,
    )


def _quarter(part: SitesPart, firm: SiteInput, period: Period, context: Context) -> _Quarter:
    """The test as read in, else what the report says of the quarter's tests."""
    test = context.inputs.readings.tests_by_quarter.get((firm.code, period.start))
    if test is None:
        return _reported(part, firm, period, context)
    return _Quarter(
        period=period,
        stopped=not test.in_production,
        compliant=test.compliant if test.in_production else None,
        note="" if test.in_production else "停产",
        batches=(test.batch,) if test.batch else (),
    )


def _reported(part: SitesPart, firm: SiteInput, period: Period, context: Context) -> _Quarter:
    if not part.reads:
        return _Quarter(period)
    key = (firm.code, period.start, period.end)
    atoms = [context.ledger[code].by_site.get(key) for code in part.reads]
    tests, compliant = atoms
    ids = tuple(atom.figure_id for atom in atoms if atom is not None)
    correcting = any(atom.correcting for atom in atoms if atom is not None)
    if tests is not None and tests.amount is None:
        return _Quarter(period, stopped=True, note="停产（不适用）", figure_ids=ids, correcting=correcting)
    if tests is None or not tests.amount or compliant is None or compliant.amount is None:
        return _Quarter(period, note="监测 0 次" if tests is not None else "", figure_ids=ids)
    return _Quarter(
        period,
        compliant=compliant.amount >= tests.amount,
        note=f"监测 {tests.amount:.0f} 次，达标 {compliant.amount:.0f} 次",
        figure_ids=ids,
        correcting=correcting,
    )


def _step(
    part: SitesPart,
    firm: SiteInput,
    quarters: dict[Period, _Quarter],
    judged: Sequence[Period],
    context: Context,
) -> Step:
    rows = [quarters[period] for period in judged if firm.in_service(period.start, period.end)]
    missing = [
        missing_reading(context, "监督性监测数据", one.period, part.due_days, site=firm.code)
        for one in rows
        if not one.answered
    ]
    tested = [one for one in rows if one.compliant is not None]
    passed = sum(bool(one.compliant) for one in tested)
    return Step(
        label=f"{firm.name}（{firm.unit}）" if firm.unit else firm.name,
        status=_firm_status(rows, missing),
        value=None,
        text=f"{passed}/{len(tested)} 季达标" if tested else "停产" if not missing and rows else "未监测",
        threshold="每次达标",
        formula="",
        start=judged[0].start,
        end=judged[-1].end,
        remark="；".join(
            f"{one.period.label}超标{'，' + one.note if one.note else ''}"
            for one in tested
            if not one.compliant
        )
        or missing_text(missing),
        missing=tuple(missing),
        figure_ids=tuple(pk for one in rows for pk in one.figure_ids),
        provisional=judged[-1].end < date(context.plan_year, 12, 31),
        correcting=any(one.correcting for one in rows),
        site=firm.code,
        inputs=tuple(_row(one) for one in rows),
    )


def _firm_status(rows: Sequence[_Quarter], missing: Sequence[Missing]) -> Status:
    if any(one.compliant is False for one in rows):
        return Status.MISSED
    if missing:
        return Status.PARTIAL
    return Status.MET if any(one.compliant for one in rows) else Status.NOT_APPLICABLE


def _row(one: _Quarter) -> InputRow:
    if one.stopped:
        return InputRow(one.period.label, "停产", Status.NOT_APPLICABLE, one.note, one.batches)
    if one.compliant is None:
        return InputRow(one.period.label, "未监测", Status.PARTIAL, one.note, one.batches)
    status = Status.MET if one.compliant else Status.MISSED
    return InputRow(one.period.label, "达标" if one.compliant else "超标", status, one.note, one.batches)


def _remark(steps: Sequence[Step], missing: Sequence[Missing]) -> str:
    failing = [step.label for step in steps if step.status is Status.MISSED]
    words = [f"{short_list(failing, '家')}有监测超标"] if failing else []
    if missing:
        words.append(missing_text(missing))
    stopped = sum(step.status is Status.NOT_APPLICABLE for step in steps)
    if stopped:
        words.append(f"{stopped} 家停产不计")
    return "；".join(words)
