"""What the pages of inspections ask for: shape and words only, the services judge."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.files.forms import ManyFilesField, ManyFilesInput
from chuangmo.org.models import Unit
from chuangmo.row_fields import ManyRows
from indicators.plan.models import ChecklistItem, Indicator, Plan
from projects.works.models import Project
from supervision.inspections.models import Finding, Inspection, InspectionKind, ProblemKind, Severity
from supervision.inspections.queries.checklists import items_of
from supervision.inspections.rights import Hand
from supervision.inspections.services import FindingInput, TourInput

__all__ = ["CommentForm", "FindingForm", "PhotoForm", "ReasonForm", "TourForm", "day_field"]

ACCEPT = ".jpg,.jpeg,.png,.heic,.heif,image/*"


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填 2017-06-20 这样的日期", "required": "请填 2017-06-20 这样的日期"},
    )


class ShortNames(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "short_name", "") or obj)


class Numbered(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.short_name}"


class ManyShortNames(ManyRows):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(getattr(obj, "short_name", "") or obj)


class ManyNumbered(ManyShortNames):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.short_name}"


class TourForm(forms.Form):
    """An inspection as planned."""

    office = forms.TypedChoiceField(label="实施单位", coerce=int)
    kind = forms.ChoiceField(label="方式", choices=InspectionKind.choices)
    title = forms.CharField(label="名称", max_length=80, error_messages={"required": "请写名称"})
    planned_on = day_field("日期")
    planned_until = day_field("至", "一天以上的填最后一天。", required=False)
    route = forms.CharField(
        label="路线",
        required=False,
        max_length=1000,
        help_text="依次到哪里，看什么。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    companions = forms.CharField(
        label="其他人员", required=False, max_length=200, help_text="没有本系统账号的代表、委员、记者、专家。"
    )
    units = ManyShortNames(
        label="被查单位",
        queryset=Unit.objects.none(),
        required=False,
        help_text="不选表示不限单位。暗访公布以前，被查单位看不到。",
    )
    team = ManyShortNames(label="检查人员", queryset=User.objects.none(), required=False)
    indicators = ManyNumbered(
        label="对照指标",
        queryset=Indicator.objects.none(),
        required=False,
        help_text="按所选指标的清单核对。",
    )
    projects = ManyShortNames(
        label="对照工程",
        queryset=Project.objects.none(),
        required=False,
        help_text="按工程所支撑指标的清单核对。",
    )

    def __init__(self, hand: Hand, *args: Any, row: Inspection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if row is not None:
            del fields["office"]
        else:
            fields["office"].choices = [(seat.office_id, seat.office) for seat in hand.seats]
        plan = row.plan if row else Plan.objects.current()
        seats = Membership.objects.valid(clock.today()).filter(
            role__in=[Role.OFFICE, Role.COUNTY_OFFICE, Role.INSPECTOR]
        )
        fields["units"].queryset = hand.units()
        fields["team"].queryset = User.objects.filter(is_active=True, pk__in=seats.values("user")).order_by(
            "name"
        )
        fields["indicators"].queryset = Indicator.objects.filter(plan=plan).order_by("number")
        fields["projects"].queryset = Project.objects.filter(plan=plan).order_by("order", "pk")

    @staticmethod
    def initial_of(row: Inspection) -> dict[str, Any]:
        columns = ("kind", "title", "planned_on", "planned_until", "route", "companions")
        many = ("units", "team", "indicators", "projects")
        return {name: getattr(row, name) for name in columns} | {
            name: [one.pk for one in getattr(row, name).all()] for name in many
        }

    def tour(self) -> TourInput:
        data: dict[str, Any] = dict(self.cleaned_data)
        data.pop("office", None)
        for name in ("units", "team", "indicators", "projects"):
            data[name] = [one.pk for one in data[name]]
        return TourInput(**data)


class FindingForm(forms.Form):
    """A problem on site; good on a telephone: what has to be typed comes first."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = ShortNames(
        label="责任单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择责任单位"},
    )
    kind = ShortNames(
        label="问题类别",
        queryset=ProblemKind.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择问题类别"},
    )
    severity = forms.ChoiceField(
        label="程度", choices=Severity.choices, widget=forms.RadioSelect, initial=Severity.MINOR
    )
    text = forms.CharField(
        label="问题",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明问题"},
    )
    place = forms.CharField(label="地点", max_length=120, error_messages={"required": "请写明地点"})
    latitude = forms.DecimalField(
        label="纬度",
        required=False,
        max_digits=9,
        decimal_places=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    longitude = forms.DecimalField(
        label="经度",
        required=False,
        max_digits=9,
        decimal_places=6,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    found_on = day_field("发现日期")
    item = forms.ModelChoiceField(
        label="对照条款", queryset=ChecklistItem.objects.none(), required=False, empty_label="不对照条款"
    )
    indicator = Numbered(
        label="指标", queryset=Indicator.objects.none(), required=False, empty_label="不涉及指标"
    )
    project = ShortNames(
        label="工程", queryset=Project.objects.none(), required=False, empty_label="不涉及工程"
    )

    def __init__(
        self,
        hand: Hand,
        *args: Any,
        inspection: Inspection | None = None,
        row: Finding | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        plan = inspection.plan if inspection else Plan.objects.current()
        if row is not None:
            del fields["key"]
        fields["unit"].queryset = hand.units() if hand.seats else Unit.objects.valid(hand.rights.on)
        fields["kind"].queryset = ProblemKind.objects.filter(is_active=True)
        items = ChecklistItem.objects.filter(indicator__plan=plan).select_related("indicator")
        own = items_of(inspection) if inspection else items
        fields["item"].queryset = items
        fields["item"].choices = [
            ("", "不对照条款"),
            *[
                (one.pk, f"{one.indicator.number} {one.item}")
                for one in (own or items.order_by("indicator__number"))
            ],
        ]
        fields["indicator"].queryset = Indicator.objects.filter(plan=plan).order_by("number")
        fields["project"].queryset = Project.objects.filter(plan=plan).order_by("order", "pk")
        for name in ("latitude", "longitude"):
            fields[name].error_messages |= {"invalid": "请填 26.59 这样的度数"}

    @staticmethod
    def fresh(**known: Any) -> dict[str, Any]:
        return {"key": uuid.uuid4(), "found_on": clock.today(), "severity": Severity.MINOR, **known}

    @staticmethod
    def initial_of(row: Finding) -> dict[str, Any]:
        plain = ("severity", "text", "place", "latitude", "longitude", "found_on")
        return {name: getattr(row, name) for name in plain} | {
            name: getattr(row, f"{name}_id") for name in ("unit", "kind", "indicator", "project", "item")
        }

    def found(self) -> FindingInput:
        data: dict[str, Any] = dict(self.cleaned_data)
        data.pop("key", None)
        for name in ("unit", "kind", "indicator", "project", "item"):
            chosen = data.pop(name)
            data[f"{name}_id"] = chosen.pk if chosen else None
        return FindingInput(**data)


class PhotoForm(forms.Form):
    """Pictures from the camera and from the album; the day counts where the camera says none."""

    camera = ManyFilesField(
        label="拍照",
        required=False,
        widget=ManyFilesInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    photos = ManyFilesField(
        label="选照片",
        required=False,
        help_text="可以一次选多张。JPG、PNG、HEIC；一次不超过 50 MB，大照片自动缩小。",
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
    )
    taken_on = day_field(
        "拍摄日期", "照片里有拍摄信息的以它为准；没有的按这个日期，并注明“无拍摄信息”。", required=False
    )


class CommentForm(forms.Form):
    """What a deputy says."""

    text = forms.CharField(
        label="意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明意见"},
    )
    place = forms.CharField(label="地点", max_length=120, required=False)
    unit = ShortNames(label="涉及单位", queryset=Unit.objects.none(), required=False, empty_label="不指明")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["unit"].queryset = Unit.objects.valid(clock.today())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明原因"},
    )
