"""Fields of the desk's forms that say what is wrong where Django's own break, and keep what was typed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest

from chuangmo.keys import key_in
from chuangmo.row_fields import ManyRows

__all__ = ["DAYS", "FieldsMixin", "JSONText"]

# Of what is typed by hand: beyond these, days can't be counted up or down from.
DAYS = [
    MinValueValidator(date(1900, 1, 1), "日期不能早于 1900-01-01。"),
    MaxValueValidator(date(2100, 12, 31), "日期不能晚于 2100-12-31。"),
]


class _StrictJSON(json.JSONDecoder):
    """Without NaN and numbers beyond all measure, which no database takes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_constant=_finite, parse_float=_finite, **options)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


class JSONText(forms.JSONField):
    """JSON as it is typed. `shape`: the field's own default, dict or list (of texts), which an empty field stands for."""

    shape: type | None = None
    indent: int | None = None
    words: dict[Any, str] = {
        dict: "应为 {…} 这样的 JSON 对象。",
        list: '应为文字的列表，如 ["甲", "乙"]。',
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.decoder = _StrictJSON

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            text = json.dumps(found, ensure_ascii=False)
            text.encode()  # half a character of two has no bytes
        except (RecursionError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if "\\u0000" in text:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if self.shape is None:
            return found
        if found is None:
            return self.shape()
        if not isinstance(found, self.shape) or (
            isinstance(found, list) and not all(isinstance(one, str) for one in found)
        ):
            raise ValidationError(self.words[self.shape], code="shape")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        if self.disabled:
            return initial
        return None if data is None else InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, InvalidJSONInput):  # as typed
            return value
        return json.dumps(value, ensure_ascii=False, indent=self.indent)


def _known(keys: Sequence[Any]) -> list[Any]:
    """Without what is no key: Django asks the database for whatever was sent and breaks where that is no number."""
    return [key for key in keys if key in ("", None) or key_in(str(key)) is not None]


class Chooser(AutocompleteSelect):
    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, _known(value), attr)


class ManyChooser(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, _known(value), attr)


class FieldsMixin:
    """For registers and their inlines."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.JSONField):
            options.setdefault("form_class", JSONText)
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if isinstance(field, JSONText) and db_field.default in JSONText.words:
            field.shape = db_field.default
        if isinstance(field, forms.DateField):
            field.validators += DAYS
        return field

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            options.setdefault("widget", Chooser(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        options.setdefault("form_class", ManyRows)
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            options.setdefault("widget", ManyChooser(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]
