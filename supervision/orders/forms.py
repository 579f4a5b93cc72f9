"""What the pages of orders ask for: shape and words only, the services judge."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from chuangmo import clock
from chuangmo.files.forms import ManyFilesField, ManyFilesInput
from chuangmo.org.models import Unit
from chuangmo.workcalendar.queries import work_calendar
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project
from supervision.inspections.forms import ManyShortNames, Numbered, ShortNames, day_field
from supervision.inspections.rights import Hand
from supervision.orders.models import OPEN_STATES, Order, OrderRules, OrderState
from supervision.orders.queries.lists import OFFICE_STATES, UNIT_STATES
from supervision.orders.services import OrderInput

__all__ = [
    "BackForm",
    "CloseForm",
    "MoveForm",
    "NoteForm",
    "OrderFilter",
    "OrderForm",
    "PlainForm",
    "ReasonForm",
    "RemarkForm",
    "SecondForm",
]

TEXT = 4000


def _words(label: str, help_text: str = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"请写明{label}", "max_length": f"最多 {TEXT} 字"},
    )


def _files() -> ManyFilesField:
    return ManyFilesField(
        label="附件", required=False, help_text="照片、文件，可以选多个。", widget=ManyFilesInput()
    )


class OrderForm(forms.Form):
    """A draft."""

    office = forms.TypedChoiceField(label="签发单位", coerce=int)
    unit = ShortNames(
        label="承办单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择承办单位", "invalid_choice": "请选择承办单位"},
    )
    title = forms.CharField(label="事由", max_length=120, error_messages={"required": "请写事由"})
    requirements = _words("督办要求", "什么问题，要做到什么程度，怎样算办结。", rows=5)
    due_on = day_field("办结期限", "填了节假日，顺延到下一个工作日。")
    place = forms.CharField(label="地点", max_length=120, required=False)
    indicator = Numbered(
        label="指标", queryset=Indicator.objects.none(), required=False, empty_label="不涉及指标"
    )
    project = ShortNames(
        label="工程", queryset=Project.objects.none(), required=False, empty_label="不涉及工程"
    )
    co_units = ManyShortNames(label="协办单位", queryset=Unit.objects.none(), required=False)

    def __init__(self, hand: Hand, *args: Any, row: Order | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if row is not None:
            del fields["office"]
        else:
            fields["office"].choices = [(seat.office_id, seat.office) for seat in hand.seats]
        plan = row.plan if row else Plan.objects.current()
        area = hand.units()
        # A unit that was dissolved since stays chosen: the service says to whom it passed.
        chosen = [row.unit_id] if row else []
        fields["unit"].queryset = Unit.objects.filter(Q(pk__in=area.values("pk")) | Q(pk__in=chosen))
        fields["co_units"].queryset = area
        fields["indicator"].queryset = Indicator.objects.filter(plan=plan).order_by("number")
        fields["project"].queryset = Project.objects.filter(plan=plan).order_by("order", "pk")

    @staticmethod
    def fresh(**known: Any) -> dict[str, Any]:
        days = OrderRules.current().order_days
        return {"due_on": work_calendar().add_working_days(clock.today(), days), **known}

    @staticmethod
    def initial_of(row: Order) -> dict[str, Any]:
        plain = ("title", "requirements", "place", "due_on")
        return {name: getattr(row, name) for name in plain} | {
            "unit": row.unit_id,
            "indicator": row.indicator_id,
            "project": row.project_id,
            "co_units": [one.unit_id for one in row.helpers.all()],
        }

    def asked(self) -> OrderInput:
        data = self.cleaned_data
        return OrderInput(
            unit_id=data["unit"].pk,
            title=data["title"],
            requirements=data["requirements"],
            due_on=data["due_on"],
            co_units=tuple(one.pk for one in data["co_units"]),
            place=data["place"],
            indicator_id=data["indicator"].pk if data["indicator"] else None,
            project_id=data["project"].pk if data["project"] else None,
        )


class MoveForm(forms.Form):
    """A form among others on the order's page: its move keeps labels and fields apart."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        self.name = name
        kwargs["auto_id"] = f"{name}-%s"
        super().__init__(*args, **kwargs)


class PlainForm(MoveForm):
    """Nothing to fill in."""


class RemarkForm(MoveForm):
    """What was done or seen, with files."""

    text = _words("情况")
    files = _files()  # type: ignore[assignment]


class NoteForm(RemarkForm):
    text = _words("补充情况", rows=2)


class CloseForm(MoveForm):
    text = _words("意见", required=False, rows=2)


class ReasonForm(MoveForm):
    reason = _words("原因", rows=2)


class BackForm(ReasonForm):
    due_on = day_field("重办期限", "空着按督办规则；填了节假日顺延到下一个工作日。", required=False)


class SecondForm(MoveForm):
    requirements = _words("督办要求", "前一份为什么没有落实，这一次要做到什么。", rows=4)
    due_on = day_field("办结期限")


class OrderFilter(django_filters.FilterSet):
    """State (open ones by default), office, unit, late, what came back, words."""

    STATES = (
        ("open", "未办结"),
        ("late", "逾期的"),
        ("rebound", "反弹的"),
        ("unit", "待承办单位办理"),
        ("office", "待复核、销号"),
        *((str(code), str(word)) for code, word in OrderState.choices),
    )
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("all", "全部"), *STATES], method="stand", empty_label=None
    )
    office = django_filters.ModelChoiceFilter(
        label="签发单位", queryset=Unit.objects.none(), empty_label="全部"
    )
    unit = django_filters.ModelChoiceFilter(
        label="承办单位", queryset=Unit.objects.none(), empty_label="全部"
    )
    q = django_filters.CharFilter(
        label="关键词", method="search", widget=forms.TextInput(attrs={"maxlength": 60})
    )
    finding = django_filters.NumberFilter(field_name="finding", widget=forms.HiddenInput)

    class Meta:
        model = Order
        fields: list[str] = []

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        asked = data.copy()
        asked.setdefault("state", "open")
        super().__init__(asked, *args, **kwargs)
        for name in ("office", "unit"):
            field: Any = self.filters[name].field
            field.queryset = Unit.objects.filter(pk__in=self.queryset.order_by().values(name))
            field.label_from_instance = lambda unit: unit.short_name

    def stand(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        groups: dict[str, Q] = {
            "all": Q(),
            "open": Q(state__in=[OrderState.DRAFT, *OPEN_STATES]),
            "late": Q(state__in=UNIT_STATES, due_now__lt=clock.today()),
            "rebound": Q(came_back=0),
            "unit": Q(state__in=UNIT_STATES),
            "office": Q(state__in=OFFICE_STATES),
        }
        return rows.filter(groups.get(value, Q(state=value)))

    def search(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return rows.filter(
            Q(title__icontains=value)
            | Q(document_number__icontains=value)
            | Q(requirements__icontains=value)
            | Q(place__icontains=value)
        )
