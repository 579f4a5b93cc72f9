"""What nobody should type into a form of the desk: each value in each field of each register, everything else as it stands.

Either it is taken, or a Chinese sentence says why, and what was typed stands in the form; nothing breaks.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from chuangmo.access.models import User
from chuangmo.desk.widgets import Day
from tests.admin.test_desk import REGISTERS, cast, rows  # noqa: F401  # fixtures
from tests.factories import Cast

pytestmark = pytest.mark.sqlite_only

CHINESE = re.compile("[\u4e00-\u9fff]")
BIG, LONG = "9" * 30, "9" * 5000  # more than a column holds; more than Python reads
WHOLE = ["-1", BIG, LONG, "²"]
NUMBER = ["-1", "NaN", "-Infinity", "1e400", BIG]
DAY = ["0001-01-01", "9999-12-31", "2017-13-45"]
KEY = ["x", "²", "999999", BIG]
JSON = [
    "null",
    '"x"',
    "7",
    "[]",
    "{}",
    '{"a": null}',
    "[1, null, {}]",
    "[NaN]",
    "[1e999]",
    '["\\u0000"]',
    '["\\ud800"]',
    "[" * 5000,
    f"[{LONG}]",
    "{",
]
TEXT = ["长" * 5000, "a\x0bb\u202e", "{x} {0} {", "end+99999999999999"]
# By the kind of the field, the particular ones first.
SENT: list[tuple[type[forms.Field], list[str]]] = [
    (forms.JSONField, ["", *JSON]),
    (forms.DecimalField, ["", *NUMBER]),
    (forms.FloatField, ["", *NUMBER]),
    (forms.IntegerField, ["", *WHOLE]),
    (forms.DateField, ["", *DAY]),
    (forms.TimeField, ["", "99:99"]),
    (forms.ModelChoiceField, ["", *KEY]),
    (forms.ChoiceField, ["", "x"]),
    (forms.BooleanField, [""]),
    (forms.CharField, ["", *TEXT]),
]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def forms_of(register: str, by: User) -> Iterator[tuple[str, models.Model | None, type[forms.ModelForm]]]:
    """The form for a new row and that of the first row, where the administrator may write: address, row, class."""
    desk = next(desk for model, desk in admin.site._registry.items() if model._meta.label_lower == register)
    request, name = RequestFactory().get("/"), f"admin:{register.replace('.', '_')}"
    request.user = by
    row = desk.model._default_manager.order_by("pk").first()
    assert row is not None
    if desk.has_add_permission(request):
        yield reverse(f"{name}_add"), None, desk.get_form(request)
    if desk.has_change_permission(request, row):
        yield reverse(f"{name}_change", args=[row.pk]), row, desk.get_form(request, row, change=True)


def usual(field: forms.Field, value: Any) -> Any:
    """What stands in a field, in an empty one that has to be filled something that it may take."""
    if value not in (None, "", []) or not field.required:
        return "" if value is None else value
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [field.queryset.order_by("pk").first().pk]
    if isinstance(field, forms.ModelChoiceField):
        return getattr(field.queryset.order_by("pk").last(), "pk", "")
    if isinstance(field, forms.ChoiceField):
        return next((code for code, _ in field.choices if code), "")
    if isinstance(field, forms.DateField):
        return "2017-07-01"
    if isinstance(field, forms.DecimalField | forms.IntegerField):
        return "3"
    return "{}" if isinstance(field, forms.JSONField) else "b-2017-长江"


def filled(form: forms.ModelForm) -> dict[str, Any]:
    found = {name: usual(field, form[name].value()) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value is not False}


def faults_of(form: forms.ModelForm, data: dict[str, Any], name: str) -> Iterator[str]:
    """What is wrong with the form's answer to `name` in `data`, beside that it refuses it."""
    told = [text for texts in form.errors.values() for text in texts]
    yield from (f"not Chinese: {text}" for text in told if not CHINESE.search(text))
    try:
        kept = form[name].value()
        str(form[name])
    except Exception as error:
        yield f"not shown: {error!r}"
        return
    if not same(form.fields[name], kept, data[name]):
        yield f"kept as {kept!r:.60}"


def same(field: forms.Field, kept: Any, typed: Any) -> bool:
    if isinstance(field, forms.BooleanField):
        return True
    if isinstance(field, forms.JSONField):
        return "".join(str(kept).split()) == "".join(typed.split())
    return bool(kept == typed)


def values_for(field: forms.Field) -> list[Any]:
    values = next((values for kind, values in SENT if isinstance(field, kind)), TEXT)
    return [[value] for value in values] if isinstance(field, forms.ModelMultipleChoiceField) else [*values]


def trials(desk: Client, register: str, by: User) -> Iterator[str]:
    """What went wrong with one register's forms: each value alone in the form, then all together on one page."""
    for place, (address, row, kind) in enumerate(forms_of(register, by)):
        base = filled(kind(instance=row))
        worst = {}
        for name, field in kind.base_fields.items():
            for value in values_for(field):
                with undone():
                    for fault in tried(kind, row, {**base, name: value}, name):
                        yield f"{address} {name}={value!r:.40}: {fault}"
                worst[name] = value
        if place and not desk_has_inlines(register):
            continue  # a page takes as long as all values of a form
        with undone():
            answer = desk.post(address, worst)
        if answer.status_code not in (200, 302):
            yield f"{address}: {answer.status_code}"
        for inline in answer.context["inline_admin_formsets"] if answer.status_code == 200 else ():
            with undone():
                status = desk.post(address, {**base, **inline_rows(inline.formset)}).status_code
            if status not in (200, 302):
                yield f"{address} {inline.formset.prefix}: {status}"


def desk_has_inlines(register: str) -> bool:
    return any(
        desk.inlines for model, desk in admin.site._registry.items() if model._meta.label_lower == register
    )


def inline_rows(formset: forms.BaseFormSet) -> dict[str, Any]:
    """As many new rows as there are values, each with the next one in every field."""
    count = len(TEXT)
    sent = {f"{formset.prefix}-TOTAL_FORMS": count, f"{formset.prefix}-INITIAL_FORMS": 0}
    for number in range(count):
        for name, field in formset.empty_form.fields.items():
            if name not in ("id", "DELETE"):
                values = values_for(field)
                sent[f"{formset.prefix}-{number}-{name}"] = values[number % len(values)]
    return sent


def tried(
    kind: type[forms.ModelForm], row: models.Model | None, data: dict[str, Any], name: str
) -> Iterator[str]:
    """The form asks the service that would store it: what that one can't take, it tells."""
    form = kind(data, instance=copy.copy(row))
    try:
        valid = form.is_valid()
    except Exception as error:
        yield f"{error!r:.150}"
        return
    if not valid:
        yield from faults_of(form, data, name)


@pytest.mark.usefixtures("rows")
def test_no_form_breaks_and_none_forgets_what_was_typed(
    desk: Client,
    cast: Cast,  # noqa: F811
    subtests: pytest.Subtests,
) -> None:
    desk.raise_request_exception = False
    for register in REGISTERS:
        with subtests.test(msg=register):
            assert "\n".join(trials(desk, register, cast.admin)) == ""


@pytest.mark.parametrize("text", ["0001-01-01", "9999/12/31"])
def test_days_of_a_workbook_have_the_bounds_of_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="日期不能"):
        Day().read(text, {})
