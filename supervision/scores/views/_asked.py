"""What an address asks for, and whether this person may see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from chuangmo.period_fields import period_columns
from chuangmo.periods import Kind, Period, month, parse, year
from indicators.plan.models import Plan
from supervision.scores.models import ScoreRound, UnitScore
from supervision.scores.rights import visible_rounds, visible_scores


def plan_asked(request: HttpRequest, code: str) -> tuple[Plan, Rights]:
    """The plan of the address and the reader's rights. 404 for an unknown plan, Refused for a mere assessor."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看效能考评；如需查看，请联系管理员。")
    return get_object_or_404(Plan, code=code), rights


def round_asked(request: HttpRequest, plan: str, period: str) -> ScoreRound:
    """The round of the address; 404 for whoever sees nothing of it."""
    found, rights = plan_asked(request, plan)
    rows = visible_rounds(rights).filter(plan=found, **period_columns(_period(period)))
    return get_object_or_404(rows.select_related("plan", "computed_by", "final_by"))


def score_asked(request: HttpRequest, plan: str, period: str, unit_id: int) -> UnitScore:
    """The unit's score; 404 for whoever may not see it."""
    found, rights = plan_asked(request, plan)
    columns = {f"round__{name}": value for name, value in period_columns(_period(period)).items()}
    rows = visible_scores(rights).filter(round__plan=found, unit=unit_id, **columns)
    return get_object_or_404(rows.select_related("round", "round__plan", "unit"))


def periods_offered(plan: Plan) -> list[Period]:
    """The months of the plan's year and the year itself, for the office to choose from."""
    return [*[month(plan.year, number) for number in range(1, 13)], year(plan.year)]


def _period(code: str) -> Period:
    try:
        found = parse(code)
    except ValueError:
        raise Http404("没有这一期") from None
    if found.kind not in (Kind.MONTH, Kind.YEAR):
        raise Http404("没有这一期")
    return found
