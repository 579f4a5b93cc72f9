"""What is typed at the pages of issued files."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from archives.books.codes import code_fault, read_code
from archives.books.models import IssuedFile, Kind, State

__all__ = ["CodeForm", "IssuedFilter", "WithdrawForm"]


class CodeForm(forms.Form):
    """A code as somebody reads it from paper."""

    code = forms.CharField(
        label="核验码",
        max_length=60,
        required=False,
        help_text="印在文件封面或页脚上，共 12 个字符，例如 7KQ2-M9TX-4HWD；大小写、短横都不要紧。",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        fault = code_fault(code)
        if fault:
            raise forms.ValidationError(fault)
        return code


class WithdrawForm(forms.Form):
    """Why a file does not count any more."""

    reason = forms.CharField(
        label="作废原因", max_length=200, help_text="任何人核验这个文件时都会看到。", widget=forms.TextInput
    )


class IssuedFilter(forms.Form):
    """What the list shows."""

    text = forms.CharField(label="标题或核验码", max_length=60, required=False)
    kind = forms.ChoiceField(label="种类", choices=[("", "全部"), *Kind.choices], required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), *[one for one in State.choices if one[0] != State.RESERVED]],
        required=False,
    )

    def narrow(self, rows: QuerySet[IssuedFile]) -> QuerySet[IssuedFile]:
        """Those of `rows` (a queryset of IssuedFile) that the form asks for; a misspelt choice asks for nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("state"):
            rows = rows.filter(state=asked["state"])
        if asked.get("text"):
            rows = rows.filter(title__icontains=asked["text"]) | rows.filter(
                code__contains=read_code(asked["text"])
            )
        return rows
