"""Filters of the list, and what the office writes."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from chuangmo.org.models import Unit
from indicators.insight.models import Suspicion, WatchRule
from indicators.insight.services.settling import MAX_REASON
from indicators.plan.models import Indicator

__all__ = ["DecideForm", "SendBackForm", "SuspicionFilter"]


class SuspicionFilter(django_filters.FilterSet):
    """State (open by default), rule, indicator, unit, month in which the period ends."""

    state = django_filters.ChoiceFilter(label="状态", choices=Suspicion.State.choices, empty_label="全部")
    rule = django_filters.ModelChoiceFilter(
        label="规则", empty_label="全部", queryset=WatchRule.objects.all()
    )
    indicator = django_filters.ModelChoiceFilter(
        label="指标", empty_label="全部", queryset=Indicator.objects.none()
    )
    unit = django_filters.ModelChoiceFilter(label="单位", empty_label="全部", queryset=Unit.objects.none())

    class Meta:
        model = Suspicion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.queryset.order_by()
        self.filters["indicator"].field.queryset = Indicator.objects.filter(
            pk__in=seen.values("indicator")
        ).order_by("number")
        units = self.filters["unit"].field
        units.queryset = Unit.objects.filter(pk__in=seen.values("unit"))
        units.label_from_instance = lambda unit: unit.short_name


_CHOOSE = {"invalid": "请选择报表", "required": "请选择报表"}


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label="理由",
        max_length=MAX_REASON,
        required=False,  # the service says what is missing
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SendBackForm(_Reasoned):
    """Which report, as of which revision, and why."""

    choice = forms.RegexField(r"^\d{1,15}:\d{1,9}$", label="退回哪份报表", error_messages=_CHOOSE)

    @property
    def report_id(self) -> int:
        return int(self.cleaned_data["choice"].partition(":")[0])

    @property
    def revision_no(self) -> int:
        return int(self.cleaned_data["choice"].partition(":")[2])


class DecideForm(_Reasoned):
    """What is decided, and why."""

    decision = forms.ChoiceField(choices=[(value, value) for value in ("explained", "dismissed", "open")])
