"""The list, the page of one measure, writing it, its papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.forms import AttachForm
from chuangmo.shell.listing import DOCX, download
from indicators.plan.models import Plan
from supervision.accountability import services
from supervision.accountability.forms import (
    ApproveForm,
    CloseForm,
    EntryForm,
    HoldForm,
    MeasureForm,
    PromiseForm,
    ProposeForm,
    ReasonForm,
    StartForm,
)
from supervision.accountability.models import Measure, MeasureKind, MeasureState
from supervision.accountability.queries.page import (
    SIGNS,
    MeasurePage,
    approvers,
    late_of_unit,
    measure_page,
    measures_listed,
)
from supervision.accountability.queries.papers import measure_paper, record_paper
from supervision.accountability.rights import may_with, visible_measures
from supervision.accountability.services.drafting import Words
from supervision.gate import person
from supervision.papers.services import paper_docx, paper_pdf

PAGE = 50


def measure_asked(request: HttpRequest, measure_id: int) -> Measure:
    """404 for everybody who may not see it."""
    found = visible_measures(rights_for(request)).select_related(
        "unit", "office", "plan", "approver", "drafted_by"
    )
    return get_object_or_404(found, pk=measure_id)


@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """What the person sees, by kind."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看约谈和问责；如需查看，请联系管理员。")
    kind = request.GET.get("kind", "")
    kind = kind if kind in MeasureKind.values else ""
    page = Paginator(measures_listed(rights, kind), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_title": "约谈与问责",
        "page": page,
        "rows": [(one, SIGNS[one.state]) for one in page],
        "kind": kind,
        "kinds": MeasureKind.choices,
        "may_draft": rights.is_office,
    }
    return render(request, "accountability/measure_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def measure_new(request: HttpRequest) -> HttpResponse:
    """Which kind, about whom: the draft opens at once, with what the unit is late with."""
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以起草")
    form = StartForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        unit, kind = form.cleaned_data["unit"], form.cleaned_data["kind"]
        late = list(late_of_unit(unit.pk, clock.today()))
        measure = services.draft_measure(
            by=person(request),
            kind=kind,
            plan=Plan.objects.current(),
            unit=unit,
            words=Words(title=f"{unit.short_name}逾期未办创模任务" if late else f"{unit.short_name}创模工作"),
            obligations=late,
        )
        return redirect("accountability:measure-edit", measure.pk)
    context = {"page_title": "起草", "form": form, "submit": "起草"}
    return render(request, "accountability/measure_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def measure_edit(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Its words and what it is about."""
    measure = measure_asked(request, measure_id)
    _require(request, measure, "edit")
    late = late_of_unit(measure.unit_id, clock.today()) | measure.obligations.all()
    names = [*Words.__slots__, "version"]
    initial = {name: getattr(measure, name) for name in names}
    initial["obligations"] = [row.pk for row in measure.obligations.all()]
    form = MeasureForm(measure.kind, late.distinct(), request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.edit_measure(
                    by=person(request),
                    measure_id=measure.pk,
                    version=form.cleaned_data["version"] or 0,
                    words=Words(**form.words),
                    obligations=form.cleaned_data["obligations"],
                )
            except Invalid as error:
                for name, text in error.faults.items():
                    form.add_error(name if name in form.fields else None, text)
            except Stale as error:
                form.add_error(None, str(error))
                _renew(form, measure.version)
                status = 409
            else:
                messages.success(request, "草稿已保存。")
                return redirect(measure)
    context = {
        "page_title": f"修改{measure.get_kind_display()}",
        "form": form,
        "submit": "保存草稿",
        "measure": measure,
    }
    return render(request, "accountability/measure_edit.html", context, status=status)


def _renew(form: Any, version: int) -> None:
    """The next save goes on from what is stored now; what was typed stays."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


def _require(request: HttpRequest, measure: Measure, action: str) -> None:
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以办理")
    if action not in may_with(rights_for(request), measure):
        raise Stale(f"这件事现在是“{MeasureState(measure.state).label}”，不能这样办理")


@require_safe
def measure_show(request: HttpRequest, measure_id: int) -> HttpResponse:
    return show_measure(request, measure_asked(request, measure_id))


def show_measure(
    request: HttpRequest, measure: Measure, *, bound: Form | None = None, name: str = "", status: int = 200
) -> HttpResponse:
    """The page; with a form that could not be stored, as it was typed."""
    page = measure_page(measure, rights_for(request), clock.today())
    offered = _forms(measure, page)
    if bound is not None:
        offered[name] = bound
    context = {
        "page_title": measure.title,
        "measure": measure,
        "page": page,
        "sign": SIGNS[measure.state],
        "forms": offered,
        "opened": name,
        "late": list(measure.obligations.all()),
        "is_talk": measure.kind == MeasureKind.TALK,
    }
    return render(request, "accountability/measure_show.html", context, status=status)


def _forms(measure: Measure, page: MeasurePage) -> dict[str, Form]:
    """The forms that the person may use now, by name."""
    initial = {"version": measure.version}
    found: dict[str, Form] = {}
    if "propose" in page.may:
        found["propose"] = ProposeForm(approvers(measure), initial=initial)
    if "approve" in page.may:
        found["approve"] = ApproveForm(initial=initial)
    if "hold" in page.may:
        found["hold"] = HoldForm(
            initial={**initial, "held_on": measure.planned_on, "attendees": measure.persons}
        )
    if "promise" in page.may:
        found["promise"] = PromiseForm()
    if "follow" in page.may:
        found["follow"] = EntryForm(initial={"source": measure.addressee, "on": clock.today()})
    if "close" in page.may:
        found["close"] = CloseForm(initial=initial)
    if "drop" in page.may:
        found["drop"] = ReasonForm(initial=initial)
    if page.may:
        found["files"] = AttachForm()
    return found


# Papers -------------------------------------------------------------------------------------------------------


@require_safe
def measure_pdf(request: HttpRequest, measure_id: int) -> HttpResponse:
    measure = measure_asked(request, measure_id)
    return download(paper_pdf(measure_paper(measure)), "application/pdf", f"{measure.title}.pdf")


@require_safe
def measure_docx(request: HttpRequest, measure_id: int) -> HttpResponse:
    measure = measure_asked(request, measure_id)
    return download(paper_docx(measure_paper(measure)), DOCX, f"{measure.title}.docx")


@require_safe
def record_pdf(request: HttpRequest, measure_id: int) -> HttpResponse:
    """约谈记录, once the talk was held."""
    measure = measure_asked(request, measure_id)
    if measure.held_on is None:
        raise Http404("还没有约谈记录")
    return download(
        paper_pdf(record_paper(measure)), "application/pdf", f"{measure.unit.short_name}约谈记录.pdf"
    )
