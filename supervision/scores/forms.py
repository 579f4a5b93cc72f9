"""What the pages of scores ask for: shape and words only, the services judge."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from chuangmo.periods import Period
from supervision.scores.models import Objection, ScoreRow

YES, NO = "yes", "no"


def _words(label: str, help_text: str = "", *, limit: int = 600, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": limit}),
        error_messages={"required": f"请写明{label}", "max_length": f"最多 {limit} 字"},
    )


class Named(forms.Form):
    """A form among others on one page: `name` keeps its labels and fields apart."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{self.name}-%s"
        super().__init__(*args, **kwargs)


class PeriodForm(Named):
    """Which month or year is to be computed."""

    name = "period"
    period = forms.ChoiceField(label="考评期", error_messages={"invalid_choice": "没有这一期"})

    def __init__(self, periods: Sequence[Period], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(one.code, one.label) for one in periods]  # type: ignore[attr-defined]


class ObjectionForm(Named):
    """One row of the score, or the whole of it, and why."""

    name = "objection"
    row = forms.ChoiceField(label="对哪一项", required=False, help_text="不选表示对整个得分有异议。")
    text = _words("理由", "写清事实和依据，如报送时间、审定情况。")

    def __init__(self, rows: Sequence[tuple[str, ScoreRow]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = [  # type: ignore[attr-defined]
            ("", "整个得分"),
            *[(str(row.pk), f"{part}：{row.label}（{row.note}）"[:120]) for part, row in rows],
        ]


class DecideForm(Named):
    """The office's decision about one objection."""

    upheld = forms.ChoiceField(
        label="决定",
        choices=[(YES, "采纳"), (NO, "不采纳")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择采纳或不采纳"},
    )
    percent = forms.DecimalField(
        label="改为得分比例（%）",
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text="采纳时这一项得百分之几，空着为 100。",
        error_messages={
            "invalid": "请填 0 到 100 的数",
            "min_value": "请填 0 到 100 的数",
            "max_value": "请填 0 到 100 的数",
            "max_decimal_places": "最多两位小数",
        },
    )
    decision = _words("理由")

    def __init__(self, objection: Objection, *args: Any, **kwargs: Any) -> None:
        self.objection = objection
        self.name = f"decide-{objection.pk}"
        super().__init__(*args, **kwargs)
        if objection.row_id is None:
            del self.fields["percent"]

    @property
    def share(self) -> Decimal | None:
        percent: Decimal | None = self.cleaned_data.get("percent")
        return None if percent is None else percent / 100


class AdjustForm(Named):
    """Bonus or malus."""

    name = "adjust"
    points = forms.DecimalField(
        label="加减分",
        decimal_places=2,
        max_digits=5,
        help_text="加分为正，减分为负，如 2 或 -1.5。",
        error_messages={
            "required": "请填加减几分",
            "invalid": "请填数字，如 2 或 -1.5",
            "max_decimal_places": "最多两位小数",
            "max_digits": "数字太长",
            "max_whole_digits": "数字太长",
        },
    )
    reason = _words("理由", limit=400)


class CorrectionForm(Named):
    """Confirm or decline a correction."""

    confirmed = forms.ChoiceField(
        label="决定",
        choices=[(YES, "更正"), (NO, "不更正")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择更正或不更正"},
    )
    reason = _words("意见", "不更正的，要写明理由。", limit=400, required=False)

    def __init__(self, pk: int, *args: Any, **kwargs: Any) -> None:
        self.pk = pk
        self.name = f"correction-{pk}"
        super().__init__(*args, **kwargs)
