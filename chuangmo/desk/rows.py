"""Saving a row of a register for which there is no service with rules of its own: validated, with an audit row.

Who may is asked by the desk before (the administrators' group holds the permissions of settings.DESK_REGISTERS).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused

if TYPE_CHECKING:
    from chuangmo.access.models import User

__all__ = ["delete_row", "invalid", "save_row", "shown"]


@transaction.atomic
def save_row(*, row: models.Model, by: User | None, reason: str = "") -> models.Model:
    """Validate and save a new or changed row; unchanged ones leave no trace. Raises Invalid, all faults at once."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise invalid(error) from error
    model = type(row)
    stored = model._default_manager.filter(pk=row.pk).first() if row.pk is not None else None
    changes = {}
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        before, after = "" if stored is None else shown(stored, field), shown(row, field)
        if before != after:
            changes[str(field.verbose_name)] = [before, after]
    if stored is not None and not changes:
        return row
    row.save()
    _record(by, "新增" if stored is None else "修改", row, changes, reason)
    return row


@transaction.atomic
def delete_row(*, row: models.Model, by: User | None, reason: str = "") -> None:
    """Delete a row; its audit row keeps what it said. Raises Refused where something still hangs on it."""
    changes = {
        str(field.verbose_name): [shown(row, field), ""]
        for field in type(row)._meta.concrete_fields
        if not field.primary_key and shown(row, field) != ""
    }
    _record(by, "删除", row, changes, reason)
    try:
        row.delete()
    except models.ProtectedError as error:
        raise Refused(f"“{row}”还有{len(error.protected_objects)}条记录引用，不能删除。") from error


def invalid(error: ValidationError) -> Invalid:
    """A model's faults as ours."""
    if hasattr(error, "error_dict"):
        return Invalid({name: "".join(texts) for name, texts in error.message_dict.items()})
    return Invalid({"__all__": "".join(error.messages)})


def shown(row: models.Model, field: models.Field) -> Any:
    """A field's value as a person reads it (and JSON can hold it)."""
    value = getattr(row, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if isinstance(value, int) else str(value)


def _record(by: User | None, action: str, row: models.Model, changes: dict[str, Any], reason: str) -> None:
    unit_id = row.pk if row._meta.label_lower == "org.unit" else getattr(row, "unit_id", None)
    record(
        by=by,
        action=f"{action}{row._meta.verbose_name}",
        object_kind=str(row._meta.model_name),
        object_id=row.pk,
        label=str(row),
        unit_id=unit_id,
        reason=reason,
        changes=changes,
    )
