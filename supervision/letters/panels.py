"""What the letters show on /supervision/."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from chuangmo.access.queries import rights_for
from indicators.plan.models import Plan
from supervision.hub import Line, Section
from supervision.letters.queries import letter_lines


def section(request: HttpRequest) -> Section | None:
    """How many letters are drafted, wait for their signature, are signed. Three queries."""
    plan = Plan.objects.filter(is_current=True).first()
    if plan is None:
        return None
    url = reverse("letters:list")
    states = [
        line.in_force.state if line.in_force else "draft" for line in letter_lines(plan, rights_for(request))
    ]
    words = (("草稿", "draft", "none"), ("待签订", "issued", "partial"), ("已签订", "signed", "met"))
    lines = [Line(word, states.count(state), url, tone) for word, state, tone in words]
    return Section("目标责任书", url, tuple(line for line in lines if line.count))
