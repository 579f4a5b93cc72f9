"""A verdict beside the one that supposed figures would give; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chuangmo.periods import Period, parse
from indicators.assessment.derivation import DerivationView, present
from indicators.assessment.queries.inputs import gather
from indicators.assessment.rules import Inputs, VerdictResult, assess
from indicators.assessment.rules.supposing import Cell, SupposeFault, cells, periods_of, sites_of, suppose
from indicators.plan.models import Indicator

__all__ = ["Supposed", "Trial", "try_out"]


@dataclass(frozen=True)
class Supposed:
    """A cell with what was typed into it."""

    cell: Cell
    typed: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Trial:
    """The verdict as it stands and as supposed (None: nothing supposed, or a fault)."""

    before: VerdictResult
    after: VerdictResult | None
    shown: DerivationView | None
    rows: Sequence[Supposed]
    elsewhere: Sequence[Supposed]
    periods: Sequence[Period]
    sites: Sequence[tuple[str, str]]
    of: Period | None
    site: str
    fault: str

    @property
    def moved(self) -> bool:
        """Whether status or shown value differ."""
        after = self.after
        return after is not None and (self.before.status, self.before.headline) != (
            after.status,
            after.headline,
        )


def try_out(
    indicator: Indicator, as_of: date, typed: Mapping[str, str], *, of: str = "", site: str = ""
) -> Trial | None:
    """Assess the month end twice. `typed`: cell key → text; `of` and `site` choose the cells that are shown.

    None where the indicator has no rule. As many queries as gathering one indicator takes.
    """
    subjects = gather(indicator.plan, [indicator.pk])
    if not subjects:
        return None
    rule, inputs = subjects[0].rule, subjects[0].inputs
    periods = periods_of(rule, inputs, as_of)
    chosen = _chosen(periods, of, as_of)
    sites = sites_of(inputs)
    site = site if site in dict(sites) else (sites[0][0] if sites else "")
    shown = cells(rule, inputs, chosen, site) if chosen else []
    before = assess(rule, inputs, as_of)
    after, faults = None, {}
    try:
        if any(text.strip() for text in typed.values()):
            after = assess(rule, suppose(inputs, typed), as_of)
    except SupposeFault as fault:
        faults = {fault.key: str(fault)}
    except ValueError as fault:
        faults = {"": str(fault)}
    here = {cell.key for cell in shown}
    return Trial(
        before=before,
        after=after,
        shown=present(after.to_json()) if after else None,
        rows=[Supposed(cell, typed.get(cell.key, ""), faults.get(cell.key, "")) for cell in shown],
        elsewhere=[
            Supposed(_named(rule, inputs, key), text, faults.get(key, ""))
            for key, text in typed.items()
            if key not in here and text.strip()
        ],
        periods=periods,
        sites=sites,
        of=chosen,
        site=site,
        fault=faults.get("", ""),
    )


def _chosen(periods: Sequence[Period], asked: str, as_of: date) -> Period | None:
    """The period asked for, else the newest one that had ended by the day."""
    by_code = {period.code: period for period in periods}
    over = [period for period in periods if period.end <= as_of]
    return by_code.get(asked) or next(iter(over or periods), None)


def _named(rule: object, inputs: Inputs, key: str) -> Cell:
    """A cell of another period or site, with what to call it."""
    for part in key.split("|")[1:]:
        try:
            found = cells(rule, inputs, parse(part), _site_in(inputs, key))  # type: ignore[arg-type]
        except ValueError:
            continue
        cell = next((one for one in found if one.key == key), None)
        if cell is not None:
            return cell
    return Cell(key, key, "", "", "")


def _site_in(inputs: Inputs, key: str) -> str:
    codes = {site.code for site in inputs.readings.sites}
    return next((part for part in key.split("|") if part in codes), "")
