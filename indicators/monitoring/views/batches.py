"""Bringing a file: what was found in it, what is wrong, the reason of corrections, and handing it in."""

from __future__ import annotations

import csv
import io
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from chuangmo.access.models import User
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused
from chuangmo.review.kinds import kind_of
from chuangmo.review.queries import last_return, timeline
from chuangmo.review.rules import WITHDRAW
from chuangmo.shell.listing import XLSX, download
from indicators.monitoring.forms import BatchFilter, BringForm
from indicators.monitoring.models import Batch
from indicators.monitoring.queries.review import span_words
from indicators.monitoring.rights import may_bring, units_that_bring, visible_batches
from indicators.monitoring.rules.layouts import LAYOUTS
from indicators.monitoring.services import batches as services
from indicators.monitoring.services.reading import read_batch
from indicators.monitoring.tables import BatchTable
from indicators.monitoring.views.grid import unsaved
from indicators.monitoring.workbook import workbook
from indicators.plan.models import Site

PAGE = 30


@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """The batches that the person may open, newest first."""
    rights = rights_for(request)
    if not (rights.sees_campaign or rights.view):
        raise Refused("您的角色没有可以查看的监测数据。")
    batches = visible_batches(rights).select_related("unit", "case", "created_by")
    found = BatchFilter(request.GET, queryset=batches, request=request)
    table = BatchTable(found.qs)
    RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=PAGE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    units = units_that_bring(rights)
    context = {
        "page_title": "监测数据批次",
        "filter": found,
        "table": table,
        "may_bring": bool(units),
        "drafts": unsaved(request, units),
    }
    return render(request, "monitoring/batch_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read at once and nothing counts yet."""
    offered = units_that_bring(rights_for(request))
    if not offered:
        raise Refused("您的单位没有报送监测数据的职责")
    form = BringForm(request.POST or None, request.FILES or None, offered=offered)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                batch = services.bring_file(
                    by=_user(request),
                    unit_id=form.cleaned_data["unit"],
                    kind=form.cleaned_data["kind"],
                    upload=form.cleaned_data["file"],
                )
            except Invalid as invalid:
                form.add_error("file", invalid.faults.get("file", str(invalid)))
            else:
                return redirect(batch)
        status = 422
    context = {
        "page_title": "导入监测数据",
        "form": form,
        "layouts": [(kind, label, _columns(kind)) for kind, label in form.fields["kind"].choices],  # type: ignore[attr-defined]
        "crumbs": _crumbs(),
    }
    return render(request, "monitoring/batch_new.html", context, status=status)


def _columns(kind: str) -> str:
    return "、".join(column.heading for column in LAYOUTS[kind].columns)


@never_cache
@require_safe
def batch_show(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: counts, faults at their places, corrections, first lines; with the buttons of whoever brought it."""
    return _page(request, _visible(request, batch_id))


def _page(
    request: HttpRequest,
    batch: Batch,
    *,
    error: Invalid | None = None,
    status: int = 200,
    reason: str | None = None,
) -> HttpResponse:
    rights = rights_for(request)
    facts = batch.facts
    may_edit = batch.case.is_editable and may_bring(rights, batch)
    returned = last_return(batch.case) if batch.case.state == "returned" else None
    context: dict[str, Any] = {
        "page_title": batch.name,
        "batch": batch,
        "facts": facts,
        "is_checked": "checked_at" in facts,
        "span": span_words(batch),
        "may_edit": may_edit,
        "may_submit": may_edit and _is_ready(batch),
        "may_withdraw": batch.case.state == "submitted"
        and kind_of(batch.case).may(WITHDRAW, rights, batch.case),
        "is_typed": batch.origin == Batch.Origin.GRID,
        "timeline": timeline(batch.case),
        "returned": returned,
        "error": error,
        "reason": batch.reason if reason is None else reason,
        "crumbs": _crumbs(),
    }
    return render(request, "monitoring/batch_show.html", context, status=status)


def _is_ready(batch: Batch) -> bool:
    facts = batch.facts
    return (
        "checked_at" in facts
        and not facts["fault_count"]
        and bool(facts["fresh"] or facts["corrected"])
        and bool(batch.reason or not facts["corrected"])
    )


@require_POST
def batch_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Another file in place of the first."""
    batch = _visible(request, batch_id)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Invalid({"file": "请选择文件"})
        batch = services.replace_file(by=_user(request), batch_id=batch.pk, upload=upload)
    except Invalid as error:
        return _page(request, _visible(request, batch_id), error=error, status=422)
    messages.success(request, f"已换成“{batch.name}”。")
    return redirect(batch)


@require_POST
def batch_reason(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Why stored readings are corrected."""
    batch = _visible(request, batch_id)
    reason = request.POST.get("reason", "")
    try:
        if not reason.strip():
            raise Invalid({"reason": "请写明更正原因"})
        services.set_reason(by=_user(request), batch_id=batch.pk, reason=reason)
    except Invalid as error:
        return _page(request, batch, error=error, status=422, reason=reason)
    messages.success(request, "更正原因已保存。")
    return redirect(batch)


@require_POST
def batch_discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Throw a draft away."""
    batch = _visible(request, batch_id)
    services.discard_batch(by=_user(request), batch_id=batch.pk)
    messages.success(request, f"已删除“{batch.name}”。")
    return redirect("monitoring:batch-list")


@require_safe
def batch_faults(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Every fault of the file as a CSV that Excel opens."""
    batch = _visible(request, batch_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["工作表", "行", "列", "问题"])
    for fault in read_batch(batch).parsed.faults:
        writer.writerow([_plain(fault.sheet), fault.line or "", fault.letter, _plain(fault.message)])
    content = out.getvalue().encode("utf-8-sig")
    return download(content, "text/csv; charset=utf-8", f"{batch.name} 错误清单.csv")


def _plain(text: str) -> str:
    """A text from somebody's file that Excel takes for no formula when it opens the CSV."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


@require_safe
def batch_template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook for a kind: the header, and the unit's sites where a line is a site."""
    offered = units_that_bring(rights_for(request))
    one = next((one for one in offered if kind in one.kinds), None)
    if one is None:
        raise Refused("您的单位没有报送这种监测数据的职责")
    layout = LAYOUTS[kind]
    sites = Site.objects.filter(kind__in=layout.site_kinds).order_by("kind", "order", "code")
    mine = [site for site in sites if site.monitored_by_id in (None, one.unit.pk)]
    notes = [
        "一行一个点位一个时间；点位写名称或代码，见“点位”表。没有测的项目留空，不要填 0。",
        "低于检出限写作 0.01L 或 <0.01，未给检出限写“未检出”。",
        "小时值的时间是小时的起点：13:00 表示 13 至 14 时；北京时间。CO 以 mg/m³、其余以 µg/m³ 填报。",
    ]
    content = workbook(
        [
            ("数据", [column.heading for column in layout.columns], ()),
            ("点位", ["代码", "名称", "类别"], ([s.code, s.name, s.get_kind_display()] for s in mine)),
        ],
        notes=notes,
    )
    return download(content, XLSX, f"{dict(Batch._meta.get_field('kind').choices or ())[kind]}模板.xlsx")


def _visible(request: HttpRequest, batch_id: int) -> Batch:
    found = visible_batches(rights_for(request)).filter(pk=batch_id)
    batch = found.select_related("unit", "case__unit", "file", "created_by", "accepted_by").first()
    if batch is None:
        raise Http404("没有这个批次")
    return batch


def _crumbs() -> list[tuple[str, str]]:
    return [("监测", reverse("monitoring:site-list")), ("数据批次", reverse("monitoring:batch-list"))]


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
