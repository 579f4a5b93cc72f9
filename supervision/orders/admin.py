"""The desk's register of terms of orders and of what counts as 反弹."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models

from chuangmo.desk.admin import OneRow, Register
from supervision.orders.models import OrderRules


@admin.register(OrderRules)
class OrderRulesAdmin(OneRow, Register):
    """One row."""

    list_display = (
        "__str__",
        "sign_days",
        "review_days",
        "order_days",
        "redo_days",
        "rebound_months",
        "rebound_metres",
    )

    def store(self, row: models.Model, by: Any) -> Any:
        row.pk = 1
        return super().store(row, by)
