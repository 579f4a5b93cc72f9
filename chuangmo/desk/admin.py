"""Base classes of the registers at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from simple_history.admin import SimpleHistoryAdmin

from chuangmo.desk.fields import FieldsMixin
from chuangmo.desk.forms import ServiceForm, WorkbookForm, add_faults, rehearse
from chuangmo.desk.leftovers import remove_leftovers
from chuangmo.desk.rows import delete_row, save_row
from chuangmo.desk.workbook import Unreadable, Workbook
from chuangmo.errors import DomainError, Refused

__all__ = ["ExcelMixin", "FieldsMixin", "OneRow", "PlainRegister", "ReadOnlyMixin", "Register"]


class Audited(FieldsMixin, admin.ModelAdmin):
    """Saves through services only: the form's own (`ServiceForm`), else `store`, which validates and audits."""

    list_per_page = 50
    save_on_top = False

    def store(self, row: models.Model, by: Any) -> Any:
        """Save one row; registers with more to do than that override it."""
        return save_row(row=row, by=by)

    def remove(self, row: models.Model, by: Any) -> None:
        delete_row(row=row, by=by)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, ServiceForm):
            return type(form.__name__, (form,), {"by": request.user})
        return _rehearsed(form, lambda row: self.store(row, request.user))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if isinstance(form, ServiceForm):
            stored = form.perform()
            obj.__dict__.update(stored.__dict__)
        else:
            self.store(obj, request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            self.store_inline(row, request.user)
        for row in formset.deleted_objects:
            self.remove_inline(row, request.user)
        formset.save_m2m()

    def store_inline(self, row: models.Model, by: Any) -> None:
        save_row(row=row, by=by)

    def remove_inline(self, row: models.Model, by: Any) -> None:
        delete_row(row=row, by=by)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj, request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """All or nothing; what is refused is said, and everything stays."""
        try:
            with transaction.atomic():
                for row in queryset:
                    self.remove(row, request.user)
        except DomainError as error:
            messages.error(request, f"没有删除：{error}")


class PlainRegister(Audited):
    """A register without history."""


class Register(Audited, SimpleHistoryAdmin):
    """A register with history (who changed what when; going back is done by hand, so that services see it)."""

    history_list_display = ("history_change_reason",)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """An old version is only shown: the page of the package would save what is posted to it, for readers too."""
        if request.method not in ("GET", "HEAD"):
            raise Refused("历史版本只能查看，请在登记页上修改。")
        return super().history_form_view(request, object_id, version_id, extra_context)


class OneRow(Audited):
    """A register of settings with one row (`org.models.SingleRow`): nobody adds another."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request) and not self.model._default_manager.exists()


class ReadOnlyMixin:
    """Nothing is written here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ExcelMixin(ImportExportMixin):
    """Excel in and out: a file is first tried and its differences or all its faults shown, then taken as a whole."""

    formats = [Workbook]
    import_form_class = WorkbookForm
    skip_export_form = True
    import_template_name = "admin/import_export/register_import.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)  # type: ignore[attr-defined]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)  # type: ignore[attr-defined]

    def get_export_filename(self, request: HttpRequest, queryset: QuerySet, file_format: Any) -> str:
        return f"{self.model._meta.model_name}.{file_format.get_extension()}"

    def import_action(self, request: HttpRequest, **kwargs: Any) -> Any:
        remove_leftovers()
        return super().import_action(request, **kwargs)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # One bad row that turns up only now (somebody was faster) takes all others back.
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> Any:
        try:
            return super().process_import(request, **kwargs)
        except (
            OSError
        ):  # confirmed twice, or a name that nobody was given: there is no such upload (any more)
            messages.error(request, "这次上传已经导入过，或已过期。如还需导入，请重新上传。")
            return self.changelist_redirect(request)

    def process_result(self, result: Any, request: HttpRequest) -> Any:
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        messages.error(request, "导入期间数据有变化，没有导入任何一行。请重新上传，查看差异后再确认。")
        return self.changelist_redirect(request)

    def changelist_redirect(self, request: HttpRequest) -> Any:
        from django.shortcuts import redirect

        return redirect("admin:{}_{}_import".format(*self.get_model_info()))

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        usual = "读不出这个文件。请上传 Excel 工作簿（.xlsx），第一行是列名。"
        form.add_error("import_file", str(error) if isinstance(error, Unreadable) else usual)


def _rehearsed(form: type[forms.ModelForm], store: Any) -> type[forms.ModelForm]:
    """A plain form that asks `store` before it says that it is valid."""

    def _post_clean(self: Any) -> None:
        super(rehearsed, self)._post_clean()
        if self.errors or not self.has_changed():
            return
        pk = self.instance.pk
        error = rehearse(lambda: store(self.instance))
        self.instance.pk = pk
        self.instance._state.adding = pk is None
        if error is not None:
            add_faults(self, error)

    rehearsed = type(form.__name__, (form,), {"_post_clean": _post_clean})
    return rehearsed
