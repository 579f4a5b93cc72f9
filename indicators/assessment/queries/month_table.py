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
    """One indicator at a month end. `verdict` and `derivation` are None before it was assessed."""

    indicator: Indicator
    leads: str
    responsible: str
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
        if self.verdict is None:
            return "未评定"
        extra = [
            word
            for word, applies in (
                ("进行中", self.verdict.is_provisional),
                ("更正中", self.verdict.is_correcting),
            )
            if applies
        ]
        return self.verdict.get_status_display() + (f"（{'、'.join(extra)}）" if extra else "")


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
        leads="、".join(_name(duty) for duty in duties if duty.role == DutyRole.LEAD),
        responsible="、".join(_name(duty) for duty in duties if duty.role == DutyRole.RESPONSIBLE),
        verdict=verdict,
        derivation=present(verdict.result) if verdict else None,
    )


def _name(duty: Duty) -> str:
    return duty.unit.name if duty.unit else str(duty.group)
