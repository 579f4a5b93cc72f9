"""The office's morning page."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chuangmo import clock
from chuangmo.access.queries import Rights, rights_for
from chuangmo.errors import Refused
from indicators.plan.models import Plan
from supervision.gate import person
from supervision.morning import queries, services

SHOWN = 20


@require_safe
def morning(request: HttpRequest) -> HttpResponse:
    """What became late, what waits, what changed since the last look, and why. A constant number of queries."""
    rights = _require_office(request)
    user, today = person(request), clock.today()
    made_at = timezone.now()
    since = queries.since(user)
    plan = Plan.objects.filter(is_current=True).first()
    late = list(queries.became_late(rights, since.on, today)[: SHOWN + 1])
    context = {
        "page_title": "晨报",
        "since": since,
        "made_at": made_at.astimezone(UTC).isoformat(),
        "today": today,
        "late": late[:SHOWN],
        "more_late": len(late) > SHOWN,
        "waiting": queries.waiting(rights, today),
        "verdicts": queries.verdict_changes(plan, since) if plan else [],
        "lights": queries.light_changes(plan, since, today) if plan else [],
        "scores": queries.score_news(plan, since) if plan else [],
    }
    return render(request, "morning/show.html", context)


@require_POST
def looked(request: HttpRequest) -> HttpResponse:
    """Note that everything up to the page's moment was seen."""
    _require_office(request)
    try:
        until = datetime.fromisoformat(request.POST.get("until", ""))
        until = until.replace(tzinfo=UTC) if timezone.is_naive(until) else until.astimezone(UTC)
    except (ValueError, OverflowError):  # a moment of the year 1 lies before all time in another zone
        until = timezone.now()
    services.look(by=person(request), until=until)
    messages.success(request, "已记下：下次从这里开始看变化。")
    return redirect("morning:show")


def _require_office(request: HttpRequest) -> Rights:
    rights = rights_for(request)
    if not rights.is_office:
        raise Refused("晨报只对创模办开放")
    return rights
