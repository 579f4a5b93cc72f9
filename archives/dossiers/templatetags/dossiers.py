"""`{% load dossiers %}`: a chart of a chapter's content drawn where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from chuangmo.charts.chart import Chart
from chuangmo.charts.drawing import svg_of

register = template.Library()


@register.simple_tag
def drawn_content(chart: Mapping[str, Any]) -> SafeString:
    """A `ChartContent` as inline SVG."""
    return svg_of(
        Chart(
            title=chart["title"],
            spoken=chart["spoken"],
            option=chart["option"],
            head=tuple(chart["head"]),
            rows=tuple(tuple(row) for row in chart["rows"]),
            width=chart["width"],
            height=chart["height"],
        )
    )
