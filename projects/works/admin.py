"""The desk's registers of projects: what the plan leaves open, and the templates of stages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from chuangmo.desk.admin import PlainRegister, ReadOnlyMixin, Register
from projects.works.models import LightRule, Project, StageTemplate, TemplateStage
from projects.works.rules.schedule import StageInput, stage_faults
from projects.works.services.standings import keep_standings


@admin.register(Project)
class ProjectAdmin(Register):
    """The plan's own words stay; owner, bureau, indicators and dates are our reading and may be put right."""

    list_display = ("name", "kind", "owner", "bureau", "finish_by")
    list_filter = ("kind",)
    search_fields = ("name", "code")
    # Not for several choices: the widget's list of them can't be read aloud.
    autocomplete_fields = ("owner", "bureau")
    readonly_fields = ("plan", "code", "as_written", "named_in")


class TemplateStageFormSet(forms.BaseInlineFormSet):
    """The stages of a template together: circles and unknown predecessors are told here."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """A table's fields have their label only in its head: readers aloud get it at the field."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        faults = stage_faults(
            [StageInput(row["code"], row["name"], row["days"], tuple(row["after"] or ())) for row in rows]
        )
        if faults:
            raise forms.ValidationError(list(faults.values()))


class TemplateStageInline(admin.TabularInline):
    model = TemplateStage
    formset = TemplateStageFormSet
    extra = 0


@admin.register(StageTemplate)
class StageTemplateAdmin(Register):
    list_display = ("name", "code", "order")
    search_fields = ("name",)
    inlines = (TemplateStageInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(TemplateStage)
class TemplateStageAdmin(ReadOnlyMixin, PlainRegister):
    """Only looked at: the stages of a template are changed together, on the template's page."""

    list_display = ("template", "name", "code", "days", "order")
    list_filter = ("template",)


@admin.register(LightRule)
class LightRuleAdmin(Register):
    """Thresholds of lights and payments, one row a plan."""

    list_display = ("plan", "yellow_days", "behind_points", "money_days", "ahead_points", "overpaid")
    readonly_fields = ("plan",)

    def store(self, row: LightRule, by: Any) -> Any:
        """Every light is judged again by what was changed."""
        saved = super().store(row, by)
        keep_standings(row.plan, list(Project.objects.filter(plan=row.plan).values_list("pk", flat=True)))
        return saved
