"""The table of a round, a unit's score, and the way to one's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from chuangmo import clock
from chuangmo.access.queries import rights_for
from chuangmo.shell.listing import is_export, table_workbook
from indicators.plan.models import Plan
from supervision.letters.queries import basis_of
from supervision.scores.forms import (
    AdjustForm,
    CorrectionForm,
    DecideForm,
    Named,
    ObjectionForm,
    PeriodForm,
)
from supervision.scores.models import Correction, Objection, RoundState, ScoreRound, UnitScore
from supervision.scores.queries.tables import newest_round, round_choices, round_groups
from supervision.scores.queries.units import newest_own_score, unit_page
from supervision.scores.rights import may_object
from supervision.scores.tables import rows_table, scores_table
from supervision.scores.views._asked import periods_offered, plan_asked, round_asked, score_asked

STATE_SIGNS = {RoundState.DRAFT: "draft", RoundState.SHOWN: "in_review", RoundState.FINAL: "accepted"}


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    return redirect("scores:list", Plan.objects.current().code)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My unit's newest score; the table where there is none."""
    score = newest_own_score(rights_for(request))
    return redirect(score.get_absolute_url() if score else "scores:current")


@require_safe
def round_list(request: HttpRequest, plan: str) -> HttpResponse:
    """The newest round that the person sees, else an empty page that says what is missing."""
    found, rights = plan_asked(request, plan)
    newest = newest_round(rights, found)
    if newest is not None:
        return show_page(request, newest)
    return render(
        request,
        "scores/round.html",
        {"page_title": "效能考评", "plan": found, "round": None, **_office_forms(request, found)},
    )


@require_safe
def round_show(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """The table of a month or year; as a workbook of scores (?as=xlsx) or of the rows behind them (&rows=1)."""
    return show_page(request, round_asked(request, plan, period))


def show_page(request: HttpRequest, one: ScoreRound) -> HttpResponse:
    rights = rights_for(request)
    groups = round_groups(one, rights)
    if is_export(request):
        if request.GET.get("rows"):
            ids = [line.score.pk for group in groups for line in group.lines]
            return table_workbook(request, rows_table(one, ids), f"{one.period.label}效能考评计分事项")
        return table_workbook(request, scores_table(one, groups), f"{one.period.label}效能考评得分")
    open_objections = sum(line.objections for group in groups for line in group.lines)
    is_over = one.objections_until is not None and clock.today() > one.objections_until
    context: dict[str, Any] = {
        "page_title": f"效能考评 · {one.period.label}",
        "plan": one.plan,
        "round": one,
        "sign": STATE_SIGNS[RoundState(one.state)],
        "groups": groups,
        "choices": round_choices(rights, one.plan),
        "open_objections": open_objections,
        "open_corrections": sum(line.corrections for group in groups for line in group.lines),
        "may_finish": one.state == RoundState.SHOWN and is_over and not open_objections,
        "is_over": is_over,
        "has_ended": one.period_end < clock.today(),
        **_office_forms(request, one.plan, one),
    }
    return render(request, "scores/round.html", context)


def _office_forms(request: HttpRequest, plan: Plan, one: ScoreRound | None = None) -> dict[str, Any]:
    if not rights_for(request).is_office:
        return {"is_office": False}
    begun = [period for period in periods_offered(plan) if period.start <= clock.today()]
    done = {row.period.code for row in ScoreRound.objects.filter(plan=plan).exclude(state=RoundState.DRAFT)}
    offered = [period for period in begun if period.code not in done]
    initial = one.period.code if one and one.state == RoundState.DRAFT else None
    return {
        "is_office": True,
        "period_form": PeriodForm(offered, initial={"period": initial}) if offered else None,
    }


@require_safe
def unit_show(request: HttpRequest, plan: str, period: str, unit_id: int) -> HttpResponse:
    """One unit's score with every row behind it."""
    return show_unit(request, score_asked(request, plan, period, unit_id))


def show_unit(
    request: HttpRequest, score: UnitScore, bound: Named | None = None, status: int = 200
) -> HttpResponse:
    """The page; with a form that could not be taken, as it was typed."""
    rights = rights_for(request)
    page = unit_page(score, rights)
    is_open = score.round.state != RoundState.FINAL
    objects = may_object(rights, score)
    until = score.round.objections_until
    forms: dict[str, Named] = {}
    if objects and until is not None and clock.today() <= until:
        asked = [(lines.name, row) for lines in page.parts for row in lines.rows]
        forms["objection"] = ObjectionForm(asked, initial={"row": request.GET.get("row", "")})
    if rights.is_office and is_open:
        forms["adjust"] = AdjustForm()
    decides = [
        DecideForm(one) for one in page.objections if rights.is_office and one.state == Objection.State.OPEN
    ]
    corrects = [
        CorrectionForm(one.pk)
        for one in page.corrections
        if rights.is_office and one.state == Correction.State.OPEN
    ]
    if bound is not None:
        forms = {name: bound if bound.name == name else form for name, form in forms.items()}
        decides = [bound if bound.name == one.name else one for one in decides]  # type: ignore[misc]
        corrects = [bound if bound.name == one.name else one for one in corrects]  # type: ignore[misc]
    context = {
        "page_title": f"{score.unit.short_name} · {score.round.period.label}得分",
        "page": page,
        "score": score,
        "round": score.round,
        "sign": STATE_SIGNS[RoundState(score.round.state)],
        "forms": forms,
        "objections": [
            (one, next((form for form in decides if form.objection == one), None)) for one in page.objections
        ],
        "corrections": [
            (one, next((form for form in corrects if form.pk == one.pk), None)) for one in page.corrections
        ],
        "letter": basis_of(score.round.plan, score.unit_id, rights),
        "opened": bound.name if bound else "",
        "is_office": rights.is_office,
        "is_open": is_open,
        "crumbs": [
            ("效能考评", score.round.get_absolute_url()),
            (str(score.unit), None),
        ],
    }
    return render(request, "scores/unit.html", context, status=status)
