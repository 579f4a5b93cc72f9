"""Runs of the four checks: list, what one found, its certificate, a new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from archives.checks.forms import ResultFilter
from archives.checks.models import CheckResult, CheckRun, StoreCheck
from archives.checks.services import start_run
from archives.checks.tables import ResultTable
from archives.checks.views._asked import reader, rooms
from archives.holdings.queries import visible_pieces
from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.errors import Refused
from chuangmo.shell.listing import arrange, download, is_export, table_workbook
from chuangmo.shell.printing import render_pdf
from indicators.plan.models import Plan

PAGE = 30


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    rights = reader(request)
    runs = CheckRun.objects.select_related("by", "plan")
    page = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "checks/run_list.html",
        {
            **rooms(Plan.objects.current(), rights),
            "page_title": "四性检查",
            "page": page,
            "may_start": rights.is_office,
            "store": StoreCheck.objects.first(),
        },
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    reader(request)
    run = start_run(plan=Plan.objects.current(), by=cast(User, request.user))
    messages.success(request, "已发起检查，在后台进行；完成后本页显示结果。")
    return redirect(run)


@require_safe
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What the run found, of the pieces that the person may see; `?outcome=`, `?code=`, `?as=xlsx`."""
    rights = reader(request)
    run = _run(run_id)
    results = _visible(run, rights)
    outcome, code = request.GET.get("outcome", ""), request.GET.get("code", "")
    if outcome in CheckResult.Outcome.values:
        results = results.filter(outcome=outcome)
    rows = [row for row in results if not code or code in {one for one, _ in row.findings}]
    table = arrange(request, ResultTable(rows, rules=run.rules))
    if is_export(request):
        return table_workbook(request, table, f"四性检查{run.pk}")
    return render(
        request,
        "checks/run_show.html",
        {
            **rooms(run.plan, rights),
            "page_title": f"四性检查 第 {run.pk} 次",
            "run": run,
            "table": table,
            "page": table.page,
            "form": ResultFilter(request.GET, rules=run.rules),
            "properties": list(_properties(run)),
            "may_certify": _may_certify(rights) and run.finished_at is not None,
            "is_filtered": bool(outcome or code),
        },
    )


@require_safe
def certificate(request: HttpRequest, run_id: int) -> HttpResponse:
    """The certificate of a finished run as PDF: for the office and administrators, since it names every piece."""
    rights = reader(request)
    if not _may_certify(rights):
        raise Refused("检查证明由创模办和管理员出具。")
    run = _run(run_id)
    if run.finished_at is None:
        raise Http404("检查还没有完成")
    names = {row["code"]: row["name"] for row in run.rules}
    results = run.results.select_related("accession__unit").order_by("accession__archive_number")
    pdf = render_pdf(
        "checks/certificate_print.html",
        {
            "page_title": "档案四性检查证明",
            "run": run,
            "properties": list(_properties(run)),
            "failed": [
                (row, [f"{names.get(code, code)}：{text}" for code, text in row.findings])
                for row in results.exclude(outcome=CheckResult.Outcome.OK)
            ],
            "passed": results.filter(outcome=CheckResult.Outcome.OK),
            "printed_by": str(request.user),
        },
    )
    return download(pdf, "application/pdf", f"四性检查证明-{run.pk}.pdf")


def _run(run_id: int) -> CheckRun:
    return get_object_or_404(CheckRun.objects.select_related("plan", "by"), pk=run_id)


def _visible(run: CheckRun, rights: Rights) -> Any:
    return (
        run.results.filter(accession__piece__in=visible_pieces(rights).values("pk"))
        .select_related("accession__piece", "accession__unit")
        .order_by("accession__archive_number", "pk")
    )


def _may_certify(rights: Rights) -> bool:
    return rights.is_office or rights.is_admin


def _properties(run: CheckRun) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(真实, its checks with how many pieces were checked and did not pass), in the order of the rules."""
    by_property: dict[str, list[dict[str, Any]]] = {}
    for row in run.rules:
        checked, failed = run.tallies.get(row["code"], (0, 0))
        line = {**row, "checked": checked, "failed": failed}
        line["state"] = "ok" if not failed else row["severity"]
        line["applies"] = "、".join(row["kinds"]) or "全部"
        by_property.setdefault(row["property_name"], []).append(line)
    yield from by_property.items()
