"""The page of one report, and what its script sends: one cell, a block, the whole form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.deadlines.queries.timeline import timeline_of
from chuangmo.errors import Invalid, Stale
from chuangmo.files.models import MaterialKind
from chuangmo.prepared import Prepared
from chuangmo.review.services import submit as submit_case
from indicators.reporting.forms import PasteForm, SaveForm, whole_form
from indicators.reporting.models import Report, ReportPart
from indicators.reporting.queries.entry import entry_page
from indicators.reporting.queries.review import KIND
from indicators.reporting.rights import may_extend, may_name_publication, may_see, visible_reports
from indicators.reporting.services import entry
from indicators.reporting.services.checks import Finding, cells_of, findings_of
from indicators.reporting.services.gate import NotReporter, gate_of

CHECK = "?check=1"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """The entry page; a POST saves the whole form and, with do=submit, sends it on."""
    found = visible_report(request, report_id)
    if request.method == "POST":
        return _save_all(request, found)
    return _page(request, found)


def visible_report(request: HttpRequest, report_id: int) -> Report:
    """The report with its case, obligation, indicator and unit, or 404 for whoever may not see it."""
    found: Report | None = next(iter(_REPORT.objects(pk=report_id)), None)
    if found is None or not may_see(rights_for(request), found):
        raise Http404("没有这份报表")
    return found


_REPORT = Prepared(
    lambda pk: (
        Report.objects.filter(pk=pk).select_related("case", "obligation", "indicator", "unit").order_by()
    ),
    pk=int,
)


def _page(
    request: HttpRequest,
    found: Report,
    *,
    status: int = 200,
    conflicts: Iterable[entry.Conflict] = (),
) -> HttpResponse:
    at = clock.today()
    gate = gate_of(found, rights_for(request), at)
    page = entry_page(found, gate, at, check=request.GET.get("check") == "1")
    context = {
        "page_title": _title(found),
        "page": page,
        "report": found,
        "crumbs": [
            ("填报", reverse("reporting:report-list")),
            (page.unit_name, f"{reverse('reporting:report-list')}?unit={found.unit_id}"),
            (found.period.label, None),
        ],
        "conflicts": list(conflicts),
        "answers": _answers_offered(),
        "kinds": MaterialKind.choices,
        "file_max": settings.FILE_MAX_BYTES,
        "file_accept": ",".join(f".{suffix}" for suffix in settings.FILE_KINDS),
        "in_the_way": [one for one in page.findings if one.in_the_way],
        "may_extend": may_extend(rights_for(request), found),
        "may_name_publication": may_name_publication(rights_for(request), found),
        "deadline_events": timeline_of(KIND, found.pk),
        "may_open_deadline": found.obligation_id and found.unit_id in rights_for(request).view,
    }
    return render(request, "reporting/entry.html", context, status=status)


def _title(found: Report) -> str:
    part = "" if found.part == ReportPart.REGULAR else f"（{found.get_part_display()}）"
    return f"{found.indicator.number} {found.indicator.name}{part}"


def _answers_offered() -> list[tuple[str, str]]:
    return [("", "填数"), ("none", "无"), ("not_yet", "尚未有数"), ("not_applicable", "不适用")]


# The script's requests --------------------------------------------------------------------------------


@require_POST
def save(request: HttpRequest, report_id: int) -> JsonResponse:
    """Save one cell, answer or text.

    200 with the cell as it is stored; 409 with both values where somebody was faster; 403, 404
    or 422 with a sentence.
    """
    form = SaveForm(request.POST)
    if not form.is_valid():
        raise Invalid({"cell": "页面不完整或内容过长，没有保存；请刷新页面后重填"})
    data = form.cleaned_data
    key: str = data["cell"]
    who: dict[str, Any] = {"by": _user(request), "report_id": report_id}
    try:
        if key.startswith("v"):
            change = form.change()
            saved = entry.save_cell(**who, cell=key, **asdict(change), check=False)
            return _json({**_saved(saved.at), "cells": [_cell(saved.state)]})
        if key.startswith("c"):
            done = entry.save_answer(
                **who, cell=key, answer=data["answer"], note=data["note"], version=data["version"]
            )
        else:
            kind = key.removeprefix("t:")
            done = entry.save_text(**who, kind=kind, text=data["text"], version=data["version"])
    except entry.CellStale as stale:
        return _json({"error": str(stale), "conflicts": [_conflict(stale.conflict)]}, status=409)
    except NotReporter as refused:
        raise _hidden_or(request, report_id, refused) from refused
    return _json({**_saved(done.at), "cells": [{"cell": key, "version": done.version}]})


@never_cache
@require_safe
def findings(request: HttpRequest, report_id: int) -> JsonResponse:
    """What the checks find in the figures as they are stored; asked by the page when it has saved everything."""
    found = visible_report(request, report_id)
    return _json({"findings": _told(findings_of(found, cells_of(found)))})


@require_POST
def paste(request: HttpRequest, report_id: int) -> JsonResponse:
    """Put a block from a spreadsheet into the form; tells about every cell at once."""
    form = PasteForm(request.POST)
    if not form.is_valid():
        raise Invalid({"text": "粘贴的内容是空的、太多或页面不完整，没有保存"})
    data = form.cleaned_data
    try:
        pasted = entry.paste_block(
            by=_user(request),
            report_id=report_id,
            at_cell=data["at"],
            text=data["text"],
            versions=data["versions"],
        )
    except NotReporter as refused:
        raise _hidden_or(request, report_id, refused) from refused
    return _json(
        {
            **_saved(pasted.at),
            "cells": [_cell(one) for one in pasted.cells],
            "conflicts": [_conflict(one) for one in pasted.conflicts],
            "outside": pasted.outside,
            "findings": _told(pasted.findings),
            "message": _pasted_words(pasted),
        }
    )


def _pasted_words(pasted: entry.Pasted) -> str:
    parts = [f"粘贴了 {len(pasted.cells) - len(pasted.conflicts)} 格"]
    if pasted.bad:
        parts.append(f"其中 {pasted.bad} 格看不懂，已标出")
    if pasted.conflicts:
        parts.append(f"{len(pasted.conflicts)} 格刚被他人改过，没有覆盖")
    if pasted.outside:
        parts.append("有内容超出表格")
    return "，".join(parts) + "。"


def _hidden_or(request: HttpRequest, report_id: int, refused: NotReporter) -> Exception:
    """404 for whoever may not even see the report, else the refusal itself."""
    if visible_reports(rights_for(request)).filter(pk=report_id).exists():
        return refused
    return Http404("没有这份报表")


def _cell(state: entry.CellState) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if name != "value"}


def _told(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [one.as_json() for one in findings]


def _conflict(conflict: entry.Conflict) -> dict[str, Any]:
    return {
        "cell": conflict.cell,
        "version": conflict.version,
        "theirs": conflict.theirs,
        "mine": conflict.mine,
        "current": dict(conflict.current),
        "message": conflict.message,
    }


def _saved(at: Any) -> dict[str, str]:
    return {"at": f"{timezone.localtime(at):%H:%M}"}


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


# The whole form ---------------------------------------------------------------------------------------


def _save_all(request: HttpRequest, found: Report) -> HttpResponse:
    cells, answers, texts = whole_form(request.POST)
    who = _user(request)
    saved = entry.save_all(by=who, report_id=found.pk, cells=cells, answers=answers, texts=texts)
    if saved.conflicts:
        return _page(request, visible_report(request, found.pk), status=409, conflicts=saved.conflicts)
    if request.POST.get("do") != "submit":
        messages.success(
            request, f"已保存，改动 {saved.changed} 处。" if saved.changed else "已保存，没有改动。"
        )
        return redirect(found)
    return _submit(request, found)


def _submit(request: HttpRequest, found: Report) -> HttpResponse:
    """Send the report on; what stands in the way is shown at its places."""
    seen = request.POST.get("revision_no", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise Invalid({"revision_no": "页面不完整，没有提交；请刷新后再试"})
    try:
        case = submit_case(case_id=found.case_id, revision_no=int(seen), by=_user(request))
    except Stale as stale:
        messages.error(request, f"没有提交：{stale}")
        return redirect(found)
    except Invalid as invalid:
        messages.error(request, f"没有提交：还有 {len(invalid.faults)} 处要补填或改正，已在下面标出。")
        return redirect(f"{found.get_absolute_url()}{CHECK}")
    messages.success(request, f"已提交（第 {case.revision_no} 稿），现为“{case.get_state_display()}”。")
    return redirect(found)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
