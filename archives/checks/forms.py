"""Filters in the address: of the search, of the gaps, of a run's results."""

from __future__ import annotations

from typing import Any

from django import forms

from archives.checks.models import CheckResult, GapKind
from archives.checks.queries.search import STATES
from archives.holdings.queries import visible_pieces
from chuangmo.access.queries import Rights
from chuangmo.files.models import MaterialKind
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan

__all__ = ["GapFilter", "ResultFilter", "SearchForm"]

ALL = [("", "全部")]


def _units(ids: Any) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(pk__in=ids).order_by("order", "name").values_list("pk", "short_name")
    return [(str(pk), name) for pk, name in rows]


def _indicators(plan: Plan) -> list[tuple[str, str]]:
    rows = Indicator.objects.filter(plan=plan).order_by("number")
    return [(str(one.number), f"{one.number} {one.short_name}") for one in rows]


class SearchForm(forms.Form):
    """What is looked for, and where."""

    q = forms.CharField(
        label="查找",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    indicator = forms.ChoiceField(label="指标", required=False)
    year = forms.ChoiceField(label="年度", required=False)
    kind = forms.ChoiceField(label="种类", required=False, choices=[*ALL, *MaterialKind.choices])
    unit = forms.ChoiceField(label="单位", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[*ALL, *((code, word) for code, (word, _) in STATES.items())]
    )

    def __init__(self, data: Any, *, plan: Plan, rights: Rights) -> None:
        super().__init__(data)
        seen = visible_pieces(rights).order_by()
        years = sorted(set(seen.values_list("year", flat=True)), reverse=True)
        self.fields["indicator"].choices = [*ALL, *_indicators(plan)]  # type: ignore[attr-defined]
        self.fields["year"].choices = [*ALL, *((str(year), f"{year} 年") for year in years)]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [*ALL, *_units(seen.values("unit"))]  # type: ignore[attr-defined]


class GapFilter(forms.Form):
    """Kind, indicator, unit."""

    kind = forms.ChoiceField(label="缺口", required=False)
    indicator = forms.ChoiceField(label="指标", required=False)
    unit = forms.ChoiceField(label="单位", required=False)

    def __init__(self, data: Any, *, plan: Plan, unit_ids: set[int]) -> None:
        super().__init__(data)
        kinds = GapKind.objects.filter(is_on=True).values_list("code", "name")
        self.fields["kind"].choices = [*ALL, *kinds]  # type: ignore[attr-defined]
        self.fields["indicator"].choices = [*ALL, *_indicators(plan)]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [*ALL, *_units(unit_ids)]  # type: ignore[attr-defined]


class ResultFilter(forms.Form):
    """Outcome and check."""

    outcome = forms.ChoiceField(label="结果", required=False, choices=[*ALL, *CheckResult.Outcome.choices])
    code = forms.ChoiceField(label="未通过的检查", required=False)

    def __init__(self, data: Any, *, rules: list[dict[str, Any]]) -> None:
        super().__init__(data)
        self.fields["code"].choices = [*ALL, *((row["code"], row["name"]) for row in rules)]  # type: ignore[attr-defined]
