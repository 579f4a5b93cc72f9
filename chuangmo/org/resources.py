"""Units and their names in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Choice, Day, Text, UnitCell, UnitName, Whole, YesNo
from chuangmo.org import models
from chuangmo.org.queries import UnitResolver
from chuangmo.org.services import save_unit

__all__ = ["UnitNameResource", "UnitResource"]


class UnitResource(RegisterResource):
    """A unit is recognised by any of its names; the name itself is changed at the desk, not by a file."""

    identity = ("name",)
    name = column("name", "全称", UnitName(), required=True)
    short_name = column("short_name", "简称", Text())
    kind = column("kind", "类别", Choice(models.UnitKind.choices))
    county = column("county", "所属县区", UnitCell())
    successor = column("successor", "承接单位", UnitCell())
    own_review = column("own_review", "本单位审核", YesNo(empty=True))
    order = column("order", "排序", Whole(empty=0))
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())

    class Meta(RegisterResource.Meta):
        model = models.Unit

    def store(self, row: models.Unit, *, is_new: bool, cells: dict[str, Any]) -> None:
        save_unit(unit=row, by=self.by)
        if is_new:  # further down it may be named as a county or successor
            resolver = UnitResolver()
            for field in self.fields.values():
                if isinstance(field.widget, UnitCell):
                    field.widget.resolver = resolver


class UnitNameResource(RegisterResource):
    identity = ("unit", "name")
    unit = column("unit", "单位", UnitCell(), required=True)
    name = column("name", "名称", Text(), required=True)
    kind = column("kind", "种类", Choice(models.UnitNameKind.choices))
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())

    class Meta(RegisterResource.Meta):
        model = models.UnitName
