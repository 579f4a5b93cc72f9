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
from django.utils.module_loading import import_string

OWED, WAITING, CHANGED = "owed", "waiting", "changed"
AREAS = {OWED: "我要报的", WAITING: "等我办的", CHANGED: "变化"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One box of the home page.

    `template` is included with `context`; the page itself writes the title and, if given, the count.
    """

    area: str
    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None

    def __post_init__(self) -> None:
        if self.area not in AREAS:
            raise ValueError(f"首页没有“{self.area}”这一栏")


PanelSource = Callable[[HttpRequest], "Panel | None"]


@dataclass(frozen=True, slots=True)
class Area:
    """One of the three parts of the home page, with what its sources gave."""

    code: str
    title: str
    panels: tuple[Panel, ...]


def home_areas(request: HttpRequest) -> list[Area]:
    """The three areas in order; ImportError if a path in settings.HOME_PANELS leads nowhere."""
    sources: list[PanelSource] = [import_string(path) for path in settings.HOME_PANELS]
    panels = [panel for source in sources if (panel := source(request)) is not None]
    return [
        Area(code, title, tuple(panel for panel in panels if panel.area == code)) for code, title in AREAS.items()
    ]
