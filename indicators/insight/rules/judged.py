"""Forecasts of what does not add up through a year: ranks, lists, surveys, shares of sites.

Each starts from the verdict on the part as it stands, and from the simplest method that can be honest; the methods and what
their ranges mean are said in METHODS, what they were worth in docs/forecast.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from indicators.assessment.rules.kinds import Context, judge_part
from indicators.assessment.rules.reading import Quantity, read
from indicators.assessment.rules.results import PartVerdict, Step
from indicators.assessment.rules.schema import ListPart, Rank, SitesPart, Survey
from indicators.assessment.rules.statuses import Status
from indicators.assessment.rules.wording import value_text
from indicators.standards.rounding import format_number

from .allowance import outlook_of
from .part import PartForecast, plain
from .projecting import Projection

__all__ = ["PACE", "PASSING", "PERSISTENCE", "SAMPLING", "judged_forecast", "not_forecast", "pass_bounds"]

PERSISTENCE, SAMPLING, PACE, PASSING = "persistence", "sampling", "pace", "passing"
_WIDTH = Decimal("1.28")  # eight cases in ten
_NAMED = 3
_ZERO, _HUNDRED = Decimal(0), Decimal(100)


def not_forecast(part: Any, reason: str) -> PartForecast:
    """A part that is not projected, and why."""
    return PartForecast(part.code, part.name, "none", allowance=f"不作预测：{reason}")


def judged_forecast(part: Rank | ListPart | Survey | SitesPart, context: Context) -> PartForecast:
    """The part's outlook from its verdict as of the context's month end."""
    verdict = judge_part(part, context)
    if verdict.status is Status.NOT_APPLICABLE:
        return not_forecast(part, "本项不适用")
    return _KINDS[part.kind](part, verdict, context)


def _found(
    part: Any,
    verdict: PartVerdict,
    context: Context,
    projection: Projection,
    outlook: str,
    words: str,
    head: str = "",
) -> PartForecast:
    return PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook,
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=part.unit,
        places=part.places,
        allowance=words,
        method=projection.method,
        cut=(verdict.cut or context.as_of).isoformat(),
        threshold=verdict.threshold,
        **({"head": head} if head else {}),
    )


# Ranks -------------------------------------------------------------------------------------------------


def _rank(part: Rank, verdict: PartVerdict, context: Context) -> PartForecast:
    """Published ranks are final. One not yet published: as the last, give or take the largest change so far."""
    known = [step for step in verdict.steps if step.value is not None]
    open_ = [step.label for step in verdict.steps if step.value is None]
    if not known:
        return not_forecast(part, "各年名次都还没有公布")
    said = "、".join(f"{step.label}第 {format_number(step.value or _ZERO, 0)} 名" for step in known)
    missed = any(step.status is Status.MISSED for step in known)
    if missed or not open_:
        words = f"{said}，已不可能改变" if missed else f"{said}，各年均已公布"
        return PartForecast(
            part.code,
            part.name,
            "impossible" if missed else "secure",
            allowance=words,
            threshold=verdict.threshold,
        )
    ranks = [step.value for step in known if step.value is not None]
    moved = max((abs(one - other) for one, other in pairwise(ranks)), default=Decimal(1))
    last, spread = ranks[-1], max(moved, Decimal(1))
    projection = Projection(PERSISTENCE, max(last - spread, Decimal(1)), last, last + spread, _ZERO)
    # Of ranks the low ones are good; the verdict knows the limit where it is a share of the cities.
    outlook = "likely" if part.limit is None else outlook_of(projection, "<=", Decimal(part.limit))
    words = f"{said}；{'、'.join(open_)}尚未公布"
    return PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook,
        likely=plain(projection.likely),
        low=plain(projection.low),
        high=plain(projection.high),
        unit=part.unit,
        places=0,
        allowance=words,
        method=PERSISTENCE,
        cut=context.as_of.isoformat(),
        threshold=verdict.threshold,
        head="预计下一次名次",
    )


# Lists -------------------------------------------------------------------------------------------------


def _list(part: ListPart, verdict: PartVerdict, context: Context) -> PartForecast:
    """At the pace so far; between what is done now and everything."""
    counted = [step for step in verdict.steps if step.status is not Status.NOT_APPLICABLE]
    done = [step for step in counted if step.status is Status.MET and not step.provisional]
    left = [step for step in counted if step not in done]
    if not counted:
        return not_forecast(part, "清单还没有应答条目")
    overdue = any(step.status in (Status.MISSED, Status.PARTIAL) for step in left)
    total, ready = Decimal(len(counted)), Decimal(len(done))
    month = context.as_of.month if context.as_of.year == context.plan_year else 12
    likely = min(total, (ready * 12 / month).to_integral_value())
    if not left:
        words, outlook = f"{len(counted)} 项均已完成", "secure"
    else:
        words = f"已完成 {len(done)} 项，余 {len(left)} 项：{_names(left)}"
        words += "；其中有到期未完成的" if overdue else ""
        outlook = "doubtful" if overdue or likely < total else "likely"
    return PartForecast(
        code=part.code,
        name=part.name,
        outlook=outlook,
        likely=plain(likely),
        low=plain(ready),
        high=plain(total if month < 12 or not overdue else ready),
        unit="项",
        places=0,
        allowance=words,
        method=PACE,
        cut=context.as_of.isoformat(),
        threshold=f"{len(counted)} 项全部完成",
    )


def _names(steps: Sequence[Step]) -> str:
    more = f"等 {len(steps)} 项" if len(steps) > _NAMED else ""
    return "、".join(step.label for step in steps[:_NAMED]) + more


# Surveys -----------------------------------------------------------------------------------------------


def _survey(part: Survey, verdict: PartVerdict, context: Context) -> PartForecast:
    """Another survey of as many people: the share found, give or take the error of a random sample."""
    step = next((one for one in reversed(verdict.steps) if one.value is not None), None)
    if step is None or step.value is None or step.end is None or not isinstance(part.limit, Decimal):
        return not_forecast(part, "还没有调查结果")
    asked = read(context.ledger, Quantity.of(part.denominator), step.start, step.end).value
    if not asked or not _ZERO <= step.value <= part.scale:
        return not_forecast(part, "不知道有效问卷数，算不出抽样误差")
    share = step.value / part.scale
    error = _WIDTH * (share * (1 - share) / asked).sqrt() * part.scale
    projection = Projection(
        SAMPLING, max(step.value - error, _ZERO), step.value, min(step.value + error, part.scale), _ZERO
    )
    words = (
        f"最近一次调查有效问卷 {format_number(asked, 0)} 份，{value_text(step.value, part.places, part.unit)}，"
        f"抽样误差 ±{format_number(error, 1)} 个百分点"
    )
    outlook = outlook_of(projection, part.op, part.limit)
    return _found(part, verdict, context, projection, outlook, words, head="预计再调查一次")


# Shares of sites ---------------------------------------------------------------------------------------


def _sites(part: SitesPart, verdict: PartVerdict, context: Context) -> PartForecast:
    """Where a failure stays (water taken, a firm's test) by the rate of failing so far; sections as they stand."""
    steps = [one for one in verdict.steps if one.site and one.status is not Status.NOT_APPLICABLE]
    if verdict.value is None or verdict.cut is None or not steps:
        return not_forecast(part, "还没有可判定的监测数据")
    left = 12 - verdict.cut.month
    measured = {"sources": _of_sources, "firms": _of_firms}.get(part.measure, _of_sections)
    projection = measured(verdict.value, steps, verdict.cut, left)
    limit = part.limit
    settled = part.measure in ("sources", "firms") and projection.high < limit
    words = _sites_words(part, steps, left)
    outlook = (
        "impossible"
        if settled or (not left and verdict.value < limit)
        else outlook_of(projection, part.op, limit)
    )
    return _found(part, verdict, context, projection, outlook, words)


def _sites_words(part: SitesPart, steps: Sequence[Step], left: int) -> str:
    bad = [step for step in steps if step.status is Status.MISSED]
    rest = f"，余下 {left} 个月" if left else ""
    if not bad:
        return f"至今没有不达标的{rest}{'须保持' if left else ''}"
    recover = "" if part.measure in ("sources", "firms") else "均值降到目标以内才算达标" if left else ""
    fixed = "，已计入全年、不能消除" if part.measure in ("sources", "firms") else ""
    return f"{_places(bad)}不达标{fixed}{rest}{recover}"


def _places(steps: Sequence[Step]) -> str:
    more = f"等 {len(steps)} 处" if len(steps) > _NAMED else ""
    return "、".join(step.label for step in steps[:_NAMED]) + more


def pass_bounds(failed: int, tested: int) -> tuple[Decimal, Decimal, Decimal]:
    """The chance of failing once: low, likely (what was seen), high; Wilson's interval, eight cases in ten."""
    if not tested:
        return _ZERO, _ZERO, _ZERO
    number, seen, square = Decimal(tested), Decimal(failed) / tested, _WIDTH * _WIDTH
    middle = (seen + square / (2 * number)) / (1 + square / number)
    half = (
        _WIDTH / (1 + square / number) * (seen * (1 - seen) / number + square / (4 * number * number)).sqrt()
    )
    return middle - half if failed else _ZERO, seen, middle + half if failed < tested else Decimal(1)


def _tests(steps: Sequence[Step]) -> tuple[int, int]:
    """How many of the periods so far failed, of how many that were judged."""
    judged = [
        row.status for step in steps for row in step.inputs if row.status in (Status.MET, Status.MISSED)
    ]
    return judged.count(Status.MISSED), len(judged)


def _of_sources(now: Decimal, steps: Sequence[Step], cut: date, left: int) -> Projection:
    """The water to come by months alike; what failed stays in the year's sum."""
    done = Decimal(cut.month) / 12
    best, likely, worst = (
        now * done + (1 - done) * (1 - chance) * _HUNDRED for chance in pass_bounds(*_tests(steps))
    )
    return Projection(PASSING, worst, likely, best, Decimal(left))


def _of_firms(now: Decimal, steps: Sequence[Step], cut: date, left: int) -> Projection:
    """A firm keeps its year while every quarter's test complies; one that failed never gets it back."""
    quarters = -(-left // 3)
    best, likely, worst = (now * (1 - chance) ** quarters for chance in pass_bounds(*_tests(steps)))
    return Projection(PASSING, worst, likely, best, Decimal(left))


def _of_sections(now: Decimal, steps: Sequence[Step], cut: date, left: int) -> Projection:
    """By means, so that a section may turn either way: those with months on the other side may end there."""
    if not left:
        return Projection(PERSISTENCE, now, now, now, _ZERO)
    good, bad = ([step for step in steps if step.status is status] for status in (Status.MET, Status.MISSED))
    judged = Decimal(len(good) + len(bad)) or Decimal(1)
    shaky = sum(any(row.status is Status.MISSED for row in step.inputs) for step in good)
    may_mend = sum(any(row.status is Status.MET for row in step.inputs) for step in bad)
    return Projection(
        PERSISTENCE,
        (len(good) - shaky) * _HUNDRED / judged,
        now,
        (len(good) + may_mend) * _HUNDRED / judged,
        Decimal(left),
    )


_KINDS: dict[str, Callable[[Any, PartVerdict, Context], PartForecast]] = {
    "RANK": _rank,
    "LIST": _list,
    "SURVEY": _survey,
    "SITES": _sites,
}
