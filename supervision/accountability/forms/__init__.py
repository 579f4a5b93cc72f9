"""What people type about measures: shape and words only; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation
from chuangmo.org.models import Unit, valid_at
from chuangmo.row_fields import ManyRows
from supervision.accountability.models import MeasureKind

__all__ = [
    "ApproveForm",
    "CloseForm",
    "EntryForm",
    "HoldForm",
    "MeasureForm",
    "PromiseForm",
    "ProposeForm",
    "ReasonForm",
    "StartForm",
]

# The fields that matter for each kind, and what they are called there.
OF_KIND: dict[str, dict[str, str]] = {
    MeasureKind.TALK: {
        "title": "约谈事项", "grounds": "事由", "demand": "约谈要点", "persons": "约谈对象", "planned_on": "约谈日期",
        "place": "地点", "host": "约谈人",
    },
    MeasureKind.EXPOSURE: {
        "title": "跟踪事项", "grounds": "事由", "demand": "跟踪要点", "addressee": "送交媒体",
    },
    MeasureKind.ACCOUNT: {
        "title": "问责事项", "grounds": "事由", "demand": "处理建议", "persons": "涉及人员", "addressee": "移送机关",
    },
}  # fmt: skip


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填 2017-06-20 这样的日期", "required": f"请填写{label}"},
    )


def _words(
    label: str, limit: int, rows: int = 4, *, required: bool = False, help_text: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"请填写{label}", "max_length": f"最多 {limit} 字"},
    )


class Named(forms.Form):
    """A form among others on one page."""

    name = ""
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{self.name}-%s"
        super().__init__(*args, **kwargs)


class StartForm(forms.Form):
    """Which kind, about which unit."""

    kind = forms.ChoiceField(label="种类", choices=MeasureKind.choices)
    unit = forms.ModelChoiceField(
        label="对象单位", queryset=Unit.objects.none(), error_messages={"required": "请选择对象单位"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(valid_at(clock.today()))  # type: ignore[attr-defined]


class MeasureForm(Named):
    """The words of a measure; only the fields of its kind. What a paper can't go out without is asked for at the proposal."""

    name = "measure"
    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题"})
    grounds = _words("事由", 4000)
    demand = _words("要求", 4000)
    persons = forms.CharField(
        label="对象", max_length=120, required=False, help_text="姓名和职务，顿号分开。"
    )
    addressee = forms.CharField(label="送交", max_length=80, required=False)
    planned_on = _day("日期", required=False)
    place = forms.CharField(label="地点", max_length=60, required=False)
    host = forms.CharField(label="约谈人", max_length=60, required=False)
    obligations = ManyRows(
        label="未办事项",
        queryset=Obligation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选中的事项和它们的催办、通知、办理记录都会列入经过和依据。",
    )

    def __init__(self, kind: str, late: QuerySet[Obligation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = OF_KIND[kind]
        for name in list(self.fields):
            if name in labels:
                self.fields[name].label = labels[name]
            elif name not in ("version", "obligations"):
                del self.fields[name]
        field = self.fields["obligations"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = late
        field.label_from_instance = _labelled  # type: ignore[assignment, method-assign]

    @property
    def words(self) -> dict[str, Any]:
        left_out = ("version", "obligations")
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def _labelled(row: Obligation) -> str:
    return f"{row.subject_label}（应于 {row.due_on:%Y-%m-%d}）" if row.due_on else row.subject_label


class ProposeForm(Named):
    name = "propose"
    approver = forms.ModelChoiceField(
        label="批准人",
        queryset=User.objects.none(),
        help_text="由这位批准后才会编号、发出。",
        error_messages={"required": "请指定批准人"},
    )

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approver"].queryset = people  # type: ignore[attr-defined]


class ApproveForm(Named):
    """Approve with a word, or return with a reason."""

    name = "approve"
    reason = _words("批准意见或退回原因", 200, 2, help_text="退回要写原因。")


class ReasonForm(Named):
    name = "drop"
    reason = _words("撤销原因", 200, 2, required=True)


class HoldForm(Named):
    name = "hold"
    held_on = _day("约谈日期")
    attendees = forms.CharField(
        label="参加人员", max_length=300, error_messages={"required": "请填写参加人员"}
    )
    record = _words("约谈记录", 10_000, 8, required=True)


class PromiseForm(Named):
    name = "promise"
    text = forms.CharField(label="承诺事项", max_length=300, error_messages={"required": "请填写承诺事项"})
    due_on = _day("完成时限", "非工作日自动顺延。")


class EntryForm(Named):
    name = "follow"
    on = _day("日期")
    source = forms.CharField(
        label="媒体或来文单位", max_length=60, error_messages={"required": "请填写媒体或来文单位"}
    )
    text = forms.CharField(label="内容", max_length=300, error_messages={"required": "请填写内容"})
    link = forms.URLField(
        label="网址",
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "请填完整的网址"},
    )


class CloseForm(Named):
    name = "close"
    result = _words("结果", 2000, 4, required=True)
