"""Changes to units. Who may is asked by the administrator's desk: this floor knows no roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from chuangmo.desk.rows import save_row
from chuangmo.org.models import Unit

if TYPE_CHECKING:
    from chuangmo.access.models import User

__all__ = ["save_unit"]


@transaction.atomic
def save_unit(*, unit: Unit, by: User | None, reason: str = "") -> Unit:
    """Save a new or changed unit; whoever has to know is told (settings.UNIT_SAVED): rights and sites follow at once.

    Raises Invalid, all faults at once.
    """
    save_row(row=unit, by=by, reason=reason)
    for path in settings.UNIT_SAVED:
        import_string(path)(unit=unit, by=by)
    return unit
