"""The verdict on one indicator: a pure function of figures, rule and as-of month end (domain.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context as DecimalContext
from decimal import localcontext

from . import schema
from .assembly import merged
from .digest import inputs_digest
from .figures import Inputs
from .kinds import Context, judge_part
from .ledger import Ledger
from .results import PartVerdict, VerdictResult
from .schema import Combine, IndicatorRule, elements_read
from .statuses import Status, all_of, any_of
from .windows import spans
from .wording import value_text

__all__ = ["Need", "assess", "needs"]

# Sums of Decimal(20, 6) stay exact, quotients have 34 digits: the same on every machine and in every thread.
_ARITHMETIC = DecimalContext(prec=34)
_HEADLINE_LENGTH = 80
_REMARK_LENGTH = 200
# January of the year that precedes the three years shown: nothing before it is ever looked at for them.
_YEARS_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Need:
    """Figures of this element are judged from `start` on (expectations have to be handed in for all of it);
    from `shown_from` on they are only shown (years before, small line)."""

    element: str
    start: date
    end: date
    shown_from: date


def assess(rule: IndicatorRule, inputs: Inputs, as_of: date, due_by: date | None = None) -> VerdictResult:
    """Judge an indicator as of a month end.

    `due_by`: the day by which due days are held to have passed; without it the as-of day itself, so that the
    verdict never depends on when it is computed. Raises FigureConflict (a ValueError, Chinese text) when
    accepted figures overlap or stand twice, ValueError when the rule reads an element that is not defined.
    """
    if as_of != _month_end(as_of):
        raise ValueError(f"评定截止日须为月末：{as_of:%Y-%m-%d}")
    with localcontext(_ARITHMETIC):
        ledger = Ledger(inputs, elements_read(rule), as_of, due_by or as_of)
        context = Context(ledger, inputs, inputs.plan_year, as_of, due_by or as_of)
        parts = tuple(_part_verdict(part, context) for part in rule.parts)
        digest = inputs_digest(rule, inputs, as_of, due_by)
        return _verdict(rule, parts, context, digest)


def needs(rule: IndicatorRule, plan_year: int, as_of: date) -> tuple[Need, ...]:
    """For each element that the rule reads, the days that the caller has to bring figures and expectations of.

    “latest” has no beginning: three years back are enough, since a plan's older figure is no latest one.
    """
    found: dict[str, Need] = {}
    shown_from = date(plan_year - _YEARS_LOOKED_AT - 1, 1, 1)
    end = date(plan_year, 12, 31)
    for part in rule.parts:
        stretches = spans(part.window, plan_year, as_of)
        start = min((max(span.start, shown_from) for span in stretches), default=date(plan_year, 1, 1))
        for code in part.elements():
            before = found.get(code)
            found[code] = Need(code, min(start, before.start) if before else start, end, shown_from)
    return tuple(found[code] for code in sorted(found))


# Parts ------------------------------------------------------------------------------------------------


def _part_verdict(part: schema.Part, context: Context) -> PartVerdict:
    condition = part.condition
    if condition is not None and context.inputs.facts.get(condition.fact, False) != condition.value:
        return PartVerdict(
            code=part.code,
            name=part.name,
            kind=part.kind,
            status=Status.NOT_APPLICABLE,
            value=None,
            text=Status.NOT_APPLICABLE.label,
            threshold="",
            expression="",
            formula="",
            remark=part.note or "适用条件未成立，不判定",
            note=part.note,
        )
    return judge_part(part, context)


def _combined(node: Combine, statuses: dict[str, Status]) -> Status:
    children = [_combined(one, statuses) if isinstance(one, Combine) else statuses[one] for one in node.of]
    return all_of(children) if node.op == "all" else any_of(children)


def _verdict(
    rule: IndicatorRule, parts: tuple[PartVerdict, ...], context: Context, digest: str
) -> VerdictResult:
    status = _combined(rule.tree, {part.code: part.status for part in parts})
    nothing_applies = status is Status.NOT_APPLICABLE
    status = Status.NONE if nothing_applies else status
    counted = [part for part in parts if part.status is not Status.NOT_APPLICABLE]
    shown = _shown(rule, counted, status)
    headline, threshold = _headline(rule, counted, shown)
    remark = "各项均不适用" if nothing_applies else _remark(rule, counted, status)
    provisional = any(part.provisional for part in counted)
    series_of = shown or next((part for part in counted if part.series), None)
    return VerdictResult(
        status=status,
        value=shown.value if shown else None,
        headline=_short(headline, _HEADLINE_LENGTH),
        threshold=_short(threshold, _HEADLINE_LENGTH),
        remark=_short(remark, _REMARK_LENGTH),
        sentence=_sentence(context.as_of, status, headline, threshold, remark, provisional, shown),
        as_of=context.as_of,
        plan_year=context.plan_year,
        parts=parts,
        missing=merged(part.missing for part in counted),
        figure_ids=tuple(sorted({one for part in counted for one in part.figure_ids})),
        partial=any(part.partial for part in counted),
        provisional=provisional,
        estimated=any(part.estimated for part in counted),
        correcting=any(part.correcting for part in counted),
        inputs_digest=digest,
        series=series_of.series if series_of else (),
    )


# Words ------------------------------------------------------------------------------------------------


def _shown(rule: IndicatorRule, counted: Sequence[PartVerdict], status: Status) -> PartVerdict | None:
    """The part whose value stands for the indicator: the headline part, unless another one failed it."""
    code = rule.headline_part or (rule.parts[0].code if len(rule.parts) == 1 else None)
    named = next((part for part in counted if part.code == code), None)
    if named is None or status is not Status.MISSED or named.status is status:
        return named
    return next((part for part in counted if part.status is status and part.value is not None), named)


def _headline(
    rule: IndicatorRule, counted: Sequence[PartVerdict], shown: PartVerdict | None
) -> tuple[str, str]:
    if shown is not None:
        return f"{_prefix(rule, shown, counted).replace('：', ' ')}{shown.text}", shown.threshold
    if not counted:
        return Status.NOT_APPLICABLE.label, ""
    if all(part.status is Status.NONE for part in counted):
        return value_text(None, 0, ""), counted[0].threshold if len(counted) == 1 else "全部达到"
    holding = sum(1 for part in counted if part.status.holds)
    return f"{holding}/{len(counted)} 项", "任一达到" if rule.tree.op == "any" else "全部达到"


def _remark(rule: IndicatorRule, counted: Sequence[PartVerdict], status: Status) -> str:
    """What decided: of the parts that have the indicator's status the first (the headline part before others)."""
    deciding = [part for part in counted if part.status is status]
    deciding.sort(key=lambda part: part.code != rule.headline_part)
    words = next((f"{_prefix(rule, part, counted)}{part.remark}" for part in deciding if part.remark), "")
    if len(deciding) > 1 and status in (Status.MISSED, Status.PARTIAL):
        words += f"（共 {len(deciding)} 项{status.label}）"
    waiting = [part for part in counted if part.status is Status.NONE]
    if waiting and status.holds and rule.tree.op == "all":
        words += f"；另有 {len(waiting)} 项未到期" if words else f"另有 {len(waiting)} 项未到期"
    return words


def _prefix(rule: IndicatorRule, part: PartVerdict, counted: Sequence[PartVerdict]) -> str:
    """The part's name, where the reader could take the remark for another part's."""
    return f"{part.name}：" if len(counted) > 1 and part.code != rule.headline_part else ""


def _sentence(
    as_of: date,
    status: Status,
    headline: str,
    threshold: str,
    remark: str,
    provisional: bool,
    shown: PartVerdict | None,
) -> str:
    subject = f"{shown.name} " if shown is not None and not headline.startswith(shown.name) else ""
    until = shown.cut if shown is not None and shown.cut is not None and shown.cut < as_of else as_of
    wanted = f"（{threshold}）" if threshold else ""
    running = "（进行中）" if provisional else ""
    words = f"截至{until.year}年{until.month}月，{subject}{headline}{wanted}，{status.label}{running}"
    return f"{words}；{remark}。" if remark else f"{words}。"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
