"""A field of forms for several rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chuangmo.keys import key_in

__all__ = ["ManyRows"]


class ManyRows(forms.ModelMultipleChoiceField):
    """Keys beyond what a column holds are none of the choices (SQLite can't even be asked for them)."""

    def _check_values(self, value: Any) -> Any:
        for one in value:
            if key_in(str(one)) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        return super()._check_values(value)  # type: ignore[misc]
