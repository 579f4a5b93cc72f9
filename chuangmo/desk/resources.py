"""Registers in and out of Excel: columns with Chinese names, natural keys, services for every row, all faults told."""

from __future__ import annotations

from typing import Any, ClassVar

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from import_export.fields import Field
from import_export.instance_loaders import ModelInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult
from import_export.widgets import Widget

from chuangmo.desk.rows import save_row
from chuangmo.desk.widgets import UnitCell
from chuangmo.errors import DomainError, Invalid
from chuangmo.org.queries import UnitResolver

__all__ = ["RegisterResource", "column"]

_WHOLE_ROW = "整行"


class RowFaults(ValidationError):
    """The faults of one line by the names of columns; `sheet_row` is the line's number in the sheet."""

    sheet_row = 0


def column(
    attribute: str, name: str, widget: Widget, *, readonly: bool = False, required: bool = False
) -> Field:
    """A column of the workbook. A `required` one must be among the headings; a `readonly` one is only written out."""
    made = Field(attribute=attribute, column_name=name, widget=widget, readonly=readonly)
    made.is_required = required
    return made


class RegisterResource(Resource):
    """`identity` names the attributes that tell which stored row a line is about.

    A line that says nothing new is left out; everything else goes through `store`. Faults are told per line and
    column, as many as there are; with one fault nothing at all is taken.
    """

    identity: ClassVar[tuple[str, ...]] = ()
    # Further headings that `store` reads by itself.
    extra_columns: ClassVar[tuple[str, ...]] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = True
        instance_loader_class = ModelInstanceLoader
        import_id_fields: tuple[str, ...] = ()  # `identity` does it

    def store(self, row: Any, *, is_new: bool, cells: dict[str, Any]) -> None:
        """Save one line's row by the service that its register has; `cells` is the line as it was read."""
        save_row(row=row, by=self.by)

    def stored(self, values: dict[str, Any]) -> models.Model | None:
        """The stored row that a line is about, from the values of `identity`; None for a new one."""
        lookups = {
            f"{name}__isnull" if value is None else name: True if value is None else value
            for name, value in values.items()
        }
        return self._meta.model._default_manager.filter(**lookups).first()

    # What import-export calls --------------------------------------------------------------------------

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name)

    def get_queryset(self) -> models.QuerySet:
        return self._meta.model._default_manager.all()

    def init_instance(self, row: Any = None) -> models.Model:
        return self._meta.model()

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self.by = kwargs.get("user")
        self.sheet_rows = getattr(dataset, "sheet_rows", None) or range(2, len(dataset) + 2)
        headers = [str(header or "").strip() for header in dataset.headers or []]
        dataset.headers = headers
        known = {field.column_name for field in self.fields.values()} | set(self.extra_columns)
        faults = []
        missing = [
            field.column_name
            for field in self.fields.values()
            if getattr(field, "is_required", False) and field.column_name not in headers
        ]
        if missing:
            faults.append(f"缺少这些列：{'、'.join(missing)}。")
        unknown = [header for header in headers if header and header not in known]
        if unknown:
            faults.append(f"不认识这些列：{'、'.join(unknown)}。")
        double = sorted({header for header in headers if header and headers.count(header) > 1})
        if double:
            faults.append(f"这些列出现了两次：{'、'.join(double)}。")
        if faults:
            while len(dataset):
                del dataset[0]
            raise Invalid({"列名": "".join(faults)})
        resolver = UnitResolver()
        for field in self.fields.values():
            if isinstance(field.widget, UnitCell):
                field.widget.resolver = resolver

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> models.Model | None:
        values: dict[str, Any] = {}
        for name in self.identity:
            field = self._field(name)
            if field.column_name not in row:
                values[name] = None
                continue
            try:
                values[name] = field.widget.clean(row[field.column_name], row=row)
            except ValueError:
                return None  # told when the cell itself is read
        return self.stored(values)

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            self.store(instance, is_new=is_create, cells=self.cells)
        except Invalid as error:
            raise ValidationError(dict(error.faults.items())) from error
        except DomainError as error:
            raise ValidationError(str(error)) from error

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        self.cells = row
        result = super().import_row(row, instance_loader, **kwargs)
        if result.validation_error is not None:
            result.validation_error = self._told(result.validation_error, kwargs["row_number"])
        return result

    def _told(self, error: ValidationError, number: int) -> RowFaults:
        faults: dict[str, list[str]] = {}
        messages = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in messages.items():
            faults.setdefault(self._label(name), []).extend(texts)
        told = RowFaults(faults)
        told.sheet_row = self.sheet_rows[number - 1]
        return told

    def _label(self, name: str) -> str:
        if name in ("", NON_FIELD_ERRORS):
            return _WHOLE_ROW
        for field in self.fields.values():
            if field.attribute == name:
                return str(field.column_name)
        try:
            return str(self._meta.model._meta.get_field(name).verbose_name)
        except Exception:
            return name

    def _field(self, attribute: str) -> Field:
        return next(field for field in self.fields.values() if field.attribute == attribute)
