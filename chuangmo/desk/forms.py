"""Forms whose saving is a service: what the service would refuse stands beside the field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from import_export.forms import ImportForm

from chuangmo.errors import DomainError, Invalid

if TYPE_CHECKING:
    from chuangmo.access.models import User

__all__ = ["ServiceForm", "WorkbookForm", "add_faults", "rehearse"]

LARGEST_WORKBOOK = 5 * 1024 * 1024  # a register of some thousand lines has a few hundred kilobytes


def rehearse(perform: Callable[[], Any]) -> DomainError | None:
    """Let a service do its work and take everything back; what it would refuse, or None."""
    try:
        with transaction.atomic():
            perform()
            transaction.set_rollback(True)
    except DomainError as error:
        return error
    except OverflowError:
        return Invalid({"": "有的数字或日期太大或太小，算不出来，请改正。"})
    return None


def add_faults(form: forms.BaseForm, error: DomainError) -> None:
    """Put what a service says to the fields that it names, the rest above the form."""
    faults = error.faults if isinstance(error, Invalid) else {"": str(error)}
    for name, text in faults.items():
        form.add_error(name if name in form.fields else None, text)


class ServiceForm(forms.ModelForm):
    """A form of the desk. `by` is set by the register; `perform` calls the service and returns the stored row.

    `perform` reads `cleaned_data` and must not touch `self.instance`: it is called twice, first in a rehearsal.
    """

    by: User

    def perform(self) -> models.Model:
        raise NotImplementedError

    def stored(self) -> Any:
        """The row as it is in the database, for services that change it."""
        return type(self.instance)._default_manager.get(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            error = rehearse(self.perform)
            if error is not None:
                add_faults(self, error)
        return cleaned


class WorkbookForm(ImportForm):
    """The upload of a register's workbook."""

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if file.size is not None and file.size > LARGEST_WORKBOOK:
            size = file.size / 1024 / 1024
            raise forms.ValidationError(f"文件有 {size:.0f} MB，太大了；登记表一次最多 5 MB，请分几次导入。")
        return file
