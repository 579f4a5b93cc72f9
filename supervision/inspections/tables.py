"""Registers of inspections and findings as tables, and their filters."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from chuangmo.org.models import Unit
from chuangmo.shell.templatetags.shell import state_badge, status_badge
from supervision.inspections.models import (
    Finding,
    Inspection,
    InspectionKind,
    InspectionState,
    ProblemKind,
    Severity,
)
from supervision.inspections.signs import SEVERITIES, TOURS

__all__ = ["FindingFilter", "FindingTable", "InspectionFilter", "InspectionTable"]


class InspectionTable(tables.Table):
    """Title (to its page), way, day, who, units, state, findings seen."""

    title = tables.Column("检查", linkify=True)
    kind = tables.Column("方式")
    planned_on = tables.DateColumn(verbose_name="日期", format="Y-m-d")
    office = tables.Column("实施单位", accessor="office__short_name", order_by=("office__order",))
    units = tables.Column("被查单位", empty_values=(), orderable=False)
    state = tables.Column("状态")
    found = tables.Column("问题", attrs={"td": {"class": "num"}})

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = ()
        sequence = ("title", "kind", "planned_on", "office", "units", "state", "found")
        attrs = {"class": "stackable", "title": "检查"}
        empty_text = "没有符合条件的检查"

    def render_units(self, record: Inspection) -> str:
        return "、".join(unit.short_name for unit in record.units.all()) or "不限"

    def render_state(self, record: Inspection) -> SafeString:
        return state_badge(*TOURS[record.state])


class InspectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=InspectionState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="方式", choices=InspectionKind.choices, empty_label="全部")
    office = django_filters.ModelChoiceFilter(
        label="实施单位", queryset=Unit.objects.none(), empty_label="全部"
    )

    class Meta:
        model = Inspection
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _short(self, "office", "office")


class FindingTable(tables.Table):
    """Place (to its page), kind, severity, unit, indicator, day, office, where it stands."""

    place = tables.Column("地点", linkify=True)
    kind = tables.Column("类别", order_by=("kind__order",))
    severity = tables.Column("程度")
    unit = tables.Column("责任单位", accessor="unit__short_name", order_by=("unit__order",))
    text = tables.Column("问题", orderable=False)
    indicator = tables.Column("指标", accessor="indicator__number")
    found_on = tables.DateColumn(verbose_name="发现日期", format="Y-m-d")
    office = tables.Column("登记单位", accessor="office__short_name", order_by=("office__order",))
    stands = tables.Column("情况", empty_values=(), orderable=False)

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()
        sequence = (
            "place",
            "kind",
            "severity",
            "unit",
            "text",
            "indicator",
            "found_on",
            "office",
            "stands",
        )
        attrs = {"class": "stackable", "title": "问题"}
        empty_text = "没有符合条件的问题"

    def render_text(self, value: str) -> str:
        return value if len(value) <= 80 else value[:79] + "…"

    def render_severity(self, record: Finding) -> SafeString:
        return status_badge(*SEVERITIES[record.severity])

    def render_stands(self, record: Finding) -> SafeString:
        if record.dropped_at is not None:
            return state_badge("waived", "已撤销")
        return state_badge("accepted", "已公布") if record.is_released else state_badge("draft", "未公布")


class FindingFilter(django_filters.FilterSet):
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=Unit.objects.none(), empty_label="全部"
    )
    kind = django_filters.ModelChoiceFilter(
        label="类别", queryset=ProblemKind.objects.all(), empty_label="全部"
    )
    severity = django_filters.ChoiceFilter(label="程度", choices=Severity.choices, empty_label="全部")
    q = django_filters.CharFilter(
        label="关键词", method="search", widget=forms.TextInput(attrs={"maxlength": 60})
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _short(self, "unit", "unit")

    def search(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(Q(text__icontains=value) | Q(place__icontains=value))


def _short(filters: Any, name: str, column: str) -> None:
    """Offer the units that the person's rows name."""
    field = filters.filters[name].field
    field.queryset = Unit.objects.filter(pk__in=filters.queryset.order_by().values(column))
    field.label_from_instance = lambda unit: unit.short_name
