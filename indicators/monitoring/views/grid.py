"""Typing readings into a grid of sites and parameters; nothing typed is lost, every bad cell is told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from indicators.monitoring.models import Batch, GridDraft
from indicators.monitoring.rights import Bringing, may_bring, units_that_bring
from indicators.monitoring.rules.overlay import Overlay, lay_over
from indicators.monitoring.services import drafts, grid
from indicators.plan.models import Site

CELL = re.compile(r"g:([0-9]{1,18}:[a-z0-9_]{1,30})")
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which grid, of which unit and period, and the draft that it goes on with."""

    kind: grid.GridKind
    unit: Bringing
    period: str
    every: bool
    batch: Batch | None = None

    @property
    def key(self) -> drafts.GridKey:
        """Raises Invalid for a wrong period."""
        first = grid.first_of(self.kind, self.period)
        return drafts.GridKey(
            self.kind.code, self.unit.unit.pk, first, self.batch.pk if self.batch is not None else None
        )

    @property
    def url(self) -> str:
        asked = {"unit": self.unit.unit.pk, "kind": self.kind.code, "period": self.period}
        asked |= {"all": "1"} if self.every else {}
        asked |= {"batch": self.batch.pk} if self.batch is not None else {}
        return f"{reverse('monitoring:grid')}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Opened:
    """The grid as it stands, with what the person types laid over it; `draft` is what was kept of it before, whether it
    is what is laid over (`is_restored`) or not."""

    found: grid.Grid
    over: Overlay
    basis: Mapping[str, str]
    ground: Mapping[str, str]
    draft: GridDraft | None
    is_restored: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """The grid; a POST that reads well becomes a batch in draft, with the page of every batch before it counts."""
    asked, kinds, units = _asked(request)
    try:
        opened = _opened(request, asked)
    except Invalid as wrong:
        context = {**_around(request, asked, kinds, units), "fault": str(wrong)}
        return render(request, "monitoring/grid.html", context, status=422)
    found, over = opened.found, opened.over
    if request.method != "POST" and not opened.is_restored:
        return _page(request, asked, kinds, units, opened, {}, [])
    texts = grid.by_site(over.texts)
    faults, others = grid.check_grid(found, texts, unit_id=asked.unit.unit.pk)
    if request.method != "POST":
        return _page(request, asked, kinds, units, opened, faults, _gone(over))
    others = [*others, *_gone(over)]
    if faults or others or over.clashes:
        return _page(request, asked, kinds, units, opened, faults, others, status=422)
    text, _ = grid.grid_text(found, texts)
    batch = drafts.save_typed(
        by=_user(request),
        key=asked.key,
        name=f"{asked.kind.label} {asked.period} 录入.csv",
        text=text,
        mark=request.POST.get("mark", ""),
    )
    return redirect(batch)


@require_POST
def keep(request: HttpRequest) -> JsonResponse:
    """Keep what was typed for the person alone, and tell what is wrong with it; no reading comes of it."""
    asked, _, _ = _asked(request)
    opened = _opened(request, asked)
    over = opened.over
    try:
        draft = drafts.keep_draft(
            by=_user(request),
            key=asked.key,
            typed=over.changed,
            basis={cell: opened.basis.get(cell, "") for cell in over.changed},
            mark=request.POST.get("mark", ""),
        )
    except Stale as stale:
        there = drafts.draft_of(_user(request), asked.key)
        return _json({"error": str(stale), **_marked(there)}, status=409)
    faults, others = grid.check_grid(opened.found, grid.by_site(over.texts), unit_id=asked.unit.unit.pk)
    data = {
        "faults": {f"g:{cell}": words for cell, words in faults.items()},
        "others": others,
        "moved": {f"g:{cell}": text for cell, text in over.moved.items()},
        "clashes": [f"g:{cell}" for cell in over.clashes],
    }
    return _json({**data, **_marked(draft)})


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Throw away what was kept of this grid."""
    asked, _, _ = _asked(request)
    drafts.drop_draft(by=_user(request), key=asked.key, mark=request.POST.get("mark", ""))
    messages.success(request, "暂存的内容已放弃。")
    return redirect(asked.url)


def _marked(draft: GridDraft | None) -> dict[str, Any]:
    at = timezone.localtime(draft.saved_at if draft is not None else timezone.now())
    return {
        "mark": draft.mark if draft is not None else "",
        "count": len(draft.typed) if draft is not None else 0,
        "at": f"{at:%H:%M}",
    }


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _opened(request: HttpRequest, asked: Asked) -> Opened:
    """The grid with what is typed (a POST) or what was kept (asked for by `draft`). Raises Invalid for a wrong period."""
    draft = drafts.draft_of(_user(request), asked.key)
    is_restored = draft is not None and (request.method == "POST" or bool(request.GET.get("draft")))
    typed: dict[str, str] = {}
    basis: dict[str, str] | None = {}
    if request.method == "POST":
        basis = _basis(request.POST)
        typed = _typed(request.POST, basis or {})
    elif draft is not None and is_restored:
        typed, basis = draft.typed, draft.basis
    found = grid.grid_of(
        asked.kind,
        unit_id=asked.unit.unit.pk,
        period=asked.period,
        every=asked.every,
        more={cell.split(":")[1] for cell in typed},
    )
    ground = found.ground(grid.typed_in(asked.batch)[0] if asked.batch is not None else {})
    if (
        basis is None
    ):  # a form that does not say what it showed: all of it is meant, and blank where it is silent
        basis, sites = ground, {cell.split(":")[0] for cell in typed}
        typed = {cell: "" for cell in ground if cell.split(":")[0] in sites} | typed
    over = lay_over(ground, typed, basis, proposed=found.proposed)
    return Opened(found, over, basis, ground, draft, is_restored)


def _gone(over: Overlay) -> list[str]:
    """What was typed for sites that are no longer in the grid, so that it can be copied."""
    if not over.gone:
        return []
    rows = grid.by_site(over.gone)
    names = dict(Site.objects.filter(pk__in=list(rows)).values_list("pk", "name"))
    said = [f"{names.get(site, '已删除的点位')} {'、'.join(texts.values())}" for site, texts in rows.items()]
    return [f"有 {len(over.gone)} 格的点位已不在这张表里，不会保存：{'；'.join(said)}"]


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
    """The draft's, else the last complete month (quarter), the running year, or yesterday."""
    today = clock.today()
    back = {"month": today.day, "quarter": today.day, "day": 1, "year": 0}[kind.period]
    day = batch.first_day if batch is not None and batch.first_day else today - timedelta(days=back)
    return grid.period_of(kind, day)


def _typed(data: Mapping[str, str], basis: Mapping[str, str]) -> dict[str, str]:
    """Texts by cell (`site:code`); a long text that stood there already is not cut."""
    typed: dict[str, str] = {}
    for name, text in data.items():
        if found := CELL.fullmatch(name):
            cell = found[1]
            typed[cell] = text if text == basis.get(cell) else text[:MAX_TEXT]
    return typed


def _basis(data: Mapping[str, str]) -> dict[str, str] | None:
    """What the page showed before anything was typed; None where the form does not say."""
    try:
        said = json.loads(data.get("basis", ""))
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    return {
        cell: text.encode("utf-8", "ignore").decode().replace("\x00", "")
        for cell, text in said.items()
        if CELL.fullmatch(f"g:{cell}") and isinstance(text, str)
    }


def _around(
    request: HttpRequest, asked: Asked, kinds: list[grid.GridKind], units: list[Bringing]
) -> dict[str, Any]:
    return {
        "page_title": "录入监测数据",
        "asked": asked,
        "kinds": kinds,
        "units": units,
        "crumbs": [("监测", reverse("monitoring:site-list")), ("数据批次", reverse("monitoring:batch-list"))],
        "drafts": _others(request, asked, units),
        "input_type": {"month": "month", "day": "date"}.get(asked.kind.period, "text"),
        "period_label": {"month": "月份", "day": "日期", "year": "年度", "quarter": "季度"}[
            asked.kind.period
        ],
    }


def _others(request: HttpRequest, asked: Asked, units: Sequence[Bringing]) -> list[dict[str, Any]]:
    """The person's other grids that were typed into and not saved."""
    try:
        here: drafts.GridKey | None = asked.key
    except Invalid:
        here = None
    return [one for one in unsaved(request, units) if one["key"] != here]


def unsaved(request: HttpRequest, units: Sequence[Bringing]) -> list[dict[str, Any]]:
    """What the person typed into grids and did not save: what it is of, how many cells, when, and where to go on."""
    by_pk = {one.unit.pk: one for one in units}
    found = []
    for draft in drafts.drafts_of(_user(request), list(by_pk)):
        kind = grid.GRIDS.get(draft.kind)
        if kind is None or kind.batch not in by_pk[draft.unit_id].kinds:
            continue
        asked = Asked(kind, by_pk[draft.unit_id], grid.period_of(kind, draft.first_day), False, draft.batch)
        key = drafts.GridKey(draft.kind, draft.unit_id, draft.first_day, draft.batch_id)
        found.append({"draft": draft, "asked": asked, "key": key, "count": len(draft.typed)})
    return found


def _page(
    request: HttpRequest,
    asked: Asked,
    kinds: list[grid.GridKind],
    units: list[Bringing],
    opened: Opened,
    faults: Mapping[str, str],
    others: list[str],
    *,
    status: int = 200,
) -> HttpResponse:
    found, over = opened.found, opened.over
    rows = [
        {
            "site": site,
            "cells": [
                {
                    "key": f"g:{cell}",
                    "code": column.code,
                    "label": f"{site.name} {column.label}",
                    "short": column.heading,
                    "text": over.texts[cell],
                    "fault": faults.get(cell, ""),
                    "clash": over.clashes.get(cell),
                    "is_wide": column.role in ("results", "note", "month"),
                }
                for column in found.columns
                for cell in [f"{site.pk}:{column.code}"]
            ],
        }
        for site, _ in found.rows
    ]
    draft, is_restored = opened.draft, opened.is_restored
    posted = request.method == "POST"
    context = {
        **_around(request, asked, kinds, units),
        "columns": found.columns,
        "rows": rows,
        "fault_count": len(faults),
        "others": others,
        "clash_count": len(over.clashes),
        "basis": json.dumps({cell: text for cell, text in opened.ground.items() if text}, ensure_ascii=False),
        "draft": draft,
        "draft_count": len(draft.typed) if draft is not None else 0,
        "offers": draft is not None and not is_restored,
        "is_restored": is_restored and not posted,
        "mark": request.POST.get("mark", "") if posted else draft.mark if draft is not None else "",
    }
    return render(request, "monitoring/grid.html", context, status=status)
