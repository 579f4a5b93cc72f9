"""Objections, bonus and malus, corrections: one form each on the unit's page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import Invalid, Refused, Stale
from supervision.gate import person
from supervision.scores import services
from supervision.scores.forms import YES, AdjustForm, CorrectionForm, DecideForm, Named, ObjectionForm
from supervision.scores.models import Adjustment, Correction, Objection, UnitScore
from supervision.scores.queries.units import unit_page
from supervision.scores.rights import visible_scores
from supervision.scores.views._asked import score_asked
from supervision.scores.views.pages import show_unit


@require_POST
def object_to(request: HttpRequest, plan: str, period: str, unit_id: int) -> HttpResponse:
    """The unit objects."""
    score = score_asked(request, plan, period, unit_id)
    rights = rights_for(request)
    if not (rights.may("report", score.unit_id) or rights.may("sign_off", score.unit_id)):
        raise Refused("只有被考核的单位可以提出异议")
    rows = [(lines.name, row) for lines in unit_page(score, rights).parts for row in lines.rows]
    form = ObjectionForm(rows, request.POST)

    def act() -> object:
        row = form.cleaned_data["row"]
        return services.object_to_score(
            by=person(request),
            unit_score_id=score.pk,
            text=form.cleaned_data["text"],
            row_id=int(row) if row else None,
        )

    return _do(request, score, form, act, "异议已提出，等创模办决定。")


@require_POST
def adjust(request: HttpRequest, plan: str, period: str, unit_id: int) -> HttpResponse:
    """The office adds or takes points."""
    score = score_asked(request, plan, period, unit_id)
    _require_office(request, "加减分")
    form = AdjustForm(request.POST)

    def act() -> object:
        return services.adjust_score(by=person(request), unit_score_id=score.pk, **form.cleaned_data)

    return _do(request, score, form, act, "已加减分，总分和名次已经重算。")


@require_POST
def withdraw(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """The office takes a bonus or malus back."""
    row = get_object_or_404(Adjustment, pk=adjustment_id)
    score = _visible(request, UnitScore.objects.filter(round=row.round_id, unit=row.unit_id).first())
    _require_office(request, "撤销加减分")
    try:
        services.withdraw_adjustment(by=person(request), adjustment_id=row.pk)
    except Stale as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已撤销，总分和名次已经重算。")
    return redirect(score.get_absolute_url())


@require_POST
def decide(request: HttpRequest, objection_id: int) -> HttpResponse:
    """The office decides an objection."""
    row = get_object_or_404(Objection.objects.select_related("unit_score"), pk=objection_id)
    score = _visible(request, row.unit_score)
    _require_office(request, "决定异议")
    form = DecideForm(row, request.POST)

    def act() -> object:
        return services.decide_objection(
            by=person(request),
            objection_id=row.pk,
            upheld=form.cleaned_data["upheld"] == YES,
            decision=form.cleaned_data["decision"],
            share=form.share,
        )

    return _do(request, score, form, act, "已决定，并通知了提出人。")


@require_POST
def correct(request: HttpRequest, correction_id: int) -> HttpResponse:
    """The office confirms or declines a correction of what is final."""
    row = get_object_or_404(Correction.objects.select_related("unit_score"), pk=correction_id)
    score = _visible(request, row.unit_score)
    _require_office(request, "更正得分")
    form = CorrectionForm(row.pk, request.POST)

    def act() -> object:
        who = {"by": person(request), "correction_id": row.pk, "reason": form.cleaned_data["reason"]}
        if form.cleaned_data["confirmed"] == YES:
            return services.confirm_correction(**who)
        return services.decline_correction(**who)

    return _do(request, score, form, act, "已决定。")


def _visible(request: HttpRequest, score: UnitScore | None) -> UnitScore:
    found = visible_scores(rights_for(request)).select_related("round", "round__plan", "unit")
    return get_object_or_404(found, pk=score.pk if score else 0)


def _require_office(request: HttpRequest, what: str) -> None:
    if not rights_for(request).is_office:
        raise Refused(f"只有创模办可以{what}")


def _do(
    request: HttpRequest, score: UnitScore, form: Named, act: Callable[[], object], told: str
) -> HttpResponse:
    """What the service finds wrong stands beside the field, and nothing typed is lost."""
    status = 422
    if form.is_valid():
        try:
            act()
        except Invalid as error:
            for name, fault in error.faults.items():
                name = "percent" if name == "share" else name
                form.add_error(name if name in form.fields else None, fault)
        except (Stale, Refused) as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, told)
            return redirect(score.get_absolute_url())
    score = _visible(request, score)
    return show_unit(request, score, bound=form, status=status)
