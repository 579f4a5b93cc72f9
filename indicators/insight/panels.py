"""What this part adds to pages of lower ones: sections of an indicator's page, a box of the home page."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import WAITING, Panel
from indicators.assessment.models import Verdict
from indicators.assessment.sections import Section
from indicators.insight.queries.comparing import charts_of
from indicators.insight.queries.forecasts import forecast_at
from indicators.insight.queries.suspicions import newest_open, open_of
from indicators.plan.models import Indicator
from indicators.plan.queries import plan_for

__all__ = ["forecast_section", "suspicions", "watch_section"]


def forecast_section(request: HttpRequest, indicator: Indicator, verdict: Verdict | None) -> Section | None:
    """How the year will probably end, what is left to it, and the charts that compare."""
    forecast, charts = forecast_at(verdict), charts_of(verdict)
    if forecast is None and not charts:
        return None
    return Section("insight/_forecast.html", {"forecast": forecast, "charts": charts})


def watch_section(request: HttpRequest, indicator: Indicator, verdict: Verdict | None) -> Section | None:
    """Open suspicions on the indicator's figures."""
    shown, count = open_of(indicator, rights_for(request))
    return Section("insight/_suspicions.html", {"shown": shown, "count": count}) if count else None


def suspicions(request: HttpRequest) -> Panel | None:
    """For the office: what the watch found and nobody looked at yet."""
    if not rights_for(request).is_office:
        return None
    plan = plan_for(request)
    if plan is None:
        return None
    shown, count = newest_open(plan)
    if not count:
        return None
    return Panel(
        area=WAITING,
        title="待核实的存疑数据",
        template="insight/_panel.html",
        context={"shown": shown, "count": count},
        count=count,
    )
