"""Rows that tests of the insight part stand on."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from chuangmo.period_fields import period_columns
from indicators.insight.models import Suspicion, WatchRule
from indicators.reporting.models import Report

BALANCE = {
    "name": "处理量不大于产生量",
    "kind": "relation",
    "left": "i18.treated",
    "op": "<=",
    "right": "i18.produced",
    "scope": "unit",
}


def make_rule(code: str = "w.balance", **columns: Any) -> WatchRule:
    """A rule of the watch: treated is at most produced, of each unit."""
    return WatchRule.objects.create(code=code, **{**BALANCE, **columns})


def make_suspicion(report: Report, *, text: str = "处理量大于产生量", **columns: Any) -> Suspicion:
    """An open suspicion on a report's figures of the waste treated, whatever they are."""
    rule = WatchRule.objects.filter(code="w.balance").first() or make_rule()
    number = Suspicion.objects.count()
    return Suspicion.objects.create(
        **{
            "rule": rule,
            "key": f"key{number}",
            "indicator": report.indicator,
            "unit": report.unit,
            "element_code": "i18.treated",
            "text": text,
            "numbers": f"numbers{number}",
            "cells": [
                {
                    "element": "i18.treated",
                    "name": "生活垃圾无害化处理量",
                    "measure": "t",
                    "precision": 2,
                    "unit": report.unit.short_name,
                    "site": "",
                    "period": report.period.label,
                    "value": "913.25",
                    "figure": 0,
                    "report": report.pk,
                }
            ],
            "found_at": timezone.now(),
            **period_columns(report.period),
            **columns,
        }
    )
