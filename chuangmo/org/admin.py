"""The desk's registers of units and their names. (Groups are in `indicators.plan.admin`: duties hang on them.)"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chuangmo.audit.services import record
from chuangmo.desk.admin import ExcelMixin, OneRow, PlainRegister, Register
from chuangmo.org.models import CollectiveName, Installation, Unit, UnitName
from chuangmo.org.resources import UnitNameResource, UnitResource
from chuangmo.org.services import save_unit


@admin.register(Installation)
class InstallationAdmin(OneRow):
    list_display = ("title", "city", "is_demonstration")


class UnitNameInline(admin.TabularInline):
    model = UnitName
    extra = 0
    verbose_name_plural = "其他名称（别名，以及某段时间的正式名称）"


@admin.register(Unit)
class UnitAdmin(ExcelMixin, Register):
    resource_classes = [UnitResource]
    list_display = ("name", "short_name", "kind", "county", "own_review", "valid_from", "valid_to", "order")
    list_filter = ("kind", "own_review", "county")
    list_select_related = ("county",)
    search_fields = ("name", "short_name", "names__name")
    search_help_text = "全称、简称、别名都能查到"
    autocomplete_fields = ("county", "successor")
    inlines = (UnitNameInline,)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "kind", "county", "own_review", "order")}),
        (
            "存续",
            {
                "fields": ("valid_from", "valid_to", "successor"),
                "description": "单位不删除：填“至”和承接单位。",
            },
        ),
    )

    def store(self, row: Unit, by: Any) -> Unit:
        return save_unit(unit=row, by=by)


@admin.register(UnitName)
class UnitNameAdmin(ExcelMixin, Register):
    resource_classes = [UnitNameResource]
    list_display = ("name", "unit", "kind", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("unit",)
    search_fields = ("name", "unit__name", "unit__short_name")
    autocomplete_fields = ("unit",)


@admin.register(CollectiveName)
class CollectiveNameAdmin(PlainRegister):
    list_display = ("name", "members")
    search_fields = ("name",)
    autocomplete_fields = ("units",)

    @admin.display(description="所指单位")
    def members(self, row: CollectiveName) -> str:
        return "、".join(unit.short_name for unit in row.units.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("units")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = "、".join(form.instance.units.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = "、".join(form.instance.units.values_list("name", flat=True))
        if before != after:
            record(
                by=request.user,
                action="修改统称",
                object_kind="collectivename",
                object_id=form.instance.pk,
                label=form.instance.name,
                changes={"所指单位": [before, after]},
            )
