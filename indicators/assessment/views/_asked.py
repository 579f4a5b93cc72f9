"""What an address asks for: plan, month, and whether this person may read it."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest

from chuangmo import clock
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from chuangmo.periods import Kind, Period, month, parse, periods_between
from chuangmo.prepared import Prepared
from indicators.plan.models import Plan


def plan_asked(request: HttpRequest, code: str) -> tuple[Plan, Rights]:
    """The plan of the address and the reader's rights. 404 for an unknown plan, Refused for a mere assessor."""
    rights = rights_for(request)
    if not rights.sees_campaign:
        raise Refused("您的角色不能查看指标情况；如需查看，请联系管理员。")
    found = _PLAN.objects(code=code)
    if not found:
        raise Http404("没有这个方案")
    return found[0], rights


_PLAN = Prepared(lambda code: Plan.objects.filter(code=code), code=str)


def open_months(plan: Plan) -> list[Period]:
    """Months of the plan's year that are complete today, newest first; January alone before that."""
    months, today = periods_between("month", date(plan.year, 1, 1), date(plan.year, 12, 31)), clock.today()
    return [one for one in reversed(months) if one.end < today] or [months[0]]


def month_asked(text: str | None, plan: Plan) -> Period:
    """The month that the address names, by default the newest complete one. 404 for another year or the future."""
    months = open_months(plan)
    if not text:
        return months[0]
    try:
        asked = parse(text)
    except ValueError as error:
        raise Http404("没有这个月份") from error
    if asked.kind is not Kind.MONTH or asked not in months:
        raise Http404("没有这个月份")
    return asked


def month_of(day: date) -> Period:
    """The month that holds a day."""
    return month(day.year, day.month)
