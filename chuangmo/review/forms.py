"""What a page posts with a move."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

REMARK = "remark-"


class MoveForm(forms.Form):
    """The revision that the page showed, and the words that go with the move."""

    revision_no = forms.IntegerField(min_value=0)
    reason = forms.CharField(required=False, max_length=2000)


def items_in(data: QueryDict) -> list[tuple[int, int]]:
    """The chosen cases (`case:revision`) as ids with the revision that the page showed; the unreadable are left out."""
    pairs = [one.split(":") for one in data.getlist("item")]
    return [
        (int(pair[0]), int(pair[1]))
        for pair in pairs
        if len(pair) == 2 and all(part.isdecimal() and len(part) < 16 for part in pair)
    ]


def remarks_in(data: QueryDict) -> dict[str, str]:
    """Remarks by cell key, blank ones left out; without NUL, which no database text holds."""
    texts = {
        name.removeprefix(REMARK): str(text).replace("\x00", "")
        for name, text in data.items()
        if name.startswith(REMARK)
    }
    return {cell: text for cell, text in texts.items() if text.strip()}
