"""What the office does with a round: compute, show, freeze, check again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chuangmo.access.queries import rights_for
from chuangmo.errors import DomainError, Refused
from chuangmo.keys import version_in
from supervision.gate import person
from supervision.scores import services
from supervision.scores.forms import PeriodForm
from supervision.scores.models import RoundState, ScoreRound
from supervision.scores.views._asked import periods_offered, plan_asked, round_asked


@require_POST
def compute(request: HttpRequest, plan: str) -> HttpResponse:
    """Compute a draft, or compute it anew."""
    found, rights = plan_asked(request, plan)
    if not rights.is_office:
        raise Refused("只有创模办可以计算得分")
    periods = {period.code: period for period in periods_offered(found)}
    form = PeriodForm(list(periods.values()), request.POST)
    if not form.is_valid():
        messages.error(request, "没有这一期，请重新选择。")
        return redirect("scores:list", found.code)
    try:
        one = services.compute_round(
            by=person(request), plan=found, period=periods[form.cleaned_data["period"]]
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("scores:list", found.code)
    messages.success(request, f"{one.period.label}的得分已经算出。看过以后公示。")
    return redirect(one.get_absolute_url())


@require_POST
def recheck(request: HttpRequest, plan: str) -> HttpResponse:
    """Compare what is final with what lies behind it now."""
    found, rights = plan_asked(request, plan)
    if not rights.is_office:
        raise Refused("只有创模办可以核对得分")
    rounds = ScoreRound.objects.filter(plan=found, state=RoundState.FINAL).values_list("pk", flat=True)
    count = services.recheck_all(rounds)
    messages.success(
        request, f"已核对定稿的得分：{f'{count} 个单位应更正，待确认' if count else '都没有变化'}。"
    )
    return redirect("scores:list", found.code)


@require_POST
def show(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """Show it to the units."""
    return _move(request, round_asked(request, plan, period), services.show_round, "已公示，并通知了各单位。")


@require_POST
def finish(request: HttpRequest, plan: str, period: str) -> HttpResponse:
    """Freeze it."""
    return _move(
        request, round_asked(request, plan, period), services.finish_round, "已定稿，并通知了各单位。"
    )


def _move(request: HttpRequest, one: ScoreRound, move: services.Move, told: str) -> HttpResponse:
    if not rights_for(request).is_office:
        raise Refused("只有创模办可以公示和定稿")
    version = request.POST.get("version", "")
    try:
        move(
            by=person(request),
            round_id=one.pk,
            version=version_in(version),
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect(one.get_absolute_url())
