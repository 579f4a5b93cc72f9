"""MON and SITES: judged from readings; each measurement has a function of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..results import PartVerdict
from ..schema import MonPart, SitesPart
from .air import judge_annual, judge_good_days
from .firms import judge_firms
from .noise import judge_noise
from .registry import Context, judge
from .sections import judge_sections
from .sources import judge_sources

__all__ = ["judge_monitored"]

_MEASURES: dict[str, Callable[[Any, Context], PartVerdict]] = {
    "air_annual": judge_annual,
    "air_good_days": judge_good_days,
    "area_noise": judge_noise,
    "road_noise": judge_noise,
    "sections": judge_sections,
    "outflow": judge_sections,
    "sources": judge_sources,
    "firms": judge_firms,
}


@judge("MON", "SITES")
def judge_monitored(part: MonPart | SitesPart, context: Context) -> PartVerdict:
    """The verdict of the measurement that the part names."""
    return _MEASURES[part.measure](part, context)
