"""What people type about tasks: shape and words only; the services decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from chuangmo.org.models import Unit
from projects.campaigns.models import Member, MemberState, Post, Section, Task
from projects.campaigns.signs import LIGHT_CHOICES

__all__ = ["ImportForm", "MemberFilter", "MemberForm", "TaskFilterForm"]

NOBODY = "none"


class TaskFilterForm(forms.Form):
    """The filters of the list, as they stand in the address."""

    section = forms.ChoiceField(label="出处", required=False, choices=[("", "全部"), *Section.choices])
    unit = forms.ChoiceField(label="单位", required=False)
    indicator = forms.ChoiceField(label="支撑指标", required=False)
    light = forms.ChoiceField(label="亮灯", required=False, choices=[("", "全部"), *LIGHT_CHOICES])
    q = forms.CharField(label="名称或专题", required=False)

    def __init__(
        self, *args: Any, units: Iterable[Unit], indicators: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "全部"), *((one.pk, one.short_name) for one in units)]  # type: ignore[attr-defined]
        self.fields["indicator"].choices = [("", "全部"), *indicators]  # type: ignore[attr-defined]


class MemberFilter(django_filters.FilterSet):
    """Unit, state, post, name or code."""

    state = django_filters.ChoiceFilter(label="状态", choices=MemberState.choices, empty_label="全部")
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=Unit.objects.none(), empty_label="全部"
    )
    post = django_filters.ChoiceFilter(label="岗位和责任人", method="by_post", empty_label="全部")
    q = django_filters.CharFilter(label="名称或代码", method="by_words")

    class Meta:
        model = Member
        fields: list[str] = []

    def __init__(self, *args: Any, units: Sequence[Unit], posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.filters["unit"].field
        field.queryset = Unit.objects.filter(pk__in=[one.pk for one in units]).order_by("order", "name")
        field.label_from_instance = lambda unit: unit.short_name
        post: Any = self.filters["post"].field
        post.choices = [
            ("", "全部"),
            (NOBODY, "未落实"),
            *((one.pk, f"{one.unit.short_name} {one}") for one in posts),
        ]

    def by_post(self, members: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return members.filter(post=None) if value == NOBODY else members.filter(post=int(value))

    def by_words(self, members: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        words = value.replace("\x00", "").strip()
        return members.filter(Q(name__icontains=words) | Q(code__icontains=words)) if words else members


class MemberForm(forms.Form):
    """One member by hand. `is_apart` is asked only where a similar name was found."""

    name = forms.CharField(label="名称", max_length=100)
    code = forms.CharField(label="代码", max_length=40, required=False)
    unit = forms.TypedChoiceField(label="责任单位", coerce=int)
    county = forms.TypedChoiceField(label="所在县区", coerce=int, required=False, empty_value=None)
    post = forms.TypedChoiceField(label="岗位和责任人", coerce=int, required=False, empty_value=None)
    value = forms.DecimalField(label="数值", required=False, max_digits=12, decimal_places=2)
    remark = forms.CharField(label="备注", max_length=200, required=False)
    is_apart = forms.BooleanField(label="确实不是同一个", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        task: Task,
        units: Sequence[Unit],
        counties: Sequence[Unit],
        posts: Iterable[Post],
        asks_apart: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = task.get_code_kind_display()
        self.fields["unit"].choices = [(one.pk, one.short_name) for one in units]  # type: ignore[attr-defined]
        self.fields["county"].choices = [("", "—"), *((one.pk, one.short_name) for one in counties)]  # type: ignore[attr-defined]
        post: Any = self.fields["post"]
        post.choices = [("", "未落实"), *((one.pk, f"{one.unit.short_name} {one}") for one in posts)]
        if task.measure:
            self.fields["value"].label = f"{task.measure}（{task.measure_unit}）"
        else:
            del self.fields["value"]
        if not asks_apart:
            self.fields["is_apart"].widget = forms.HiddenInput()


class ImportForm(forms.Form):
    """The file of a register."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        help_text="Excel 或 CSV；第一行是表头，一行一个对象。先用模板填好再上传。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
