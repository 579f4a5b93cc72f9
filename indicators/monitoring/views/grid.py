"""Typing readings into a grid of sites and parameters; nothing typed is lost, every bad cell is told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused
from indicators.monitoring.models import Batch
from indicators.monitoring.rights import Bringing, may_bring, units_that_bring
from indicators.monitoring.services import batches, grid

CELL = re.compile(r"g:([0-9]{1,18}):([a-z0-9_]{1,30})")
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which grid, of which unit and period, and the draft that it goes on with."""

    kind: grid.GridKind
    unit: Bringing
    period: str
    every: bool
    batch: Batch | None = None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """The grid; a POST that reads well becomes a batch in draft, with the page of every batch before it counts."""
    asked, kinds, units = _asked(request)
    typed = _typed(request.POST) if request.method == "POST" else None
    try:
        found = grid.grid_of(asked.kind, unit_id=asked.unit.unit.pk, period=asked.period, every=asked.every)
    except Invalid as wrong:
        context = {
            **_around(request, asked, kinds, units),
            "fault": str(wrong),
            "typed_count": len(typed or {}),
        }
        return render(request, "monitoring/grid.html", context, status=422)
    if typed is None:
        shown = grid.typed_in(asked.batch)[0] if asked.batch is not None else {}
        return _page(request, asked, kinds, units, found, shown, {}, [])
    faults, others = grid.check_grid(found, typed, unit_id=asked.unit.unit.pk)
    if faults or others:
        return _page(request, asked, kinds, units, found, typed, faults, others, status=422)
    text, _ = grid.grid_text(found, typed)
    by = cast(User, request.user)
    if asked.batch is not None:
        return redirect(batches.replace_text(by=by, batch_id=asked.batch.pk, text=text))
    name = f"{asked.kind.label} {asked.period} 录入.csv"
    return redirect(
        batches.bring_text(by=by, unit_id=asked.unit.unit.pk, kind=asked.kind.batch, name=name, text=text)
    )


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """What is wrong with what stands in the grid, by cell; nothing is kept."""
    asked, _, _ = _asked(request)
    found = grid.grid_of(asked.kind, unit_id=asked.unit.unit.pk, period=asked.period, every=asked.every)
    faults, others = grid.check_grid(found, _typed(request.POST), unit_id=asked.unit.unit.pk)
    data = {"faults": {f"g:{cell}": words for cell, words in faults.items()}, "others": others}
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _asked(request: HttpRequest) -> tuple[Asked, list[grid.GridKind], list[Bringing]]:
    rights = rights_for(request)
    units = units_that_bring(rights)
    if not units:
        raise Refused("您的单位没有报送监测数据的职责")
    values = request.POST if request.method == "POST" else request.GET
    batch = _batch(request, values.get("batch", ""))
    unit_id = str(batch.unit_id) if batch else values.get("unit", "")
    unit = next((one for one in units if str(one.unit.pk) == unit_id), units[0])
    kinds = [one for one in grid.GRIDS.values() if one.batch in unit.kinds]
    if not kinds:
        raise Refused("您的单位没有报送监测数据的职责")
    wanted = values.get("kind", "")
    if not wanted and batch is not None:
        found = grid.kind_of_batch(batch)
        wanted = found.code if found else ""
    kind = next((one for one in kinds if one.code == wanted), kinds[0])
    period = values.get("period", "").replace("\x00", "").strip()[:20] or _usual_period(kind, batch)
    return Asked(kind, unit, period, bool(values.get("all")), batch), kinds, units


def _batch(request: HttpRequest, text: str) -> Batch | None:
    if not text:
        return None
    batch = (
        Batch.objects.select_related("case", "file", "unit").filter(pk=int(text)).first()
        if text.isdecimal() and len(text) < 16
        else None
    )
    if batch is None or batch.origin != Batch.Origin.GRID or not may_bring(rights_for(request), batch):
        raise Http404("没有这个批次")
    if not batch.case.is_editable:
        raise Refused(f"这个批次{batch.case.get_state_display()}，不能再改")
    return batch


def _usual_period(kind: grid.GridKind, batch: Batch | None) -> str:
    """The draft's, else the last complete month (year, quarter), or yesterday."""
    today = clock.today()
    day = batch.first_day if batch is not None and batch.first_day else None
    last_month = (today.replace(day=1)).toordinal() - 1
    before = day or type(today).fromordinal(last_month)
    if kind.period == "month":
        return f"{before:%Y-%m}"
    if kind.period == "day":
        return f"{day or type(today).fromordinal(today.toordinal() - 1)}"
    if kind.period == "quarter":
        quarter = (before.month + 2) // 3
        return f"{before.year}Q{quarter}"
    return f"{(day or today).year}"


def _typed(data: Mapping[str, str]) -> dict[int, dict[str, str]]:
    typed: dict[int, dict[str, str]] = {}
    for name, text in data.items():
        if found := CELL.fullmatch(name):
            typed.setdefault(int(found[1]), {})[found[2]] = text.replace("\x00", "")[:MAX_TEXT]
    return typed


def _around(
    request: HttpRequest, asked: Asked, kinds: list[grid.GridKind], units: list[Bringing]
) -> dict[str, Any]:
    return {
        "page_title": "录入监测数据",
        "asked": asked,
        "kinds": kinds,
        "units": units,
        "crumbs": [("监测", reverse("monitoring:site-list")), ("数据批次", reverse("monitoring:batch-list"))],
        "input_type": {"month": "month", "day": "date"}.get(asked.kind.period, "text"),
        "period_label": {"month": "月份", "day": "日期", "year": "年度", "quarter": "季度"}[
            asked.kind.period
        ],
    }


def _page(
    request: HttpRequest,
    asked: Asked,
    kinds: list[grid.GridKind],
    units: list[Bringing],
    found: grid.Grid,
    typed: Mapping[int, Mapping[str, str]],
    faults: Mapping[str, str],
    others: list[str],
    *,
    status: int = 200,
) -> HttpResponse:
    rows = [
        {
            "site": site,
            "cells": [
                {
                    "key": f"g:{site.pk}:{column.code}",
                    "code": column.code,
                    "label": f"{site.name} {column.label}",
                    "short": column.heading,
                    "text": typed[site.pk].get(column.code, "")
                    if site.pk in typed
                    else texts.get(column.code, ""),
                    "fault": faults.get(f"{site.pk}:{column.code}", ""),
                    "is_wide": column.role in ("results", "note", "month"),
                }
                for column in found.columns
            ],
        }
        for site, texts in found.rows
    ]
    context = {
        **_around(request, asked, kinds, units),
        "columns": found.columns,
        "rows": rows,
        "fault_count": len(faults),
        "others": others,
    }
    return render(request, "monitoring/grid.html", context, status=status)
