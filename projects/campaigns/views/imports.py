"""Bringing a register by file: what was found, what has to be decided, and taking it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused
from chuangmo.shell.listing import XLSX, download
from indicators.monitoring.workbook import workbook
from projects.campaigns.forms import ImportForm
from projects.campaigns.models import CodeKind, ImportState, MemberImport, Task
from projects.campaigns.queries.register import units_of
from projects.campaigns.rights import units_to_list
from projects.campaigns.services import importing
from projects.campaigns.views._asked import counties, import_asked, person, task_asked


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Choose a file; it is read at once and nothing counts yet."""
    task = task_asked(request, plan, code)
    _require(request, task)
    form = ImportForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                row = importing.bring_register(
                    by=person(request), task_id=task.pk, upload=form.cleaned_data["file"]
                )
            except Invalid as error:
                form.add_error("file", error.faults.get("file", str(error)))
            else:
                return redirect(row)
        status = 422
    context = {
        "page_title": "导入名单",
        "task": task,
        "form": form,
        "crumbs": _crumbs(task),
        "columns": _columns(task),
    }
    return render(request, "campaigns/import_new.html", context, status=status)


@require_safe
def import_show(request: HttpRequest, import_id: int) -> HttpResponse:
    """What was found in a file."""
    return _page(request, import_asked(request, import_id))


def _page(
    request: HttpRequest, row: MemberImport, *, error: Invalid | None = None, status: int = 200
) -> HttpResponse:
    facts = row.facts
    mine = row.state == ImportState.DRAFT and row.created_by_id == person(request).pk
    context = {
        "page_title": row.name,
        "row": row,
        "task": row.task,
        "facts": facts,
        "may_confirm": mine,
        "is_ready": mine and not facts["fault_count"] and not facts["undecided"],
        "has_news": bool(facts["fresh"] or facts["changed"]),
        "error": error,
        "crumbs": _crumbs(row.task),
    }
    return render(request, "campaigns/import_show.html", context, status=status)


@require_POST
def import_decide(request: HttpRequest, import_id: int) -> HttpResponse:
    """Say of doubtful lines whether they are the same."""
    row = import_asked(request, import_id)
    decisions = {
        name.removeprefix("doubt:"): value
        for name, value in request.POST.items()
        if name.startswith("doubt:") and isinstance(value, str)
    }
    if every := request.POST.get("every", ""):
        decisions |= {one["place"]: every for one in row.facts["doubts"] if not decisions.get(one["place"])}
    importing.decide_doubts(by=person(request), import_id=row.pk, decisions=decisions)
    return redirect(row)


@require_POST
def import_confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take the file as a whole."""
    row = import_asked(request, import_id)
    try:
        done = importing.confirm_import(by=person(request), import_id=row.pk)
    except Invalid as error:
        return _page(request, import_asked(request, import_id), error=error, status=422)
    facts = done.facts
    messages.success(
        request, f"已导入：新增 {facts['fresh']} 个，变更 {facts['changed']} 个，未变 {facts['same']} 个。"
    )
    return redirect(row.task)


@require_POST
def import_discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throw the file away."""
    row = import_asked(request, import_id)
    importing.discard_import(by=person(request), import_id=row.pk)
    messages.success(request, f"已放弃“{row.name}”。")
    return redirect(row.task)


@require_safe
def import_template(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """An empty workbook with the task's columns, and its units beside."""
    task = task_asked(request, plan, code)
    _require(request, task)
    credit = task.code_kind == CodeKind.CREDIT
    notes = [
        f"一行一个{task.member}；名称必填，其余没有的留空。",
        "代码是 18 位统一社会信用代码，要核对校验位。"
        if credit
        else "代码是能区分同名对象的编号、车牌号等，可以不填。",
        "责任单位、县区写全称或简称都可以，见“单位”表；只有一个单位可填时可以不写。",
        "岗位和责任人要一起填；没有的岗位会自动建立。",
        "再次导入同一个文件不会重复登记；改了的行按代码或名称对应更新。",
    ]
    content = workbook(
        [
            ("名单", _columns(task), ()),
            ("单位", ["责任单位", "全称"], ([unit.short_name, unit.name] for unit in units_of(task))),
            ("县区", ["所在县区"], ([unit.short_name] for unit in counties())),
        ],
        notes=notes,
    )
    return download(content, XLSX, f"{task.name}名单模板.xlsx")


def _columns(task: Task) -> list[str]:
    code = "统一社会信用代码" if task.code_kind == CodeKind.CREDIT else "代码"
    columns = ["名称", code, "责任单位", "所在县区", "岗位", "责任人"]
    return [*columns, *([task.measure] if task.measure else []), "备注"]


def _require(request: HttpRequest, task: Task) -> None:
    allowed = units_to_list(rights_for(request), task)
    if allowed is not None and not allowed & {unit.pk for unit in units_of(task)}:
        raise Refused("只有责任单位、牵头单位或创模办可以导入名单")


def _crumbs(task: Task) -> list[tuple[str, str]]:
    return [
        ("攻坚任务", reverse("campaigns:task-list", args=[task.plan.code])),
        (task.name, task.get_absolute_url()),
    ]
