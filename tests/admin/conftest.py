"""Workbooks as people upload them, and what the desk answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """The browser of the administrator."""
    client.force_login(cast.admin, backend=BACKEND)
    return client


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("数据.xlsx", stream.getvalue())


def read_workbook(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


class Import:
    """One upload: `result` of the trial; `confirm()` writes it."""

    def __init__(
        self, client: Client, register: str, *rows: list[Any], file: SimpleUploadedFile | None = None
    ) -> None:
        self.client, self.register = client, register
        data = {"import_file": file or workbook(*rows), "format": "0"}
        self.response = client.post(f"/admin/{register}/import/", data)
        context = self.response.context or {}
        self.result = context.get("result")
        self.form = context.get("form")
        self.confirm_form = context.get("confirm_form")

    @property
    def faults(self) -> list[tuple[int, str, str]]:
        """Line, column, words."""
        return [
            (row.error.sheet_row, label, word)
            for row in self.result.invalid_rows
            for label, words in row.field_specific_errors.items()
            for word in words
        ]

    @property
    def kinds(self) -> list[str]:
        return [row.import_type for row in self.result.rows]

    @property
    def page(self) -> str:
        return self.response.content.decode()

    def confirm(self) -> Any:
        assert self.confirm_form is not None, re.sub(r"\s+", " ", self.page)[-2000:]
        return self.client.post(f"/admin/{self.register}/process_import/", self.confirm_form.initial)


@pytest.fixture
def upload(desk: Client) -> Callable[..., Import]:
    return lambda register, *rows, **more: Import(desk, register, *rows, **more)
