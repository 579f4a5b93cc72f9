"""Bringing a file, and the filters of the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.org.models import Unit, valid_at
from indicators.monitoring.models import Batch, BatchKind
from indicators.monitoring.queries.sites import MONITORED
from indicators.monitoring.rights import Bringing
from indicators.plan.models import Site

__all__ = ["BatchFilter", "BringForm", "SiteFilter"]

ACCEPT = ".csv,.txt,.xlsx,.xls,.gz"


class BringForm(forms.Form):
    """Whose readings, of what kind, in which file."""

    unit = forms.TypedChoiceField(label="报送单位", coerce=int)
    kind = forms.ChoiceField(label="数据种类")
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        help_text="CSV（UTF-8 或 GBK，可压缩为 .gz）或 Excel；第一行是表头，一行一个点位一个时间。",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, offered: Sequence[Bringing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, kinds = self.fields["unit"], self.fields["kind"]
        assert isinstance(units, forms.ChoiceField) and isinstance(kinds, forms.ChoiceField)
        units.choices = [(one.unit.pk, one.unit.short_name) for one in offered]
        held = {kind for one in offered for kind in one.kinds}
        kinds.choices = [(value, label) for value, label in BatchKind.choices if value in held]
        if len(offered) == 1:
            units.widget = forms.HiddenInput()
            units.initial = offered[0].unit.pk


SERVICE = [("now", "在用"), ("ended", "已停用"), ("later", "尚未启用")]
CLASSES = [("1", "Ⅰ类"), ("2", "Ⅱ类"), ("3", "Ⅲ类"), ("4", "Ⅳ类"), ("5", "Ⅴ类"), ("none", "未定")]


class SiteFilter(django_filters.FilterSet):
    """Kind, county, target class, in service, name or code."""

    kind = django_filters.ChoiceFilter(
        label="类别", choices=[(kind.value, kind.label) for kind in MONITORED], empty_label="全部"
    )
    county = django_filters.ModelChoiceFilter(
        label="所在县区", field_name="unit", queryset=Unit.objects.none(), empty_label="全部"
    )
    target = django_filters.ChoiceFilter(
        label="目标类别", choices=CLASSES, method="by_target", empty_label="全部"
    )
    service = django_filters.ChoiceFilter(
        label="在用情况", choices=SERVICE, method="by_service", empty_label="全部"
    )
    q = django_filters.CharFilter(label="名称或代码", method="by_words")

    class Meta:
        model = Site
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = self.filters["county"].field
        counties.queryset = Unit.objects.filter(
            pk__in=Site.objects.filter(kind__in=MONITORED).order_by().values("unit")
        ).order_by("order", "pk")
        counties.label_from_instance = lambda unit: unit.short_name

    def by_target(self, sites: QuerySet[Site], name: str, value: str) -> QuerySet[Site]:
        if value == "none":
            return sites.filter(target_class__isnull=True)
        return sites.filter(target_class=int(value))

    def by_service(self, sites: QuerySet[Site], name: str, value: str) -> QuerySet[Site]:
        today = clock.today()
        if value == "now":
            return sites.filter(valid_at(today))
        return sites.filter(valid_to__lt=today) if value == "ended" else sites.filter(valid_from__gt=today)

    def by_words(self, sites: QuerySet[Site], name: str, value: str) -> QuerySet[Site]:
        words = value.replace("\x00", "").strip()
        return sites.filter(Q(name__icontains=words) | Q(code__icontains=words)) if words else sites


STEPS = [
    ("draft", "草稿"),
    ("submitted", "已提交"),
    ("signed_off", "单位已审"),
    ("verified", "牵头已核"),
    ("accepted", "已审定"),
    ("returned", "已退回"),
]


class BatchFilter(django_filters.FilterSet):
    """Kind, unit, state."""

    kind = django_filters.ChoiceFilter(label="种类", choices=BatchKind.choices, empty_label="全部")
    unit = django_filters.ModelChoiceFilter(label="单位", queryset=Unit.objects.none(), empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", field_name="case__state", choices=STEPS, empty_label="全部"
    )

    class Meta:
        model = Batch
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.filters["unit"].field
        assert self.queryset is not None
        units.queryset = Unit.objects.filter(pk__in=self.queryset.order_by().values("unit"))
        units.label_from_instance = lambda unit: unit.short_name
