"""What upper parts add to an indicator's page: settings.INDICATOR_SECTIONS, so that imports point one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from indicators.assessment.models import Verdict
from indicators.plan.models import Indicator

__all__ = ["Section", "sections_of"]


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of the page: a template that brings its own boxes, and its names."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


SectionSource = Callable[[HttpRequest, Indicator, Verdict | None], Section | None]


def sections_of(request: HttpRequest, indicator: Indicator, verdict: Verdict | None) -> list[str]:
    """The sections' HTML in the order of the setting."""
    sources: list[SectionSource] = [import_string(path) for path in settings.INDICATOR_SECTIONS]
    found = [source(request, indicator, verdict) for source in sources]
    return [
        render_to_string(section.template, dict(section.context), request=request)
        for section in found
        if section is not None
    ]
