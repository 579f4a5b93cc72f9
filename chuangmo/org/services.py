"""Changes to units. Who may is asked by the administrator's desk: this floor knows no roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from chuangmo.desk.rows import save_row
from chuangmo.org.models import Unit, UnitName

if TYPE_CHECKING:
    from chuangmo.access.models import User

__all__ = ["save_unit"]


@transaction.atomic
def save_unit(*, unit: Unit, by: User | None, reason: str = "") -> Unit:
    """Save a new or changed unit; whoever has to know is told (settings.UNIT_SAVED): rights and sites follow at once.

    A name that is given up stays an alias: it is still typed, imported, and named in reporter tokens.
    Raises Invalid, all faults at once.
    """
    former = Unit.objects.filter(pk=unit.pk).values_list("name", flat=True).first()
    save_row(row=unit, by=by, reason=reason)
    if former is not None and former != unit.name and not unit.names.filter(name=former).exists():
        save_row(row=UnitName(unit=unit, name=former), by=by, reason="更名前的全称")
    for path in settings.UNIT_SAVED:
        import_string(path)(unit=unit, by=by)
    return unit
