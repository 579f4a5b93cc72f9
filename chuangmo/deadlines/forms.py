"""What the pages of deadlines ask for: shape and words only, the services judge."""

from __future__ import annotations

from typing import Any

from django import forms

from chuangmo.deadlines.models import DeadlineRequest, Rung
from chuangmo.org.models import Unit

REASON = 400
YES, NO = "yes", "no"


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填 2017-06-20 这样的日期", "required": "请填 2017-06-20 这样的日期"},
    )


def _words(label: str, help_text: str = "", *, required: bool = True, limit: int = REASON) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": limit}),
        error_messages={"required": f"请写明{label}", "max_length": f"最多 {limit} 字"},
    )


class Named(forms.Form):
    """A form among others on one page: `name` keeps its labels and fields apart."""

    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{self.name}-%s"
        super().__init__(*args, **kwargs)


class ExtensionForm(Named):
    name = "extension"
    until = _day("延期到", "原定日期仍然显示，延期会计入按时率记录。")
    reason = _words("理由")


class SuspensionForm(Named):
    name = "suspension"
    until = _day("挂账到", "这段时间停止计时，不催办；过后自动恢复。")
    reason = _words("理由", "客观上暂时办不了的原因，如等上级批复。")


class ObjectionForm(Named):
    name = "objection"
    reason = _words("理由", "为什么不应由本单位承办，应由谁承办。")


class DecisionForm(Named):
    """Of a request: yes or no; the day or the other unit where its kind has one."""

    name = "decision"
    granted = forms.ChoiceField(
        label="决定",
        choices=[(YES, "同意"), (NO, "不同意")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意或不同意"},
    )
    until = _day("批准到", "空着就按申请的日期。", required=False)
    to_unit = forms.ModelChoiceField(
        label="改派给", queryset=Unit.objects.none(), required=False, empty_label="不改派，免办"
    )
    decision = _words("意见")

    def __init__(self, request: DeadlineRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if request.kind == DeadlineRequest.Kind.OBJECTION:
            del self.fields["until"]
            self.fields["to_unit"].queryset = Unit.objects.exclude(pk=request.obligation.unit_id)  # type: ignore[attr-defined]
        else:
            del self.fields["to_unit"]

    @property
    def is_granted(self) -> bool:
        return bool(self.cleaned_data["granted"] == YES)


class HoldForm(Named):
    name = "hold"
    rung = forms.TypedChoiceField(label="从哪一级起", coerce=int, help_text="这一级和更高的各级都暂缓。")
    until = _day("暂缓到", "最后一天；空着就到解除为止。", required=False)
    reason = _words("理由", limit=200)

    def __init__(self, level: int | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rungs = Rung.objects.in_force()
        if level is not None:
            rungs = rungs.filter(offset__gt=level)
        self.fields["rung"].choices = [  # type: ignore[attr-defined]
            (rung.offset, f"{rung.name}（{rung.when}）") for rung in rungs
        ]


class ReasonForm(Named):
    """Only why."""

    reason = _words("理由", limit=200)

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        self.name = name
        super().__init__(*args, **kwargs)


class ProposalForm(Named):
    name = "proposal"
    decision = forms.ChoiceField(
        label="决定",
        choices=[(YES, "确认"), (NO, "不采纳")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择确认或不采纳"},
    )
    reason = _words("意见", "不采纳要写理由。", required=False)

    def __init__(self, proposal_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal_id = proposal_id

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["decision"] == YES)
