"""Plain forms."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.org.models import Unit, valid_at
from supervision.meetings.models import Answer, Attendance, Decision, DecisionState, MeetingSeries

DAY = {"invalid": "请填 2017-06-20 这样的日期", "required": "请填 2017-06-20 这样的日期"}


class MeetingForm(forms.Form):
    """When, where, who; the series only of a new meeting."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    series = forms.ModelChoiceField(label="会议", queryset=MeetingSeries.objects.all(), empty_label=None)
    held_on = forms.DateField(
        label="日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY,
    )
    starts_at = forms.TimeField(
        label="开始时间",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "请填 09:30 这样的时间"},
    )
    place = forms.CharField(label="地点", max_length=60, required=False, help_text="发通知前要填。")
    chair = forms.CharField(label="主持人", max_length=60, required=False)
    scribe = forms.CharField(label="记录人", max_length=60, required=False)
    notice = forms.CharField(
        label="会议要求",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写进通知：汇报什么、带什么材料。",
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["series"]


class ItemForm(forms.Form):
    """An item of the agenda."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="议题", max_length=120, error_messages={"required": "请填写议题"})
    detail = forms.CharField(
        label="情况", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """A called unit's answer; for somebody of several called units, which."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label=None)
    answer = forms.ChoiceField(
        label="是否参加",
        choices=[(value, label) for value, label in Answer.choices if value],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否参加"},
    )
    person = forms.CharField(label="参会人", max_length=40, required=False, help_text="请假的不用填。")
    post = forms.CharField(label="职务", max_length=40, required=False)
    reason = forms.CharField(label="请假原因", max_length=200, required=False)

    def __init__(self, rows: QuerySet[Attendance], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(pk__in=rows.values("unit"))
        self.only = units[0] if len(units) == 1 else None
        if self.only is not None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """Who signs for the minutes."""

    signer = forms.CharField(
        label="签发人",
        max_length=40,
        help_text="印发以后纪要不能再改，议定事项开始计时。",
        error_messages={"required": "请填写签发人"},
    )


class ReportForm(forms.Form):
    """The unit's word that it is done."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    report = forms.CharField(
        label="完成情况",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="做了什么、什么时候完成、效果怎样；证明材料先在下面上传。",
        error_messages={"required": "请写明完成情况", "max_length": "最多 4000 字"},
    )


class ActForm(forms.Form):
    """An act of the office on a decision, with a word."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="意见或原因",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回、撤销要写原因。",
    )


class DecisionFilter(django_filters.FilterSet):
    """The list of decisions: state, unit, late ones, words."""

    state = django_filters.ChoiceFilter(
        label="状态",
        empty_label="全部",
        choices=[(value, label) for value, label in DecisionState.choices if value != DecisionState.DRAFT],
    )
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", empty_label="全部", queryset=Unit.objects.none()
    )
    late = django_filters.ChoiceFilter(
        label="时限",
        empty_label="全部",
        choices=[("late", "逾期的"), ("soon", "七天内到期的")],
        method="by_day",
    )
    q = django_filters.CharFilter(label="事项", field_name="text", lookup_expr="icontains")

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(decisions__in=self.queryset.order_by()).distinct()
        self.filters["unit"].field.queryset = units

    def by_day(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        today = clock.today()
        if value == "late":
            return rows.filter(state=DecisionState.OPEN, due_on__lt=today)
        week = today.fromordinal(today.toordinal() + 7)
        return rows.filter(state=DecisionState.OPEN, due_on__gte=today, due_on__lte=week)


def units_now(county_id: int | None = None) -> QuerySet[Unit]:
    """The units that can be given something to do today, in a county if one is given."""
    found = Unit.objects.filter(valid_at(clock.today()))
    return found if county_id is None else found.filter(Q(pk=county_id) | Q(county=county_id))
