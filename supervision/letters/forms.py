"""What the pages of letters ask for: shape and words only, the services judge."""

from __future__ import annotations

from typing import Any

from django import forms

from supervision.letters.models import LetterVersion


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="修订的原因",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 400}),
        error_messages={"required": "请写明修订的原因"},
    )


class SignForm(forms.Form):
    """The signed copy."""

    file = forms.FileField(
        label="签字扫描件",
        required=False,
        help_text="PDF 或图片。",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,image/*"}),
    )
    signer = forms.CharField(label="签订人", max_length=40, required=False, help_text="单位主要负责人。")
    signed_on = forms.DateField(
        label="签订日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填 2017-06-20 这样的日期"},
    )


class BlocksForm(forms.Form):
    """Title and text of each paragraph of a draft."""

    edit = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, version: LetterVersion, *args: Any, **kwargs: Any) -> None:
        self.version = version
        kwargs["initial"] = {"edit": version.edit}
        super().__init__(*args, **kwargs)
        for block in version.blocks:
            code = block["code"]
            self.fields[f"title:{code}"] = forms.CharField(
                label=f"“{block['title']}”的标题",
                max_length=60,
                required=False,
                initial=block["title"],
            )
            self.fields[f"text:{code}"] = forms.CharField(
                label=f"“{block['title']}”的正文",
                required=False,
                initial=block["text"],
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {
            block["code"]: (data.get(f"title:{block['code']}", ""), data.get(f"text:{block['code']}", ""))
            for block in self.version.blocks
        }
