"""The home page shows what upper floors know without importing them: they give panels by dotted path.

settings.HOME_PANELS lists callables `panel(request) -> Panel | None`; None means that there is nothing to say to this
person. Panels of one area stand in the order of the setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from chuangmo.access.models import Role
from chuangmo.access.queries import rights_for

OWED, WAITING, CHANGED = "owed", "waiting", "changed"
AREAS = {OWED: "我要报的", WAITING: "等我办的", CHANGED: "变化"}
EMPTY = {
    OWED: "现在没有要报的",
    WAITING: "现在没有等您办的",
    CHANGED: "最近没有变化",
}


@dataclass(frozen=True, slots=True)
class Panel:
    """One box of the home page.

    `template` gets the names in `context` and those of every page; the box's title and count are written around it.
    """

    area: str
    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None

    def __post_init__(self) -> None:
        if self.area not in AREAS:
            raise ValueError(f"首页没有“{self.area}”这一栏")


PanelSource = Callable[[HttpRequest], Panel | None]


@dataclass(frozen=True, slots=True)
class Box:
    """A panel as it goes into the page."""

    title: str
    count: int | None
    html: str


@dataclass(frozen=True, slots=True)
class Area:
    """One of the three parts of the home page."""

    code: str
    title: str
    panels: tuple[Box, ...]
    empty_text: str

    @property
    def is_single(self) -> bool:
        """One box, whose heading would only repeat the part's."""
        return len(self.panels) == 1

    @property
    def count(self) -> int:
        """How many things wait in it, over all boxes that count."""
        return sum(box.count or 0 for box in self.panels)


def home_areas(request: HttpRequest) -> list[Area]:
    """The three areas in order; ImportError if a path in settings.HOME_PANELS leads nowhere.

    Who reports for no unit has no empty “我要报的”, and who only reads a dossier is told of no changes.
    """
    sources: list[PanelSource] = [import_string(path) for path in settings.HOME_PANELS]
    panels = [panel for source in sources if (panel := source(request)) is not None]
    rights = rights_for(request)
    fits = {OWED: bool(rights.report), WAITING: True, CHANGED: rights.roles != {Role.ASSESSOR}}
    areas = (
        Area(code, title, tuple(_box(panel, request) for panel in panels if panel.area == code), EMPTY[code])
        for code, title in AREAS.items()
    )
    return [area for area in areas if area.panels or fits[area.code]]


def _box(panel: Panel, request: HttpRequest) -> Box:
    context = {**panel.context, "panel": panel}
    return Box(panel.title, panel.count, render_to_string(panel.template, context, request=request))
