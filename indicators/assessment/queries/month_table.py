"""The month's table of 26 rows, as workbook, print and later the dossier show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from chuangmo.charts import Chart
from chuangmo.org.models import valid_at
from indicators.assessment.derivation import DerivationView, present
from indicators.assessment.models import Status, Verdict
from indicators.plan.models import Duty, DutyRole, Indicator, Plan


@dataclass(frozen=True)
class TableRow:
    """One indicator at a month end: units with their full names, and short for narrow columns. `verdict` and `derivation`
    are None before it was assessed."""

    indicator: Indicator
    leads: str
    responsible: str
    leads_short: str
    responsible_short: str
    verdict: Verdict | None
    derivation: DerivationView | None

    @property
    def status(self) -> str:
        return self.verdict.status if self.verdict else Status.NONE

    @property
    def chart(self) -> Chart | None:
        """The chart of the first part that has one; events that must not happen make a line at zero, and none is drawn."""
        parts = [part for part in self.derivation.parts if part.kind != "NOEV"] if self.derivation else []
        return next((chart for part in parts if (chart := part.chart) is not None), None)

    @property
    def word(self) -> str:
        """The verdict in words, 进行中 and 更正中 beside it."""
        return self.bare_word + (f"（{self.aside}）" if self.aside else "")

    @property
    def bare_word(self) -> str:
        return self.verdict.get_status_display() if self.verdict else "未评定"

    @property
    def aside(self) -> str:
        """What is said beside the verdict: 进行中, 更正中, both or nothing."""
        if self.verdict is None:
            return ""
        words = (("进行中", self.verdict.is_provisional), ("更正中", self.verdict.is_correcting))
        return "、".join(word for word, applies in words if applies)


def tally(rows: Sequence[TableRow]) -> list[tuple[str, list[TableRow]]]:
    """The rows by status, in the order of the statuses; those that no row has are left out."""
    by_status = [(status, [row for row in rows if row.status == status]) for status in Status.values]
    return [(status, found) for status, found in by_status if found]


def month_table(plan: Plan, as_of: date) -> Sequence[TableRow]:
    """All indicators of the plan in order, with units in the plan's order; three queries."""
    duties = Duty.objects.filter(valid_at(as_of)).select_related("unit", "group").order_by("order")
    indicators = (
        Indicator.objects.filter(plan=plan)
        .select_related("category")
        .prefetch_related(Prefetch("duties", queryset=duties, to_attr="duties_now"))
        .order_by("number")
    )
    verdicts = {
        verdict.indicator_id: verdict
        for verdict in Verdict.objects.filter(
            indicator__plan=plan, as_of=as_of, is_current=True
        ).select_related("rule")
    }
    return [_row(indicator, verdicts.get(indicator.pk)) for indicator in indicators]


def _row(indicator: Indicator, verdict: Verdict | None) -> TableRow:
    duties: list[Duty] = indicator.duties_now  # type: ignore[attr-defined]
    return TableRow(
        indicator=indicator,
        leads=_names(duties, DutyRole.LEAD),
        responsible=_names(duties, DutyRole.RESPONSIBLE),
        leads_short=_names(duties, DutyRole.LEAD, short=True),
        responsible_short=_names(duties, DutyRole.RESPONSIBLE, short=True),
        verdict=verdict,
        derivation=present(verdict.result) if verdict else None,
    )


def _names(duties: Sequence[Duty], role: DutyRole, *, short: bool = False) -> str:
    return "、".join(_name(duty, short) for duty in duties if duty.role == role)


def _name(duty: Duty, short: bool) -> str:
    if duty.unit is None:
        return str(duty.group)
    return duty.unit.short_name if short else duty.unit.name
