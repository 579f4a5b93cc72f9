"""`{% load charts %}`: a chart drawn where it stands."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from chuangmo.charts.chart import Chart
from chuangmo.charts.drawing import svg_of

register = template.Library()


@register.simple_tag
def drawn(chart: Chart) -> SafeString:
    """The chart as inline SVG."""
    return svg_of(chart)
