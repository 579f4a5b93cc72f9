"""Choosing one or several files to attach."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from chuangmo.files.models import MaterialKind


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError("请选择文件", code="required")
        return list(files)  # each is checked, with its own message, by `files.services.check_upload`


class AttachForm(forms.Form):
    """Files with the kind of material that they are (guessed where left open) and a note."""

    files = ManyFilesField(label="文件")  # type: ignore[assignment]
    kind = forms.ChoiceField(
        label="资料种类", required=False, choices=[("", "自动判断"), *MaterialKind.choices]
    )
    note = forms.CharField(label="说明", required=False, max_length=200)
