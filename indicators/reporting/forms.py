"""What the entry page sends, read: the names of its fields and nothing else (the services judge the content).

A figure cell `v12` has the fields `v12` (text), `v12-answer`, `v12-reason`, `v12-explanation`, `v12-version`; a checklist
item `c3`, `c3-note`, `c3-version`; a text `t:progress`, `t:progress-version`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from django import forms

from indicators.reporting.services.entry import CellChange, TextChange

VERSION = re.compile(r"[0-9]{1,9}")
KEY = re.compile(r"v[0-9]{1,18}|c[0-9]{1,18}|t:[a-z]{1,10}")


class KeyField(forms.CharField):
    """The key of one cell."""

    def clean(self, value: object) -> str:
        key: str = super().clean(value)
        if not KEY.fullmatch(key):
            raise forms.ValidationError("没有这个单元格", code="key")
        return key


class SaveForm(forms.Form):
    """One cell as the script sends it; a field that is not sent was not touched."""

    cell = KeyField()
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000)
    raw = forms.CharField(required=False, strip=False, max_length=20_000)
    answer = forms.CharField(required=False, max_length=20)
    reason = forms.CharField(required=False, max_length=2000)
    note = forms.CharField(required=False, max_length=2000)
    explanation = forms.CharField(required=False, max_length=2000)
    text = forms.CharField(required=False, strip=False, max_length=200_000)

    def change(self) -> CellChange:
        sent = {
            name: self.cleaned_data[name]
            for name in ("raw", "answer", "reason", "explanation")
            if name in self.data
        }
        return CellChange(version=self.cleaned_data["version"], **sent)


class PasteForm(forms.Form):
    """A block from the clipboard, where it goes, and the versions that the page shows."""

    at = KeyField()
    text = forms.CharField(strip=False, max_length=200_000)
    versions = forms.CharField(required=False, max_length=200_000)

    def clean_versions(self) -> dict[str, int]:
        try:
            found = json.loads(self.cleaned_data["versions"] or "{}")
        except (ValueError, RecursionError):
            raise forms.ValidationError("页面不完整，请刷新后再试") from None
        if not isinstance(found, dict):
            raise forms.ValidationError("页面不完整，请刷新后再试")
        return {
            str(key): version
            for key, version in found.items()
            if isinstance(version, int) and KEY.fullmatch(str(key))
        }


def whole_form(
    data: Mapping[str, str],
) -> tuple[dict[str, CellChange], dict[str, TextChange], dict[str, TextChange]]:
    """A whole entry form posted without a script: figure cells, checklist answers, texts (by kind)."""
    cells: dict[str, CellChange] = {}
    answers: dict[str, TextChange] = {}
    texts: dict[str, TextChange] = {}
    for name in data:
        key = name.removesuffix("-version")
        if key == name or not KEY.fullmatch(key) or not VERSION.fullmatch(data[name]):
            continue
        version = int(data[name])
        if key.startswith("v"):
            answer = data.get(f"{key}-answer", "")
            cells[key] = CellChange(
                version=version,
                raw=None if answer else data.get(key),
                answer=answer or None,
                reason=data.get(f"{key}-reason"),
                explanation=data.get(f"{key}-explanation"),
            )
        elif key.startswith("c"):
            answers[key] = TextChange(data.get(f"{key}-note", ""), version, data.get(key, ""))
        else:
            texts[key.removeprefix("t:")] = TextChange(data.get(key, ""), version)
    return cells, answers, texts
