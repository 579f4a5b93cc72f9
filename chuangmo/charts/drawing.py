"""From a chart to inline SVG, drawn at most once for the same option and then remembered.

The cache (settings.CACHES["charts"]) is bounded and may be emptied at any time: it holds nothing that is not drawn anew.
"""

from __future__ import annotations

import logging
import re

from django.core.cache import caches
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .chart import Chart
from .engine import NotDrawn, draw

__all__ = ["svg_of"]

log = logging.getLogger(__name__)

# Of what ECharts writes, drop what a page does not need or its policy forbids: style sheets, classes, marks for scripts.
_STYLE = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)
_MARKS = re.compile(r' (?:class|ecmeta_\w+|pointer-events)="[^"]*"')
_IDS = re.compile(r"\bzr\d+-")
_HEAD = re.compile(r"<svg [^>]*>")
VERSION = "1"  # of the rules above and of draw.js: a new one draws everything anew


def svg_of(chart: Chart) -> SafeString:
    """The chart as an <svg> with its alternative text; empty if it could not be drawn (its table is there all the same)."""
    digest = chart.digest
    key = f"{VERSION}-{digest}"
    cache = caches["charts"]
    body: str | None = cache.get(key)
    if body is None:
        try:
            body = _clean(draw(chart.drawn), digest)
        except NotDrawn:
            log.exception("the chart “%s” could not be drawn", chart.title)
            return SafeString("")
        cache.set(key, body)
    head = (
        f'<svg class="echart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {chart.width} {chart.height}"'
        f' width="{chart.width}" height="{chart.height}" role="img" focusable="false"'
        f' aria-label="{escape(chart.spoken)}">'
    )
    return mark_safe(head + body)  # drawn by us from escaped texts; the head is escaped above


def _clean(svg: str, digest: str) -> str:
    """Everything after the opening tag; ids are made the chart's own, since several stand on one page."""
    body = _HEAD.sub("", svg, count=1)
    body = _STYLE.sub("", body)
    body = _MARKS.sub("", body)
    return _IDS.sub(f"c{digest[:10]}-", body)
