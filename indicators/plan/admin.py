"""The desk's registers of the plan: duties, groups, what is reported, rules, sites."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db import models as db
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from chuangmo.desk.admin import ExcelMixin, FieldsMixin, PlainRegister, Register
from chuangmo.org.models import GroupMember, UnitGroup
from indicators.plan import resources
from indicators.plan.forms import (
    ChangeDutyForm,
    GroupMemberForm,
    GroupMemberFormSet,
    NewDutyForm,
    RuleForm,
)
from indicators.plan.models import (
    Category,
    ChecklistItem,
    DataElement,
    Duty,
    Indicator,
    MaterialRequirement,
    Milestone,
    Plan,
    Relation,
    ReportItem,
    RuleVersion,
    Site,
)
from indicators.plan.services.duties import remove_group_member
from indicators.plan.services.registers import delete_plan_row, save_plan_row


class PlanStore:
    """Rows of the plan are saved and deleted by its services."""

    def store(self, row: db.Model, by: Any) -> db.Model:
        return save_plan_row(row=row, by=by)

    def remove(self, row: db.Model, by: Any) -> None:
        delete_plan_row(row=row, by=by)


class CodeStays:
    """A code outlives years: it can't be changed any more once it is there."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


# Groups -------------------------------------------------------------------------------------------------


class GroupMemberInline(FieldsMixin, admin.TabularInline):
    model = GroupMember
    formset = GroupMemberFormSet
    extra = 0
    autocomplete_fields = ("unit",)
    verbose_name_plural = "成员单位（退出时填“至”，以前各月不变；删除等于从未加入）"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"by": request.user})


@admin.register(UnitGroup)
class UnitGroupAdmin(PlanStore, Register):
    list_display = ("name", "member_count", "note")
    search_fields = ("name", "members__unit__name")
    inlines = (GroupMemberInline,)

    @admin.display(description="成员单位")
    def member_count(self, row: UnitGroup) -> str:
        return f"{row.count} 个" if row.count else "还没有成员（缺口）"  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(count=db.Count("members"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.perform()
        # What Django's own log of the page asks a saved formset for.
        formset.new_objects = [inner.instance for inner in formset.forms if inner.instance.pk is None]
        formset.changed_objects, formset.deleted_objects = [], []


@admin.register(GroupMember)
class GroupMemberAdmin(ExcelMixin, Register):
    resource_classes = [resources.GroupMemberResource]
    form = GroupMemberForm
    list_display = ("group", "unit", "valid_from", "valid_to")
    list_filter = ("group",)
    list_select_related = ("group", "unit")
    search_fields = ("group__name", "unit__name", "unit__short_name")
    autocomplete_fields = ("group", "unit")

    def remove(self, row: GroupMember, by: Any) -> None:
        remove_group_member(member=row, by=by)


# Plan and indicators ------------------------------------------------------------------------------------


@admin.register(Plan)
class PlanAdmin(PlanStore, CodeStays, Register):
    list_display = ("name", "code", "year", "window_start", "window_end", "is_current")
    search_fields = ("name", "code")


@admin.register(Milestone)
class MilestoneAdmin(PlanStore, PlainRegister):
    list_display = ("name", "due_on", "plan")
    list_filter = ("plan",)
    search_fields = ("name", "code")


@admin.register(Category)
class CategoryAdmin(PlanStore, PlainRegister):
    list_display = ("name", "plan", "order")
    search_fields = ("name",)
    readonly_fields = ("plan", "code")


@admin.register(Indicator)
class IndicatorAdmin(PlanStore, Register):
    list_display = ("number", "name", "category", "plan", "rule")
    list_display_links = ("number", "name")
    list_filter = ("plan", "category")
    list_select_related = ("plan", "category")
    search_fields = ("number", "name", "short_name")
    readonly_fields = ("plan", "number")
    ordering = ("plan", "number")

    @admin.display(description="评定规则")
    def rule(self, row: Indicator) -> str:
        address = reverse("admin:plan_ruleversion_add")
        return format_html('<a href="{}?indicator={}">发布新版</a>', address, row.pk)


@admin.register(RuleVersion)
class RuleVersionAdmin(PlainRegister):
    """Versions are read; a new one is published."""

    form = RuleForm
    list_display = ("indicator", "version", "kind", "is_current", "note", "created_at")
    list_filter = ("is_current", "indicator__plan")
    list_select_related = ("indicator",)
    search_fields = ("indicator__number", "indicator__name", "note")
    ordering = ("indicator__number", "-version")
    autocomplete_fields = ("indicator",)

    @admin.display(description="类型")
    def kind(self, row: RuleVersion) -> str:
        parts = row.body.get("parts", ()) if isinstance(row.body, dict) else ()
        return "、".join(sorted({str(part.get("kind", "")) for part in parts}))

    @admin.display(description="规则")
    def laid_out(self, row: RuleVersion) -> str:
        return format_html("<pre>{}</pre>", json.dumps(row.body, ensure_ascii=False, indent=2))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("indicator", "body", "note")
        return ("indicator", "version", "is_current", "laid_out", "note", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("laid_out", "created_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        asked = str(initial.get("indicator") or "")
        known = (
            Indicator.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 16 else None
        )
        current = RuleVersion.objects.filter(indicator=known, is_current=True).first()
        if known is None:
            initial.pop("indicator", None)
        if current is not None:
            initial["body"] = current.body
        return initial


# Duties -------------------------------------------------------------------------------------------------


@admin.register(Duty)
class DutyAdmin(ExcelMixin, Register):
    """Added from a month on, changed from a month on: earlier months stay as they were."""

    resource_classes = [resources.DutyResource]
    list_display = ("indicator", "role", "holder", "as_written", "valid_from", "valid_to")
    list_filter = ("role", "indicator__plan", "indicator")
    list_select_related = ("indicator", "unit", "group")
    search_fields = (
        "indicator__number",
        "indicator__name",
        "unit__name",
        "unit__short_name",
        "group__name",
        "as_written",
    )
    ordering = ("indicator__number", "role", "order")
    autocomplete_fields = ("indicator", "unit", "group")
    shown = ("indicator", "role", "unit", "group", "as_written", "valid_from", "valid_to")

    @admin.display(description="承担单位")
    def holder(self, row: Duty) -> str:
        return str(row.unit or row.group)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = NewDutyForm if obj is None else ChangeDutyForm
        if obj is not None:
            kwargs["fields"] = ()
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            fields = ("indicator", "role", "unit", "group", "as_written", "from_month", "reason")
            return ((None, {"fields": fields}),)
        changed = ("from_month", "new_unit", "new_group", "new_as_written", "reason")
        return (
            (None, {"fields": self.shown}),
            ("自某月起变更", {"fields": changed, "description": "以前各月保持原样。"}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.shown

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for warning in form.warnings:
            messages.warning(request, warning)

    def response_change(self, request: HttpRequest, obj: Duty) -> HttpResponse:
        messages.success(request, "职责已变更，任务分派已随之更新。")
        return redirect("admin:plan_duty_changelist")


# What is reported ---------------------------------------------------------------------------------------


@admin.register(DataElement)
class DataElementAdmin(PlanStore, CodeStays, ExcelMixin, Register):
    resource_classes = [resources.DataElementResource]
    list_display = ("code", "name", "measure", "frequency", "entry", "site_kind", "scope")
    list_filter = ("frequency", "entry", "site_kind", "over_units")
    search_fields = ("code", "name", "note")


@admin.register(ReportItem)
class ReportItemAdmin(PlanStore, ExcelMixin, Register):
    resource_classes = [resources.ReportItemResource]
    list_display = ("indicator", "element", "reporter", "due", "order")
    list_filter = ("indicator__plan", "indicator")
    list_select_related = ("indicator", "element")
    search_fields = ("indicator__number", "indicator__name", "element__code", "element__name", "reporter")
    ordering = ("indicator__number", "order")
    autocomplete_fields = ("indicator", "element")


@admin.register(Relation)
class RelationAdmin(PlanStore, Register):
    list_display = ("code", "left", "op", "right", "level", "scope", "note")
    list_filter = ("level", "scope")
    search_fields = ("code", "left", "right", "note")


@admin.register(ChecklistItem)
class ChecklistItemAdmin(PlanStore, CodeStays, ExcelMixin, Register):
    resource_classes = [resources.ChecklistItemResource]
    list_display = ("code", "indicator", "item", "answered_by", "frequency", "evidence")
    list_filter = ("frequency", "evidence", "indicator__plan", "indicator")
    list_select_related = ("indicator",)
    search_fields = ("code", "item", "answered_by", "indicator__name")
    autocomplete_fields = ("indicator",)


@admin.register(MaterialRequirement)
class MaterialRequirementAdmin(PlanStore, CodeStays, ExcelMixin, Register):
    resource_classes = [resources.MaterialRequirementResource]
    list_display = ("code", "indicator", "name", "kind", "years", "provider")
    list_filter = ("kind", "indicator__plan", "indicator")
    list_select_related = ("indicator",)
    search_fields = ("code", "name", "provider", "note", "indicator__name")
    autocomplete_fields = ("indicator",)


@admin.register(Site)
class SiteAdmin(PlanStore, CodeStays, ExcelMixin, Register):
    resource_classes = [resources.SiteResource]
    list_display = ("code", "name", "kind", "unit", "monitored_by", "target_class", "valid_from", "valid_to")
    list_filter = ("kind", "target_class", "is_outflow")
    list_select_related = ("unit", "monitored_by")
    search_fields = ("code", "name", "unit__name", "unit__short_name")
    autocomplete_fields = ("unit", "monitored_by")
