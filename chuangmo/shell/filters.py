"""What is chosen among a list's filters, in words: a phone folds the form away and shows these instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django import forms
from django.forms import BoundField

from chuangmo import clock
from chuangmo.days import cn_date

__all__ = ["Choice", "chosen_words"]

ALL = "全部"


class Choice(Protocol):
    """A filter that is no form's field: its options (value, label) and the chosen value."""

    @property
    def options(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def value(self) -> str: ...


def chosen_words(source: forms.BaseForm | Iterable[Choice]) -> list[str]:
    """The labels of what is chosen, in the filters' order; what filters nothing and what is typed wrongly is left out.

    A choice is told by its label (钟山区), anything typed by its field and the text (关键词 德坞河). No queries: the
    rows that a form looked up stand in its cleaned data.
    """
    if isinstance(source, forms.BaseForm):
        words = [_of_field(field) for field in source.visible_fields()] if source.is_bound else []
    else:
        words = [dict(one.options).get(one.value, "") for one in source if one.value]
    return [word for word in words if word and word != ALL]


def _of_field(bound: BoundField) -> str:
    if bound.errors:
        return ""
    value, field = bound.form.cleaned_data.get(bound.name), bound.field
    if value in (None, "", False):
        return ""
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.ChoiceField):
        return _label(field.choices, value)
    return f"{bound.label} {cn_date(value, today=clock.today()) if isinstance(value, date) else value}"


def _label(choices: Any, value: object) -> str:
    return next((str(label) for code, label in choices if str(code) == str(value)), "")
